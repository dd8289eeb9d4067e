// The desks of all threads that somebody asked for, and how a goal looks from outside.
import type { ThreadGoal, ThreadId } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'
import { notFound } from '../../threads/thread-errors.ts'
import { createGoalDesk, type GoalDesk } from './goal-desk.ts'
import type { RuleContext } from './goal-edit.ts'
import type { GoalHolds } from './goal-holds.ts'
import type { GoalUndo } from './goal-undo.ts'
import { goalView } from './goal-view.ts'
import type { GoalsPorts } from './goals-ports.ts'

export interface GoalDesks {
  of(threadId: ThreadId): GoalDesk
  find(threadId: ThreadId): GoalDesk | undefined
  all(): readonly GoalDesk[]
  forget(threadId: ThreadId): void
  /**
   * The thread must be there, kept and not put away, and the feature on: throws SkeinError `conflict` or `notFound`.
   */
  open(threadId: ThreadId): Promise<GoalDesk>
  view(goal: StoredGoal): ThreadGoal
  /** For decisions of this moment. */
  rules(desk: GoalDesk): RuleContext
}

export function createGoalDesks(
  ports: GoalsPorts,
  all: {
    readonly holds: GoalHolds
    readonly undo: GoalUndo
    /** After each write. */
    changed(desk: GoalDesk): void
  },
): GoalDesks {
  const { holds, undo } = all
  const desks = new Map<ThreadId, GoalDesk>()

  function of(threadId: ThreadId): GoalDesk {
    const known = desks.get(threadId)
    if (known) return known
    const made: GoalDesk = createGoalDesk(threadId, ports, view, (before, after) => {
      undo.noted(before, after, ports.clock.now())
      if (after?.status !== 'active') holds.sinceStart.delete(threadId)
      all.changed(made)
    })
    desks.set(threadId, made)
    return made
  }

  function view(goal: StoredGoal): ThreadGoal {
    const isPlanning = desks.get(goal.threadId)?.isPlanning() ?? false
    const undoableUntilMs = undo.untilMs(goal.threadId, ports.clock.now())
    return goalView(goal, { hold: holds.of(goal, isPlanning), undoableUntilMs })
  }

  return {
    of,
    find: (threadId) => desks.get(threadId),
    all: () => [...desks.values()],
    forget: (threadId) => void desks.delete(threadId),
    async open(threadId) {
      const config = await ports.config(threadId)
      if (!config.enabled)
        throw new SkeinError('conflict', 'goals feature is disabled (features.goals)')
      const loaded = ports.threads.find(threadId)
      if (loaded?.snapshot.values.ephemeral)
        throw new SkeinError('conflict', `ephemeral thread does not support goals: ${threadId}`)
      if (!loaded) {
        const record = await ports.store.findThread(threadId)
        if (!record || record.archivedMs !== null) throw notFound(threadId)
      }
      const desk = of(threadId)
      desk.config = config
      return desk
    },
    view,
    rules: ({ config }) => ({ nowMs: ports.clock.now(), limits: config.limits, newId }),
  }
}
