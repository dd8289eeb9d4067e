// The latest change of a goal's status can be taken back for a moment, whoever made it. Kept in memory alone.
import type { ThreadId } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'
import { changeEntry, type GoalChange } from './goal-change.ts'
import { attended, spent } from './goal-status.ts'

const UNDO_MS = 10_000

export interface GoalUndo {
  /** After each write. Only what changes the status, or removes the goal, can be taken back. */
  noted(before: StoredGoal | null, after: StoredGoal | null, nowMs: number): void
  /** Null: there is nothing to take back. */
  untilMs(threadId: ThreadId, nowMs: number): number | null
  /** The change that takes the latest one back. Throws SkeinError `conflict` when it is too late. */
  take(current: StoredGoal | null, threadId: ThreadId, nowMs: number): GoalChange
}

export function createGoalUndo(): GoalUndo {
  const latest = new Map<ThreadId, { readonly before: StoredGoal; readonly untilMs: number }>()

  function find(threadId: ThreadId, nowMs: number) {
    const found = latest.get(threadId)
    if (found && found.untilMs > nowMs) return found
    latest.delete(threadId)
    return undefined
  }

  return {
    noted(before, after, nowMs) {
      if (!before) return
      const isOther = after !== null && after.goalId !== before.goalId
      if (isOther) latest.delete(before.threadId)
      else if (after?.status !== before.status && mayBeUndone(after))
        latest.set(before.threadId, { before, untilMs: nowMs + UNDO_MS })
    },
    untilMs: (threadId, nowMs) => find(threadId, nowMs)?.untilMs ?? null,
    take(current, threadId, nowMs) {
      const found = find(threadId, nowMs)
      if (!found) throw new SkeinError('conflict', 'there is no change of the goal to take back')
      latest.delete(threadId)
      return undone(current, found.before, nowMs)
    },
  }
}

/** A used-up budget, and a pause of all goals, are taken back by raising the one and ending the other. */
function mayBeUndone(after: StoredGoal | null): boolean {
  return after?.status !== 'budgetLimited' && after?.reason !== 'pause_all'
}

function undone(current: StoredGoal | null, before: StoredGoal, nowMs: number): GoalChange {
  const { status, reason, detail, actor } = before
  const base = current ?? before
  const restored = spent(
    {
      ...base,
      ...(status === 'active' && attended(base)),
      status,
      reason,
      detail,
      actor,
      updatedMs: nowMs,
      rev: base.rev + 1,
    },
    nowMs,
  )
  return { goal: restored, log: [changeEntry(current, restored, 'undone', 'user', nowMs)] }
}
