// What a model may say of its goal, and what that makes of it. Pure.
import { SkeinError } from '../../lib/errors.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'
import { changeEntry, type GoalChange } from './goal-change.ts'
import { DETAIL_CHARS_MAX, wordOf } from './goal-status.ts'

/** Goal turns that must have met an obstacle before the model may report it as one. */
export const BLOCKED_AFTER_TURNS = 3

export type ModelStatus = 'complete' | 'blocked' | 'paused'

/**
 * Throws SkeinError `denied` with the words for the model when it may not. `goalTurns` counts the turn under way.
 */
export function checkModelUpdate(
  goal: StoredGoal,
  status: ModelStatus,
  note: string | null,
  goalTurns: number,
): void {
  const isLive = goal.status === 'active' || goal.status === 'budgetLimited'
  if (status === 'complete') return
  if (!isLive)
    throw new SkeinError(
      'denied',
      `the goal is ${wordOf(goal.status)}: it cannot be set to ${status}. Only the user can set it going again`,
    )
  if (status !== 'blocked' || goal.status === 'budgetLimited') return
  if (note === null || note.trim() === '')
    throw new SkeinError('denied', 'blocked needs a `note` that names the obstacle')
  const missing = BLOCKED_AFTER_TURNS - goalTurns
  if (missing > 0)
    throw new SkeinError(
      'denied',
      `too early: a goal counts as blocked after the same obstacle held for ${BLOCKED_AFTER_TURNS} goal turns in a ` +
        `row, and ${missing} more ${missing === 1 ? 'is' : 'are'} needed. Try another safe way first`,
    )
}

export function modelUpdate(
  goal: StoredGoal,
  status: ModelStatus,
  note: string | null,
  turnId: string | null,
  nowMs: number,
): GoalChange {
  const keeps = goal.status === status || (goal.status === 'budgetLimited' && status !== 'complete')
  const updated: StoredGoal = keeps
    ? { ...goal, updatedMs: nowMs, rev: goal.rev + 1 }
    : {
        ...goal,
        status,
        reason: status === 'paused' ? 'model_on_user_request' : 'model',
        detail: note?.slice(0, DETAIL_CHARS_MAX) ?? null,
        actor: 'model',
        nextStartMs: null,
        updatedMs: nowMs,
        rev: goal.rev + 1,
      }
  const entry = changeEntry(goal, updated, 'status', 'model', nowMs)
  return { goal: updated, log: keeps && note === null ? [] : [{ ...entry, turnId, note }] }
}
