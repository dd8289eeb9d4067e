// Entries of a goal's log as sentences: what happened, who did it, and why.
import type { GoalLogEntry, GoalReason, GoalStatus } from '../../../protocol/index.ts'
import { reasonWords, statusWords, timeText, tokenText } from './goal-words.ts'

const actors = { user: 'you', model: 'the agent', system: 'the app' } as const

const changeWords: Readonly<Record<string, string>> = {
  created: 'Goal set',
  replaced: 'Goal replaced',
  copied: 'Goal copied from the fork’s source',
  cleared: 'Goal cleared',
  status: 'Status',
  undone: 'Taken back',
  objective: 'Objective',
  budget: 'Budget changed',
  habits: 'Pace or messages changed',
  budgetWarning: 'Four fifths of a budget are used',
  checks: 'Checks changed',
  checksPassed: 'All checks passed',
  checksFailed: 'Checks failed',
  wait: 'Wait changed',
  overloaded: 'The provider was overloaded',
}

export function entryText(entry: GoalLogEntry): string {
  return entry.kind === 'turn' ? turnText(entry) : changeText(entry)
}

function turnText(entry: GoalLogEntry): string {
  const what = entry.change === 'goal' ? 'Automatic turn' : 'Your turn'
  const tools = entry.tools.map(({ name, count }) => (count === 1 ? name : `${name} × ${count}`))
  const parts = [
    `${tokenText(entry.tokensUsed)} tokens`,
    timeText(entry.timeUsedMs),
    ...(tools.length > 0 ? [tools.join(', ')] : []),
    ...(entry.filesChanged.length > 0 ? [`files: ${entry.filesChanged.join(', ')}`] : []),
    ...(entry.productive ? [] : ['nothing new']),
  ]
  return `${what}: ${parts.join(', ')}${entry.note === null ? '' : `. “${entry.note}”`}`
}

function changeText(entry: GoalLogEntry): string {
  const what = changeWords[entry.change] ?? entry.change
  const status = entry.after?.status
  const isOfStatus = entry.change === 'status' || entry.change === 'undone'
  const to = isOfStatus ? statusChange(status) : ''
  const reason = isOfStatus ? reasonOf(entry) : null
  const why = [reason, entry.note].filter((part) => part !== null).join(': ')
  return `${what}${to} (by ${actors[entry.actor]})${why === '' ? '' : `: ${why}`}`
}

function statusChange(status: unknown): string {
  return typeof status === 'string' ? ` → ${statusWords[status as GoalStatus] ?? status}` : ''
}

/** What the actor does not say already. */
function reasonOf({ after }: GoalLogEntry): string | null {
  const reason = after?.reason
  if (typeof reason !== 'string' || reason === 'user' || reason === 'model') return null
  return reasonWords[reason as GoalReason] ?? null
}

/** The texts of an edited objective. */
export function revisionOf(entry: GoalLogEntry): { before: string; after: string } | null {
  if (entry.change !== 'objective' && entry.change !== 'replaced') return null
  const [before, after] = [entry.before?.objective, entry.after?.objective]
  return typeof before === 'string' && typeof after === 'string' ? { before, after } : null
}
