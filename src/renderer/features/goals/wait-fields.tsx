// What a goal is parked on, as a form: a time, the end of a process, a change of a file, or a command that succeeds.
import { useId } from 'react'
import '../../ui/field.css'
import type { WaitDraft } from './wait-draft.ts'
import './goals.css'

const kinds: Readonly<Record<WaitDraft['kind'], string>> = {
  none: 'Nothing, go on',
  timer: 'A time',
  processExit: 'The end of a process',
  fileChange: 'A change of a file',
  command: 'A command that succeeds',
}

const fields = {
  none: { label: '', placeholder: '' },
  timer: { label: 'Minutes from now', placeholder: '30' },
  processExit: { label: 'Process id', placeholder: '4711' },
  fileChange: { label: 'File or folder', placeholder: 'results/report.txt' },
  command: { label: 'Command', placeholder: 'test -f done.txt' },
} as const

interface WaitFieldsProps {
  readonly draft: WaitDraft
  onChange(draft: WaitDraft): void
}

export function WaitFields({ draft, onChange }: WaitFieldsProps) {
  const id = useId()
  const change = (part: Partial<WaitDraft>) => onChange({ ...draft, ...part })
  const { label, placeholder } = fields[draft.kind]
  return (
    <fieldset className="goal-part">
      <legend>Before it goes on, wait for</legend>
      <p className="goal-hint">The app looks by itself, without asking a model.</p>
      <div className="goal-wait">
        <select
          className="field"
          aria-label="Wait for"
          value={draft.kind}
          onChange={(event) => change({ kind: event.target.value as WaitDraft['kind'], value: '' })}
        >
          {Object.entries(kinds).map(([kind, words]) => (
            <option key={kind} value={kind}>
              {words}
            </option>
          ))}
        </select>
        {draft.kind !== 'none' && (
          <>
            <label htmlFor={`${id}value`}>{label}</label>
            <input
              id={`${id}value`}
              className="field field-mono"
              placeholder={placeholder}
              value={draft.value}
              onChange={(event) => change({ value: event.target.value })}
            />
          </>
        )}
        {draft.kind !== 'none' && draft.kind !== 'timer' && (
          <>
            <label htmlFor={`${id}deadline`}>At most, in minutes</label>
            <input
              id={`${id}deadline`}
              className="field"
              inputMode="numeric"
              placeholder="1440"
              value={draft.deadlineMinutes}
              onChange={(event) => change({ deadlineMinutes: event.target.value })}
            />
          </>
        )}
      </div>
    </fieldset>
  )
}
