// The sections and projects of a person: makes, renames, orders and removes them.
import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import './arrange-dialogs.css'

export function SectionsDialog({ onClose }: { onClose: () => void }) {
  const stores = useStores()
  const { arrangement } = stores
  const { sections, projects } = useSelector(arrangement, (state) => state)
  const report = (work: Promise<unknown>) => void reportFailure(stores, work)
  return (
    <Dialog title="Sections and projects" onClose={onClose}>
      <h3 className="place-heading">Sections</h3>
      <ul className="place-list" aria-label="Sections">
        {sections.map(({ id, name }, index) => (
          <li key={id} className="place-row">
            <NameField
              label={`Name of section ${name}`}
              name={name}
              onRename={(next) => report(arrangement.renameSection(id, next))}
            />
            <IconButton
              size="small"
              label={`Move section ${name} up`}
              icon={<ArrowUp size={14} aria-hidden />}
              disabled={index === 0}
              onClick={() => report(arrangement.moveSection(id, sections[index - 1]?.id))}
            />
            <IconButton
              size="small"
              label={`Move section ${name} down`}
              icon={<ArrowDown size={14} aria-hidden />}
              disabled={index === sections.length - 1}
              onClick={() => report(arrangement.moveSection(id, sections[index + 2]?.id))}
            />
            <IconButton
              size="small"
              label={`Remove section ${name}`}
              icon={<Trash2 size={14} aria-hidden />}
              onClick={() => report(arrangement.removeSection(id))}
            />
          </li>
        ))}
      </ul>
      <NewPlace label="New section" onCreate={(name) => report(arrangement.createSection(name))} />
      <h3 className="place-heading">Projects</h3>
      <ul className="place-list" aria-label="Projects">
        {projects.map(({ id, name }) => (
          <li key={id} className="place-row">
            <NameField
              label={`Name of project ${name}`}
              name={name}
              onRename={(next) => report(arrangement.renameProject(id, next))}
            />
            <IconButton
              size="small"
              label={`Remove project ${name}`}
              icon={<Trash2 size={14} aria-hidden />}
              onClick={() => report(arrangement.removeProject(id))}
            />
          </li>
        ))}
      </ul>
      <NewPlace
        label="New project"
        onCreate={(name) => report(arrangement.createProject(name, ''))}
      />
      <p>Removing a section or a project keeps its threads.</p>
    </Dialog>
  )
}

interface NameFieldProps {
  label: string
  name: string
  onRename: (name: string) => void
}

/** Keeps what was typed when the focus leaves it or Enter is pressed. */
function NameField({ label, name, onRename }: NameFieldProps) {
  const [text, setText] = useState(name)
  const keep = () => {
    if (text.trim() === '') setText(name)
    else if (text.trim() !== name) onRename(text)
  }
  return (
    <input
      className="field field-small"
      aria-label={label}
      maxLength={200}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep()
      }}
    />
  )
}

function NewPlace({ label, onCreate }: { label: string; onCreate: (name: string) => void }) {
  const [name, setName] = useState('')
  function create(event: FormEvent): void {
    event.preventDefault()
    if (name.trim() === '') return
    onCreate(name)
    setName('')
  }
  return (
    <form className="place-form" onSubmit={create}>
      <input
        className="field field-small"
        aria-label={label}
        placeholder={label}
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" size="small" disabled={name.trim() === ''}>
        Add
      </Button>
    </form>
  )
}
