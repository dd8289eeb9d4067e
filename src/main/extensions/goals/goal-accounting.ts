// What a response costs a goal, and what its record is after that. Pure.
import type { TokenUsage } from '../../../protocol/index.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'
import { changeEntry, type GoalChange } from './goal-change.ts'
import { spent } from './goal-status.ts'

/** What is not yet written: of one goal, since the last write. */
export interface Spending {
  readonly tokens: number
  readonly timeMs: number
  /** Null: no price is known. */
  readonly costMicros: number | null
}

export const nothingSpent: Spending = { tokens: 0, timeMs: 0, costMicros: null }

/** Cached input is free; reasoning is part of the output already. */
export function chargeOf(usage: TokenUsage): number {
  const fresh = Math.max(0, usage.inputTokens) - Math.max(0, usage.cachedInputTokens)
  return Math.max(0, fresh) + Math.max(0, usage.outputTokens)
}

export function plus(a: Spending, b: Partial<Spending>): Spending {
  const costs = [a.costMicros, b.costMicros].filter((cost) => cost !== null && cost !== undefined)
  return {
    tokens: a.tokens + (b.tokens ?? 0),
    timeMs: a.timeMs + (b.timeMs ?? 0),
    costMicros: costs.length > 0 ? costs.reduce((sum, cost) => sum + cost, 0) : null,
  }
}

/** What stays to be written after `written` was: it may have grown meanwhile. */
export function minus(a: Spending, written: Spending): Spending {
  const cost = (a.costMicros ?? 0) - (written.costMicros ?? 0)
  return {
    tokens: a.tokens - written.tokens,
    timeMs: a.timeMs - written.timeMs,
    costMicros: cost > 0 ? cost : null,
  }
}

/** Less than this is written with the next thing that happens, not by itself. */
const TIME_WORTH_WRITING_MS = 1000
/** From this share of a budget on the log warns. */
export const WARNING_SHARE = 0.8

/** Null: nothing worth a write. Counts in any status; only an active goal can become limited by it. */
export function account(goal: StoredGoal, spending: Spending, nowMs: number): GoalChange | null {
  if (spending.tokens === 0 && spending.timeMs < TIME_WORTH_WRITING_MS) return null
  const counted: StoredGoal = {
    ...goal,
    tokensUsed: goal.tokensUsed + spending.tokens,
    timeUsedMs: goal.timeUsedMs + spending.timeMs,
    costUsedMicros:
      spending.costMicros === null
        ? goal.costUsedMicros
        : (goal.costUsedMicros ?? 0) + spending.costMicros,
    updatedMs: nowMs,
    rev: goal.rev + 1,
  }
  const after = spent(counted, nowMs)
  if (after.status !== goal.status)
    return { goal: after, log: [changeEntry(goal, after, 'status', 'system', nowMs)] }
  const isWarned = share(goal) < WARNING_SHARE && share(after) >= WARNING_SHARE
  return {
    goal: after,
    log: isWarned ? [changeEntry(goal, after, 'budgetWarning', 'system', nowMs)] : [],
  }
}

/** How much of the budget that is nearest to its end has been used. */
export function share(goal: StoredGoal): number {
  const of = (used: number, budget: number | null): number => (budget === null ? 0 : used / budget)
  return Math.max(
    of(goal.tokensUsed, goal.tokenBudget),
    of(goal.timeUsedMs, goal.timeBudgetMs),
    of(goal.costUsedMicros ?? 0, goal.costBudgetMicros),
  )
}

export function remainingTokens(goal: StoredGoal): number | null {
  return goal.tokenBudget === null ? null : Math.max(goal.tokenBudget - goal.tokensUsed, 0)
}
