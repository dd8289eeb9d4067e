// Search over everything: titles, what was said and done, by words and operators; opens at the place.
import { X } from 'lucide-react'
import { useId, useState } from 'react'
import { flushSync } from 'react-dom'
import { useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { PickerDialog, PickerRow, usePicker } from '../../ui/picker.tsx'
import { Badge, RelativeTime, Spinner } from '../../ui/small.tsx'
import { MarkedText } from './marked-text.tsx'
import { operatorChips, withoutChip } from './operator-chips.ts'
import { kindNames, type ResultEntry, type ResultGroup, resultGroups } from './result-entries.ts'
import './search-dialog.css'
import { type SearchView, useSearch } from './use-search.ts'

/** What can be put into the field, with what it does. */
const operators: readonly (readonly [text: string, meaning: string])[] = [
  ['in:title', 'only titles'],
  ['kind:command', 'only commands; also user, agent, file, error'],
  ['project:', 'part of the folder'],
  ['model:', 'part of the model’s name'],
  ['status:failed', 'how the last turn ended'],
  ['after:2026-01-31', 'since that day; before: up to it'],
  ['"exact words"', 'together, in this order'],
  ['-without', 'leaves out what has the word'],
]

export function SearchDialog({ onClose }: { onClose: () => void }) {
  const { ui } = useStores()
  const [term, setTerm] = useState('')
  const [archived, setArchived] = useState(false)
  const view = useSearch(term, archived)
  const groups = resultGroups(view.found)
  const entries = groups.flatMap((group) => group.entries)
  const picker = usePicker(entries, open, false)

  function open(entry: ResultEntry): void {
    flushSync(onClose)
    const { thread, hit } = entry
    if (hit.turnId === null) ui.actions.showThread(thread.id)
    else ui.actions.showItem(thread.id, hit.turnId, hit.itemId)
  }

  function type(text: string): void {
    setTerm(text)
    picker.toTop()
  }

  return (
    <PickerDialog
      label="Search everything"
      className="search"
      placeholder="Words, “phrases”, or operators"
      testId="search-all"
      value={term}
      picker={picker}
      onType={type}
      onClose={onClose}
      above={<Chips term={term} onChange={type} />}
      rows={groups.map((group) => <Group key={group.threadId} {...{ group, picker, open }} />)}
    >
      {term.trim() === '' ? (
        <OperatorHelp onChoose={(text) => type(`${text}${text.endsWith(':') ? '' : ' '}`)} />
      ) : (
        <Outcome view={view} isEmpty={entries.length === 0} />
      )}
      <div className="picker-foot search-foot">
        <label>
          <input
            type="checkbox"
            checked={archived}
            onChange={(event) => {
              setArchived(event.target.checked)
              picker.toTop()
            }}
          />{' '}
          Archived threads
        </label>
        <Elsewhere view={view} archived={archived} />
        {view.more !== null && (
          <Button size="small" onClick={view.loadMore}>
            More results
          </Button>
        )}
      </div>
    </PickerDialog>
  )
}

function Elsewhere({ view, archived }: { view: SearchView; archived: boolean }) {
  const count = view.notes?.elsewhere ?? 0
  if (count === 0) return null
  const where = archived ? 'outside of the archive' : 'in the archive'
  return (
    <span>
      {count} {count === 1 ? 'thread' : 'threads'} more {where}
    </span>
  )
}

/** What narrows the search, to be taken out with one click. */
function Chips({ term, onChange }: { term: string; onChange: (term: string) => void }) {
  const chips = operatorChips(term)
  if (chips.length === 0) return null
  return (
    <ul className="search-chips" aria-label="Narrowed by">
      {chips.map((chip) => (
        <li key={chip.start}>
          <button
            type="button"
            className="search-operator search-chip"
            aria-label={`Remove ${chip.text}`}
            onClick={() => onChange(withoutChip(term, chip))}
          >
            {chip.text} <X size={12} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  )
}

/** What there is to say beside the results, told to screen readers too. */
function Outcome({ view, isEmpty }: { view: SearchView; isEmpty: boolean }) {
  const { notes, problem, isWaiting } = view
  const said = problem ?? notes?.problem ?? null
  const index = notes?.index
  return (
    <div className="search-outcome" role="status">
      {said !== null && <p>{said}</p>}
      {index && !index.ready && (
        <p>
          <Spinner /> Still reading: {index.done} of {index.total} threads. More may be found.
        </p>
      )}
      {isEmpty && !isWaiting && said === null && <p>Nothing was found.</p>}
    </div>
  )
}

function OperatorHelp({ onChoose }: { onChoose: (text: string) => void }) {
  return (
    <dl className="search-help">
      {operators.map(([text, meaning]) => (
        <div key={text}>
          <dt>
            <button type="button" className="search-operator" onClick={() => onChoose(text)}>
              {text}
            </button>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  )
}

interface GroupProps {
  group: ResultGroup
  picker: Pick<ReturnType<typeof usePicker<ResultEntry>>, 'current' | 'rowId'>
  open: (entry: ResultEntry) => void
}

function Group({ group, picker, open }: GroupProps) {
  const headId = useId()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of options, not of form fields.
    <div role="group" aria-labelledby={headId}>
      <p id={headId} className="search-group">
        {group.title}
      </p>
      {group.entries.map((entry) => (
        <Row
          key={entry.id}
          id={picker.rowId(entry)}
          entry={entry}
          isActive={entry === picker.current}
          onOpen={() => open(entry)}
        />
      ))}
    </div>
  )
}

interface RowProps {
  id: string
  entry: ResultEntry
  isActive: boolean
  onOpen: () => void
}

function Row({ id, entry, isActive, onOpen }: RowProps) {
  const { hit } = entry
  return (
    <PickerRow id={id} isActive={isActive} onChoose={onOpen}>
      <Badge>{kindNames[hit.kind]}</Badge>
      <span className="search-snippet">
        <MarkedText text={hit.snippet} range={hit.range} />
      </span>
      {hit.atMs !== null && (
        <span className="search-time">
          <RelativeTime atMs={hit.atMs} />
        </span>
      )}
    </PickerRow>
  )
}
