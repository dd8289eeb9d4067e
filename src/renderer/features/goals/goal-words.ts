// A goal in words: its status and why, figures as people read them, and what an objective lacks.
import type { GoalStatus, ThreadGoal } from '../../../protocol/index.ts'

export const statusWords: Readonly<Record<GoalStatus, string>> = {
  active: 'active',
  paused: 'paused',
  blocked: 'blocked',
  usageLimited: 'usage limited',
  budgetLimited: 'budget limited',
  complete: 'complete',
}

const reasonWords: Readonly<Record<NonNullable<ThreadGoal['skein']['reason']>, string>> = {
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
  no_progress: 'three turns brought nothing new',
  repeating: 'it did the same three times',
  goal_tool_failing: 'the agent could not report about it',
  auto_turn_cap: 'the cap of automatic turns is reached',
  crash_recovery: 'the app had ended',
  pause_all: 'all goals were paused',
  archived: 'the thread was archived',
  acceptance_failed: 'its checks failed three times',
}

/** "paused by you", "blocked: three turns brought nothing new". */
export function statusText({ status, skein }: ThreadGoal): string {
  if (status === 'active') return holdText(skein.hold) ?? 'active'
  if (status === 'complete')
    return skein.selfReported ? 'complete, self-reported by the agent' : 'complete'
  const why = skein.reason && reasonWords[skein.reason]
  if (!why) return statusWords[status]
  return why.startsWith('by ') ? `${statusWords[status]} ${why}` : `${statusWords[status]}: ${why}`
}

function holdText(hold: ThreadGoal['skein']['hold']): string | null {
  switch (hold) {
    case 'startHold':
      return 'waits for you to continue'
    case 'pauseAll':
      return 'held: all goals are paused'
    case 'planMode':
      return 'held: plan mode'
    case 'wait':
      return 'parked until something happens'
    case null:
      return null
  }
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

/** What makes a goal hard to reach or to end; empty when nothing does. */
export function lintObjective(objective: string, hasChecks: boolean): readonly string[] {
  const text = objective.trim()
  if (text === '') return []
  const hints: string[] = []
  const namesEnd =
    /\b(until|so that|when|passes?|passing|green|done|complete|all|every|no more|without|exists?)\b/i
  if (text.split(/\s+/).length < 4 || !namesEnd.test(text))
    hints.push('It names no end state: say how one can tell that it is reached.')
  if (!hasChecks) hints.push('There is no check: the agent alone will say when it is done.')
  if (/\b(forever|never stop|keep going|endless)/i.test(text))
    hints.push('It asks never to stop: only a budget or you will end it.')
  return hints
}
