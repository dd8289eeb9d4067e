// A change of a goal: the record after it, and what its log says of it. Pure.
import type { GoalActor } from '../../../protocol/index.ts'
import type { NewGoalLogEntry, StoredGoal } from '../../storage/goal-store.ts'

/** What is to be kept: the goal after it, null for none, and what the log says of it. */
export interface GoalChange {
  readonly goal: StoredGoal | null
  readonly log: readonly NewGoalLogEntry[]
}

const logged = [
  'objective',
  'status',
  'reason',
  'detail',
  'tokenBudget',
  'timeBudgetMs',
  'costBudgetMicros',
  'autoTurnCap',
  'minGapMs',
  'noProgressMax',
  'notify',
  'checks',
  'wait',
] as const

/** One entry for each kind of thing that changed. */
export function editLog(
  before: StoredGoal,
  after: StoredGoal,
  nowMs: number,
): readonly NewGoalLogEntry[] {
  const groups = {
    objective: ['objective'],
    budget: ['tokenBudget', 'timeBudgetMs', 'costBudgetMicros', 'autoTurnCap'],
    habits: ['minGapMs', 'noProgressMax', 'notify'],
    checks: ['checks'],
    wait: ['wait'],
    status: ['status', 'reason'],
  } as const
  return Object.entries(groups)
    .filter(([, keys]) => keys.some((key) => !same(before[key], after[key])))
    .map(([change]) => {
      const actor = change === 'status' ? after.actor : 'user'
      return changeEntry(before, after, change, actor, nowMs)
    })
}

export function changeEntry(
  before: StoredGoal | null,
  after: StoredGoal | null,
  change: string,
  actor: GoalActor,
  nowMs: number,
): NewGoalLogEntry {
  const keys =
    before && after && before.goalId === after.goalId
      ? logged.filter((key) => !same(before[key], after[key]))
      : logged
  const pick = (goal: StoredGoal | null) =>
    goal && Object.fromEntries(keys.map((key) => [key, goal[key]]))
  const totals = before ?? after
  return {
    goalId: (after ?? before)?.goalId ?? '',
    kind: 'change',
    turnId: null,
    actor,
    change,
    before: pick(before),
    after: pick(after),
    tokensUsed: totals?.tokensUsed ?? 0,
    timeUsedMs: totals?.timeUsedMs ?? 0,
    productive: null,
    tools: [],
    filesChanged: [],
    note: null,
    atMs: nowMs,
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
