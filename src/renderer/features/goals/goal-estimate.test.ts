import { expect, it } from 'vitest'
import type { GoalLogEntry, ThreadGoal } from '../../../protocol/index.ts'
import { estimate } from './goal-estimate.ts'

const goal = { tokenBudget: 10_000, tokensUsed: 4_000, skein: { goalId: 'g' } } as ThreadGoal

function turn(tokensUsed: number, goalId = 'g'): GoalLogEntry {
  return { kind: 'turn', goalId, tokensUsed, timeUsedMs: 60_000 } as GoalLogEntry
}

it('reads from the latest turns how far the budget reaches', () => {
  expect(estimate(goal, [turn(3_000), turn(1_000), turn(9_000, 'older')], null)).toEqual({
    tokensPerTurn: 2_000,
    turnsLeft: 3,
    msLeft: 180_000,
    tokensToDone: null,
    isShort: false,
  })
})

it('warns when the rest of the plan needs more than is left', () => {
  expect(estimate(goal, [turn(4_000)], { done: 1, steps: 4 })).toMatchObject({
    tokensToDone: 12_000,
    isShort: true,
  })
  expect(estimate(goal, [turn(4_000)], { done: 2, steps: 4 })).toMatchObject({
    tokensToDone: 4_000,
    isShort: false,
  })
})

it('promises nothing without a budget, and says nothing before the first turn', () => {
  const free = { ...goal, tokenBudget: null }
  expect(estimate(free, [turn(4_000)], null)).toMatchObject({ turnsLeft: null, msLeft: null })
  expect(estimate(goal, [], null)).toBeNull()
})
