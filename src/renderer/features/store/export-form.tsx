// The form a thread is exported in, as a person chooses it.
import { useId } from 'react'

export type ExportForm = 'skein' | 'codex'

/** What the file of a thread is called where nobody names it. */
export function exportName(threadId: string, form: ExportForm): string {
  return form === 'codex' ? `rollout-${threadId}.jsonl` : `${threadId}.skein`
}

export function ExportFormChoice(props: {
  form: ExportForm
  onChange: (form: ExportForm) => void
}) {
  const id = useId()
  return (
    <>
      <label className="start-label" htmlFor={id}>
        Form
      </label>
      <select
        id={id}
        className="field"
        value={props.form}
        onChange={(event) => props.onChange(event.target.value === 'codex' ? 'codex' : 'skein')}
      >
        <option value="skein">Skein — everything, to be imported again</option>
        <option value="codex">Codex — a rollout that Codex can resume</option>
      </select>
    </>
  )
}
