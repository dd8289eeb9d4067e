// An answer in a given form: the JSON schema of the next turn's answer, and a chip while there is one.
import { Braces } from 'lucide-react'
import { useId, useState } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { MenuItem } from '../../ui/menu.tsx'
import { useOpenThread } from '../threads/use-open-thread.ts'
import { readSchema } from './answer-schema.ts'
import { Chip } from './chip.tsx'
import { type ComposerStore, composerOf } from './composer-store.ts'

export function AnswerFormChip({ composer }: { composer: ComposerStore }) {
  const schema = useSelector(composer, (state) => state.chosen.outputSchema)
  if (!schema) return null
  const { title } = schema
  return (
    <Chip
      setting="answer"
      value={typeof title === 'string' ? title : 'JSON'}
      before="plain text"
      isRefused={false}
    >
      <AnswerFormItem />
      <MenuItem onSelect={() => composer.choose({ outputSchema: undefined })}>Plain text</MenuItem>
    </Chip>
  )
}

export function AnswerFormItem() {
  const { ui } = useStores()
  return (
    <MenuItem
      icon={<Braces size={14} aria-hidden />}
      detail="A JSON schema, for this turn only"
      onSelect={() => ui.actions.openDialog({ kind: 'outputSchema' })}
    >
      Answer in a given form…
    </MenuItem>
  )
}

export function AnswerFormDialog({ onClose }: { onClose: () => void }) {
  const thread = useOpenThread()
  return (
    <Dialog title="Answer in a given form" size="wide" onClose={onClose}>
      {thread ? <SchemaForm store={thread} onClose={onClose} /> : <p>Open a thread first.</p>}
    </Dialog>
  )
}

const example = {
  type: 'object',
  properties: { summary: { type: 'string' } },
  required: ['summary'],
  additionalProperties: false,
}

function SchemaForm({ store, onClose }: { store: ThreadStore; onClose: () => void }) {
  const composer = composerOf(store, localStorage)
  const [text, setText] = useState(() =>
    JSON.stringify(composer.getState().chosen.outputSchema ?? example, null, 2),
  )
  const id = useId()
  const read = readSchema(text)
  return (
    <form
      className="chip-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (!('schema' in read)) return
        composer.choose({ outputSchema: read.schema })
        onClose()
      }}
    >
      <label htmlFor={id}>JSON schema</label>
      <textarea
        id={id}
        className="field field-mono chip-form-text"
        data-first
        spellCheck={false}
        rows={12}
        value={text}
        aria-describedby={`${id}-note`}
        aria-invalid={'problem' in read}
        onChange={(event) => setText(event.target.value)}
      />
      <p id={`${id}-note`} className="chip-form-note" role="status">
        {'problem' in read ? read.problem : 'The model must answer with JSON of this form.'}
      </p>
      <div className="chip-form-end">
        <Button type="submit" variant="primary" disabled={'problem' in read}>
          Use for the next turn
        </Button>
      </div>
    </form>
  )
}
