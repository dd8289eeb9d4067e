// How far a goal's budget reaches, and what its plan will take, at the rate of its latest turns.
import type { GoalLogEntry, ThreadGoal } from '../../../protocol/index.ts'

const TURNS_LOOKED_AT = 10

export interface GoalEstimate {
  readonly tokensPerTurn: number
  /** Further turns that fit into the token budget; null without one. */
  readonly turnsLeft: number | null
  /** Working time until the token budget ends; null without one, or without a rate. */
  readonly msLeft: number | null
  /** Tokens that the open steps of the plan will take; null without a step that is done. */
  readonly tokensToDone: number | null
  /** The plan will probably not fit into the budget. */
  readonly isShort: boolean
}

export interface PlanProgress {
  readonly done: number
  readonly steps: number
}

/** Null: no turn is logged yet. `log`: newest first. */
export function estimate(
  goal: ThreadGoal,
  log: readonly GoalLogEntry[],
  plan: PlanProgress | null,
): GoalEstimate | null {
  const turns = log
    .filter(({ kind, goalId }) => kind === 'turn' && goalId === goal.skein.goalId)
    .slice(0, TURNS_LOOKED_AT)
  if (turns.length === 0) return null
  const sum = (of: (entry: GoalLogEntry) => number) =>
    turns.reduce((total, entry) => total + of(entry), 0)
  const tokens = sum(({ tokensUsed }) => tokensUsed)
  const timeMs = sum(({ timeUsedMs }) => timeUsedMs)
  const left = goal.tokenBudget === null ? null : Math.max(0, goal.tokenBudget - goal.tokensUsed)
  const tokensPerTurn = Math.round(tokens / turns.length)
  const tokensToDone =
    plan && plan.done > 0
      ? Math.round((goal.tokensUsed / plan.done) * (plan.steps - plan.done))
      : null
  return {
    tokensPerTurn,
    turnsLeft: left === null || tokensPerTurn === 0 ? null : Math.floor(left / tokensPerTurn),
    msLeft: left === null || tokens === 0 ? null : Math.round((timeMs / tokens) * left),
    tokensToDone,
    isShort: left !== null && tokensToDone !== null && tokensToDone > left,
  }
}
