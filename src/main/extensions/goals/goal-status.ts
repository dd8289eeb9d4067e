// How a goal comes to its status: what a person asks for, what budgets allow, and when the host stops it. Pure.
import type { GoalActor, GoalReason, GoalStatus, GoalWait } from '../../../protocol/index.ts'
import type { GoalPace, StoredGoal } from '../../storage/goal-store.ts'
import { changeEntry, type GoalChange } from './goal-change.ts'

export const DETAIL_CHARS_MAX = 500

export const freshPace: GoalPace = {
  goalTurns: 0,
  unattended: 0,
  noProgress: 0,
  empty: 0,
  repeats: 0,
  toolFailures: 0,
  commandFailures: 0,
  overloads: 0,
  recentCalls: [],
  lastTurn: null,
}

/** What a person asks for; a wait that is given stays. */
interface StatusRequest {
  readonly status?: GoalStatus | undefined
  readonly wait?: GoalWait | null | undefined
}

/** The status asked for, within what its budgets allow. */
export function withStatus(
  goal: StoredGoal,
  { status, wait }: StatusRequest,
  nowMs: number,
): StoredGoal {
  if (status === undefined) return spent(goal, nowMs)
  if (goal.status === 'budgetLimited' && (status === 'paused' || status === 'blocked')) return goal
  const by = { reason: 'user', detail: null, actor: 'user' } as const
  if (status !== 'active') return { ...goal, status, ...by }
  if (goal.status === 'active' && goal.wait && wait === undefined)
    return spent({ ...goal, ...attended(goal), wait: null }, nowMs)
  const resumed: StoredGoal = {
    ...goal,
    ...(goal.status === 'active' ? {} : by),
    ...attended(goal),
    status,
    deferred: false,
    wait: wait === undefined ? null : goal.wait,
  }
  return spent(resumed, nowMs)
}

/** A person had a word: what was counted against the goal since the last one is forgotten. */
export function attended(
  goal: StoredGoal,
): Pick<StoredGoal, 'pace' | 'nextStartMs' | 'checksFailed'> {
  const { recentCalls } = goal.pace
  return { pace: { ...freshPace, recentCalls }, nextStartMs: null, checksFailed: 0 }
}

/** An active goal that has used up a budget is limited by it. */
export function spent(goal: StoredGoal, nowMs: number): StoredGoal {
  const reason = goal.status === 'active' ? exceeded(goal) : null
  if (!reason) return goal
  return {
    ...goal,
    status: 'budgetLimited',
    reason,
    detail: null,
    actor: 'system',
    updatedMs: nowMs,
  }
}

export function exceeded(goal: StoredGoal): GoalReason | null {
  if (goal.tokenBudget !== null && goal.tokensUsed >= goal.tokenBudget) return 'token_budget'
  if (goal.timeBudgetMs !== null && goal.timeUsedMs >= goal.timeBudgetMs) return 'time_budget'
  if (goal.costBudgetMicros !== null && (goal.costUsedMicros ?? 0) >= goal.costBudgetMicros)
    return 'cost_budget'
  return null
}

/** The host stops an active goal; others stay as they are. A used-up quota also stops a limited one. */
export function stopGoal(
  goal: StoredGoal,
  status: Exclude<GoalStatus, 'active' | 'complete'>,
  reason: GoalReason,
  detail: string | null,
  nowMs: number,
): GoalChange {
  const isStoppable =
    goal.status === 'active' || (goal.status === 'budgetLimited' && status === 'usageLimited')
  if (!isStoppable) return { goal, log: [] }
  const actor: GoalActor = reason === 'user_interrupt' || reason === 'pause_all' ? 'user' : 'system'
  const stopped: StoredGoal = {
    ...goal,
    status,
    reason,
    detail: detail?.slice(0, DETAIL_CHARS_MAX) ?? null,
    actor,
    nextStartMs: null,
    updatedMs: nowMs,
    rev: goal.rev + 1,
  }
  return { goal: stopped, log: [changeEntry(goal, stopped, 'status', actor, nowMs)] }
}

/** Resumes what a pause of everything stopped. */
export function resumeGoal(goal: StoredGoal, nowMs: number): GoalChange {
  const resumed = withStatus(
    { ...goal, updatedMs: nowMs, rev: goal.rev + 1 },
    { status: 'active' },
    nowMs,
  )
  return { goal: resumed, log: [changeEntry(goal, resumed, 'status', 'user', nowMs)] }
}

/** The use of its turns is charged. */
export function isCounted({ status }: StoredGoal): boolean {
  return status === 'active' || status === 'budgetLimited'
}

/** What the model reads where another word than the wire's is clearer. */
export function wordOf(status: GoalStatus): string {
  const words = { usageLimited: 'usage limited', budgetLimited: 'budget limited' }
  return status in words ? words[status as keyof typeof words] : status
}
