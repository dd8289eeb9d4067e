// What keeps all goals, or those of an earlier life of the app, from going on though they are active.
import type { GoalHold, ThreadId } from '../../../protocol/index.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'

export interface GoalHolds {
  /** A person paused everything. */
  pausedAll: boolean
  /** Active since before this process, and nobody has looked at them since. */
  readonly sinceStart: Set<ThreadId>
  /** Null: nothing holds this goal, or it is not active at all. */
  of(goal: StoredGoal, isPlanning: boolean): GoalHold | null
}

export function createGoalHolds(): GoalHolds {
  const holds: GoalHolds = {
    pausedAll: false,
    sinceStart: new Set(),
    of(goal, isPlanning) {
      if (goal.status !== 'active') return null
      if (holds.pausedAll) return 'pauseAll'
      if (holds.sinceStart.has(goal.threadId)) return 'startHold'
      if (isPlanning) return 'planMode'
      return goal.wait ? 'wait' : null
    },
  }
  return holds
}
