import { expect, it } from 'vitest'
import { goalTopUp } from './goal-top-up.ts'
import type { ThreadGoal } from './goals.ts'

it('gives half more of what is used up, and nothing of the rest', () => {
  const goal = {
    threadId: 't',
    tokenBudget: 1_000,
    tokensUsed: 1_200,
    skein: {
      timeBudgetMs: 60_000,
      timeUsedMs: 1_000,
      costBudgetMicros: 500,
      costUsedMicros: 500,
    },
  } as ThreadGoal
  expect(goalTopUp(goal)).toEqual({
    threadId: 't',
    status: 'active',
    origin: 'user',
    tokenBudget: 1_800,
    skein: { costBudgetMicros: 750 },
  })
})
