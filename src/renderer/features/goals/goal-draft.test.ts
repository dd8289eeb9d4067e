import { expect, it } from 'vitest'
import type { ThreadGoal } from '../../../protocol/index.ts'
import { draftOf, type GoalDraft, goalParams, refusalOf } from './goal-draft.ts'

const goal = {
  objective: 'win',
  status: 'paused',
  tokenBudget: null,
  skein: {
    goalId: 'g',
    timeBudgetMs: 90_000,
    costBudgetMicros: 1_500_000,
    autoTurnCap: 7,
    minGapMs: 2_500,
    noProgressMax: 5,
    notify: 'none',
    wait: null,
    checks: [{ name: 'tests', command: 'npm test', expectedExitCode: 0, last: null }],
  },
} as unknown as ThreadGoal

function draft(over: Partial<GoalDraft> = {}): GoalDraft {
  return { ...draftOf(null, 0), objective: 'win', ...over }
}

it('asks for a new goal with a budget, and the usual pace and messages', () => {
  expect(goalParams('t', null, draft(), 0)).toEqual({
    threadId: 't',
    objective: 'win',
    tokenBudget: 200_000,
    origin: 'user',
    skein: {
      timeBudgetMs: null,
      autoTurnCap: 50,
      costBudgetMicros: null,
      minGapMs: 1_000,
      noProgressMax: 3,
      notify: 'ends',
    },
  })
})

it('shows a goal as it is, and asks for nothing else where nothing was typed', () => {
  const shown = draftOf(goal, 0)
  expect(shown).toMatchObject({ gapSeconds: '2.5', patience: '5', notify: 'none', tokens: '' })
  const { skein, ...asked } = goalParams('t', goal, shown, 0)
  expect(asked).toEqual({ threadId: 't', objective: 'win', tokenBudget: null, origin: 'user' })
  expect(skein).toMatchObject({ expectedGoalId: 'g', minGapMs: 2_500, noProgressMax: 5 })
  expect(skein).not.toHaveProperty('checks')
  expect(skein).not.toHaveProperty('wait')
})

it.each(['complete', 'budgetLimited'] as const)('sets a %s goal going again', (status) => {
  const over = { ...goal, status }
  expect(goalParams('t', over, draftOf(over, 0), 0)).toMatchObject({ status: 'active' })
})

it.each<[Partial<GoalDraft>, string]>([
  [{ objective: ' ' }, 'Write an objective'],
  [{ objective: '😀'.repeat(4_001) }, '1 characters too many'],
  [{ tokens: '1.5k' }, 'Limits are whole numbers'],
  [{ dollars: '0' }, 'The cost limit'],
  [{ gapSeconds: '0.5' }, 'The least pause'],
  [{ gapSeconds: '86401' }, 'The least pause'],
  [{ patience: '0' }, 'Turns without progress'],
  [{ patience: '1001' }, 'Turns without progress'],
  [{ wait: { kind: 'timer', value: '', deadlineMinutes: '' } }, 'Say what to wait for'],
  [{ checks: [{ key: 1, name: 'x', command: ' ', expectedExitCode: 0 }] }, 'Each check'],
])('refuses %j', (over, words) => {
  expect(refusalOf(draft(over), 0)).toContain(words)
})

it('takes what is left empty as usual', () => {
  const left = draft({ gapSeconds: '', patience: '', tokens: '', turns: '' })
  expect(refusalOf(left, 0)).toBeNull()
  const { tokenBudget, skein } = goalParams('t', null, left, 0)
  expect(tokenBudget).toBeNull()
  expect(skein).toMatchObject({ minGapMs: 1_000, noProgressMax: 3, autoTurnCap: null })
})
