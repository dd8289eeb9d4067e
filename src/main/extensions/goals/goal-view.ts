// A goal as clients see it.
import type { GoalHold, ThreadGoal } from '../../../protocol/index.ts'
import { toUnixSeconds } from '../../lib/clock.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'

/** What depends on more than the goal itself. */
export interface GoalSurroundings {
  readonly hold: GoalHold | null
  readonly undoableUntilMs: number | null
}

export function goalView(
  goal: StoredGoal,
  { hold, undoableUntilMs }: GoalSurroundings,
): ThreadGoal {
  return {
    threadId: goal.threadId,
    objective: goal.objective,
    status: goal.status,
    tokenBudget: goal.tokenBudget,
    tokensUsed: goal.tokensUsed,
    timeUsedSeconds: Math.floor(goal.timeUsedMs / 1000),
    createdAt: toUnixSeconds(goal.createdMs),
    updatedAt: toUnixSeconds(goal.updatedMs),
    skein: {
      goalId: goal.goalId,
      reason: goal.reason,
      detail: goal.detail,
      actor: goal.actor,
      timeUsedMs: goal.timeUsedMs,
      timeBudgetMs: goal.timeBudgetMs,
      costBudgetMicros: goal.costBudgetMicros,
      costUsedMicros: goal.costUsedMicros,
      autoTurnCap: goal.autoTurnCap,
      autoTurns: goal.autoTurns,
      minGapMs: goal.minGapMs,
      noProgressMax: goal.noProgressMax,
      notify: goal.notify,
      noProgressStreak: goal.pace.noProgress,
      lastProgressAtMs: goal.lastProgressMs,
      nextStartAtMs: goal.status === 'active' ? goal.nextStartMs : null,
      limitEndsAtMs: goal.status === 'usageLimited' ? goal.nextStartMs : null,
      undoableUntilMs,
      hold,
      checks: goal.checks.map((check) => ({ ...check })),
      checksFailed: goal.checksFailed,
      selfReported:
        goal.status === 'complete' && goal.actor === 'model' && goal.checks.length === 0,
      wait: goal.wait,
    },
  }
}
