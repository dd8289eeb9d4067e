// A goal in words: its status and why, figures as people read them, and what an objective lacks.
import type { GoalReason, GoalStatus, GoalWait, ThreadGoal } from '../../../protocol/index.ts'

export const statusWords: Readonly<Record<GoalStatus, string>> = {
  active: 'active',
  paused: 'paused',
  blocked: 'blocked',
  usageLimited: 'usage limited',
  budgetLimited: 'budget limited',
  complete: 'complete',
}

export const reasonWords: Readonly<Record<GoalReason, string>> = {
  user: 'by you',
  user_interrupt: 'because you stopped the turn',
  model: 'reported by the agent',
  model_on_user_request: 'by the agent, as you asked',
  token_budget: 'its tokens are used up',
  time_budget: 'its time is used up',
  cost_budget: 'its money is used up',
  provider_usage: 'the provider’s quota is used up',
  turn_error: 'a turn failed',
  empty_responses: 'three empty answers in a row',
  execution_unavailable: 'commands failed three turns in a row',
  no_progress: 'too many turns in a row brought nothing new',
  repeating: 'it did the same three times',
  goal_tool_failing: 'the agent could not report about it',
  auto_turn_cap: 'the cap of automatic turns is reached',
  crash_recovery: 'the app had ended',
  pause_all: 'all goals were paused',
  archived: 'the thread was archived',
  acceptance_failed: 'its checks failed three times',
}

/** "paused by you", "blocked: too many turns in a row brought nothing new". */
export function statusText({ status, skein }: ThreadGoal): string {
  if (status === 'active') return holdText(skein) ?? 'active'
  if (status === 'complete')
    return skein.selfReported ? 'complete, self-reported by the agent' : 'complete'
  const why = skein.reason && reasonWords[skein.reason]
  if (!why) return statusWords[status]
  return why.startsWith('by ') ? `${statusWords[status]} ${why}` : `${statusWords[status]}: ${why}`
}

function holdText({ hold, wait }: ThreadGoal['skein']): string | null {
  switch (hold) {
    case 'startHold':
      return 'waits for you to continue'
    case 'pauseAll':
      return 'held: all goals are paused'
    case 'planMode':
      return 'held: plan mode'
    case 'wait':
      return wait && waitText(wait)
    case null:
      return null
  }
}

/** "waiting for a change of results.txt, at most until 14:05". */
export function waitText(wait: GoalWait): string {
  const until =
    wait.deadlineAtMs === undefined ? '' : `, at most until ${clockText(wait.deadlineAtMs)}`
  switch (wait.type) {
    case 'timer':
      return `waiting for ${clockText(wait.untilMs)}`
    case 'processExit':
      return `waiting for the end of process ${wait.pid}${until}`
    case 'fileChange':
      return `waiting for a change of ${wait.path}${until}`
    case 'command':
      return `waiting for “${wait.command}” to succeed${until}`
  }
}

/** The time of a day that is today, else with the day. */
export function clockText(atMs: number): string {
  const at = new Date(atMs)
  const isToday = at.toDateString() === new Date().toDateString()
  const time = at.toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  return isToday
    ? time
    : `${at.toLocaleDateString('en', { month: 'short', day: 'numeric' })} ${time}`
}

/** "$1.20", "less than 1 cent"; an estimate by configured prices. */
export function costText(micros: number): string {
  if (micros > 0 && micros < 10_000) return 'less than 1 cent'
  return `$${(micros / 1_000_000).toFixed(2)}`
}

/** "999", "50K", "63.9K", "1.2M". */
export function tokenText(tokens: number): string {
  if (tokens < 1_000) return `${tokens}`
  const [value, unit] = tokens < 999_950 ? [tokens / 1_000, 'K'] : [tokens / 1_000_000, 'M']
  return `${value.toFixed(1).replace(/\.0$/, '')}${unit}`
}

/** "59s", "1m", "1h 30m", "2h", "1d 0h 0m". */
export function timeText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  if (hours < 24) return rest === 0 ? `${hours}h` : `${hours}h ${rest}m`
  return `${Math.floor(hours / 24)}d ${hours % 24}h ${rest}m`
}

/** Share of the token budget that is used, 0 to 1; null without a budget. */
export function spentShare({ tokenBudget, tokensUsed }: ThreadGoal): number | null {
  return tokenBudget === null ? null : Math.min(1, tokensUsed / tokenBudget)
}
