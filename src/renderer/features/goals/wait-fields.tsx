// What a goal is parked on, as a form: a time, the end of a process, a change of a file, or a command that succeeds.
import { useId } from 'react'
import type { GoalWait } from '../../../protocol/index.ts'
import '../../ui/field.css'
import './goals.css'

const MINUTE_MS = 60_000
const kinds = {
  none: 'Nothing, go on',
  timer: 'A time',
  processExit: 'The end of a process',
  fileChange: 'A change of a file',
  command: 'A command that succeeds',
} as const
type Kind = keyof typeof kinds

/** As typed. */
export interface WaitDraft {
  readonly kind: Kind
  /** The value of the chosen kind: minutes, a process id, a path, a command. */
  readonly value: string
  /** Empty: a day. */
  readonly deadlineMinutes: string
}

export const noWait: WaitDraft = { kind: 'none', value: '', deadlineMinutes: '' }

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
    <fieldset className="goal-checks">
      <legend>Before it goes on, wait for</legend>
      <p className="goal-hint">The app looks by itself, without asking a model.</p>
      <div className="goal-wait">
        <select
          className="field"
          aria-label="Wait for"
          value={draft.kind}
          onChange={(event) => change({ kind: event.target.value as Kind, value: '' })}
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

/** Null: no wait. Undefined: something in it is missing or no number. */
export function waitOf(draft: WaitDraft, nowMs: number): GoalWait | null | undefined {
  const value = draft.value.trim()
  const minutes = draft.deadlineMinutes.trim() === '' ? 1440 : Number(draft.deadlineMinutes)
  if (draft.kind === 'none') return null
  if (value === '' || !(minutes > 0)) return undefined
  const deadlineAtMs = Math.round(nowMs + minutes * MINUTE_MS)
  switch (draft.kind) {
    case 'timer':
      return Number(value) > 0
        ? { type: 'timer', untilMs: Math.round(nowMs + Number(value) * MINUTE_MS) }
        : undefined
    case 'processExit': {
      const pid = Number(value)
      return Number.isSafeInteger(pid) && pid > 0
        ? { type: 'processExit', pid, deadlineAtMs }
        : undefined
    }
    case 'fileChange':
      return { type: 'fileChange', path: value, deadlineAtMs }
    case 'command':
      return {
        type: 'command',
        command: value,
        expectedExitCode: 0,
        intervalMs: 30_000,
        deadlineAtMs,
      }
  }
}

export function waitDraftOf(wait: GoalWait | null, nowMs: number): WaitDraft {
  if (!wait) return noWait
  const minutesTo = (atMs: number | undefined) =>
    atMs === undefined ? '' : `${Math.max(1, Math.round((atMs - nowMs) / MINUTE_MS))}`
  const deadlineMinutes = minutesTo(wait.deadlineAtMs)
  switch (wait.type) {
    case 'timer':
      return { kind: 'timer', value: minutesTo(wait.untilMs), deadlineMinutes: '' }
    case 'processExit':
      return { kind: 'processExit', value: `${wait.pid}`, deadlineMinutes }
    case 'fileChange':
      return { kind: 'fileChange', value: wait.path, deadlineMinutes }
    case 'command':
      return { kind: 'command', value: wait.command, deadlineMinutes }
  }
}
