// Half more of every budget of a goal that is used up, and on: the same in the window and in a notification.
import type { ThreadGoal } from './goals.ts'

const TOP_UP = 1.5

/** Parameters of thread/goal/set. */
export function goalTopUp({ threadId, tokenBudget, tokensUsed, skein }: ThreadGoal) {
  const { timeBudgetMs, timeUsedMs, costBudgetMicros, costUsedMicros } = skein
  return {
    threadId,
    status: 'active' as const,
    origin: 'user' as const,
    ...(isSpent(tokenBudget, tokensUsed) && { tokenBudget: grown(tokenBudget, tokensUsed) }),
    skein: {
      ...(isSpent(timeBudgetMs, timeUsedMs) && { timeBudgetMs: grown(timeBudgetMs, timeUsedMs) }),
      ...(isSpent(costBudgetMicros, costUsedMicros ?? 0) && {
        costBudgetMicros: grown(costBudgetMicros, costUsedMicros ?? 0),
      }),
    },
  }
}

function isSpent(budget: number | null, used: number): budget is number {
  return budget !== null && used >= budget
}

/** More than was used in any case: it may have gone past the budget. */
function grown(budget: number, used: number): number {
  return Math.ceil(Math.max(budget, used) * TOP_UP)
}
