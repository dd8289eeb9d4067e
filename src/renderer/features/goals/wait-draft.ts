// What a goal is parked on, as it is typed: from a wait, and to one. Pure.
import type { GoalWait } from '../../../protocol/index.ts'

const MINUTE_MS = 60_000

/** As typed. */
export interface WaitDraft {
  readonly kind: 'none' | GoalWait['type']
  /** The value of the chosen kind: minutes, a process id, a path, a command. */
  readonly value: string
  /** Empty: a day. */
  readonly deadlineMinutes: string
}

export const noWait: WaitDraft = { kind: 'none', value: '', deadlineMinutes: '' }

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
