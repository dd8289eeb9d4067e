// Every status against everything that can happen to a goal: what its status is then, or that it is refused.
import { describe, expect, it } from 'vitest'
import type { GoalStatus, TurnError } from '../../../protocol/index.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'
import { account } from './goal-accounting.ts'
import { afterError } from './goal-breaker.ts'
import type { GoalChange } from './goal-change.ts'
import { clearGoal, newGoal, setGoal } from './goal-edit.ts'
import { checkModelUpdate, type ModelStatus, modelUpdate } from './model-update.ts'

const BUDGET = 100
const limits = { maxTokenBudget: null, autoTurnCap: null }
const context = { nowMs: 1, limits, newId: () => 'goal' }

function goalIn(status: GoalStatus): StoredGoal {
  const made = newGoal('t', { objective: 'win', tokenBudget: BUDGET }, 'user', context)
  return { ...made, status, tokensUsed: status === 'budgetLimited' ? BUDGET : 40 }
}

function byModel(status: ModelStatus) {
  return (goal: StoredGoal): GoalChange => {
    checkModelUpdate(goal, status, 'why', 3)
    return modelUpdate(goal, status, 'why', 'turn', 2)
  }
}

function failing(codexErrorInfo: TurnError['codexErrorInfo']) {
  const error = { message: 'no', codexErrorInfo } as TurnError
  return (goal: StoredGoal): GoalChange => afterError(goal, { error, limitEndsAtMs: null }, 2)
}

const set = (edit: Parameters<typeof setGoal>[2]) => (goal: StoredGoal) =>
  setGoal(goal, 't', edit, context)

const events = {
  'a person sets active': set({ status: 'active' }),
  'a person sets active with a larger budget': set({ status: 'active', tokenBudget: 999 }),
  'a person pauses': set({ status: 'paused' }),
  'a person completes': set({ status: 'complete' }),
  'a person clears': (goal: StoredGoal) => clearGoal(goal, 2),
  'a person edits the objective': set({ objective: 'win twice' }),
  'the model completes': byModel('complete'),
  'the model is blocked': byModel('blocked'),
  'the model pauses as asked': byModel('paused'),
  'the budget is used up': (goal: StoredGoal) =>
    account(goal, { tokens: BUDGET, timeMs: 0, costMicros: null }, 2) ?? { goal, log: [] },
  'the quota is used up': failing('usageLimitExceeded'),
  'another error': failing('badRequest'),
} as const

type Event = keyof typeof events
type Outcome = GoalStatus | 'none' | 'refused'

/** Also a complete goal may be paused by a client, as by the reference's; the window does not offer it. */
const table: Readonly<Record<Event, Readonly<Record<GoalStatus, Outcome>>>> = {
  'a person sets active': row('active', 'active', 'active', 'active', 'budgetLimited', 'active'),
  'a person sets active with a larger budget': all('active'),
  'a person pauses': row('paused', 'paused', 'paused', 'paused', 'budgetLimited', 'paused'),
  'a person completes': all('complete'),
  'a person clears': all('none'),
  'a person edits the objective': unchanged(),
  'the model completes': all('complete'),
  'the model is blocked': { ...refused(), active: 'blocked', budgetLimited: 'budgetLimited' },
  'the model pauses as asked': { ...refused(), active: 'paused', budgetLimited: 'budgetLimited' },
  'the budget is used up': { ...unchanged(), active: 'budgetLimited' },
  'the quota is used up': {
    ...unchanged(),
    active: 'usageLimited',
    budgetLimited: 'usageLimited',
  },
  'another error': { ...unchanged(), active: 'blocked' },
}

describe.each(Object.keys(events) as Event[])('%s', (event) => {
  it.each(Object.entries(table[event]) as [GoalStatus, Outcome][])('%s: %s', (before, outcome) => {
    const goal = goalIn(before)
    const happen = () => events[event](goal)
    if (outcome === 'refused') {
      expect(happen).toThrow(`the goal is ${before === 'usageLimited' ? 'usage limited' : before}`)
      return
    }
    const { goal: after, log } = happen()
    expect(after?.status ?? 'none').toBe(outcome)
    if (!after) return
    expect(after.goalId).toBe(goal.goalId)
    expect(after.tokensUsed).toBeGreaterThanOrEqual(goal.tokensUsed)
    // Each change of the status is told with who made it and why.
    if (outcome === before) return
    expect(after.reason).not.toBeNull()
    expect(log.some(({ actor }) => actor === after.actor)).toBe(true)
  })
})

describe('without a goal', () => {
  it.each([
    ['active', 'active'],
    ['paused', 'paused'],
    ['complete', 'complete'],
    [undefined, 'active'],
  ] as const)('an objective with status %s makes one that is %s', (status, made) => {
    expect(setGoal(null, 't', { objective: 'win', status }, context).goal?.status).toBe(made)
  })

  it.each(['active', 'paused', 'complete'] as const)('status %s alone is refused', (status) => {
    expect(() => setGoal(null, 't', { status }, context)).toThrow('no goal exists')
  })
})

function row(...statuses: readonly Outcome[]): Record<GoalStatus, Outcome> {
  const [active, paused, blocked, usageLimited, budgetLimited, complete] = statuses
  return { active, paused, blocked, usageLimited, budgetLimited, complete } as Record<
    GoalStatus,
    Outcome
  >
}

function all(outcome: Outcome): Record<GoalStatus, Outcome> {
  return row(outcome, outcome, outcome, outcome, outcome, outcome)
}

function unchanged(): Record<GoalStatus, Outcome> {
  return row('active', 'paused', 'blocked', 'usageLimited', 'budgetLimited', 'complete')
}

function refused(): Record<GoalStatus, Outcome> {
  return all('refused')
}
