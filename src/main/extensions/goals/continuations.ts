// Starts automatic turns: when all conditions hold, in turn over all threads, never more than a few at once.
import type { ThreadId } from '../../../protocol/index.ts'
import { messageOf } from '../../lib/errors.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'
import { type Circumstances, conditionsOf } from './goal-conditions.ts'
import type { GoalDesk } from './goal-desk.ts'
import type { GoalDesks } from './goal-desks.ts'
import type { GoalHolds } from './goal-holds.ts'
import { continuation } from './goal-prompts.ts'
import type { GoalsPorts } from './goals-ports.ts'

export interface Continuations {
  /** Starts the next automatic turn if it may start, now or when its pause is over or a place is free. */
  consider(desk: GoalDesk): void
  /** The same; resolves when that is decided, rejects when the goal cannot be read or its turn not be started. */
  attempt(desk: GoalDesk): Promise<void>
  /** Everybody has heard that the automatic turn of this thread ended: its place is free. */
  ended(threadId: ThreadId): void
  /** The thread leaves memory. */
  drop(desk: GoalDesk): void
  circumstances(desk: GoalDesk, goal: StoredGoal | null): Circumstances
}

/** The longest time a timer can hold. */
const TIMER_MS_MAX = 2 ** 31 - 1

export function createContinuations(
  ports: GoalsPorts,
  all: { readonly desks: GoalDesks; readonly holds: GoalHolds },
): Continuations {
  const { desks, holds } = all
  /** Threads whose automatic turn runs or starts. */
  const running = new Set<ThreadId>()
  /** Threads that wait for a place, first come first served. */
  const waiting = new Set<ThreadId>()
  const timers = new Map<ThreadId, () => void>()

  function circumstances(desk: GoalDesk, goal: StoredGoal | null): Circumstances {
    const state = desk.control?.state() ?? ports.threads.find(desk.threadId)
    const { threadId } = desk
    return {
      featureOn: desk.config.enabled,
      thread: {
        persisted: state ? !state.snapshot.values.ephemeral : true,
        loaded: desk.control !== null,
        archived: state?.archived ?? false,
        review: state?.turn?.kind === 'review',
        planMode: desk.isPlanning(),
        running: state?.turn != null,
        queued: state?.queue.length ?? 0,
        starting: desk.starting,
      },
      goal,
      pausedAll: holds.pausedAll,
      startHold: holds.sinceStart.has(threadId),
      running: running.has(threadId) ? running.size - 1 : running.size,
      runningMax: desk.config.simultaneousMax,
      nowMs: ports.clock.now(),
    }
  }

  /**
   * Under the desk's lock from the first look to the start: no change slips between. False: this thread has no use
   * for a place now.
   */
  function take(desk: GoalDesk): Promise<boolean> {
    timers.get(desk.threadId)?.()
    timers.delete(desk.threadId)
    return desk.locked(async () => {
      desk.config = await ports.config(desk.threadId)
      const goal = await desk.read()
      const now = circumstances(desk, goal)
      const failing = conditionsOf(now).filter(({ holds }) => !holds)
      if (!goal || failing.some(({ passes }) => !passes)) return false
      const [first] = failing
      if (!first) return start(desk, goal)
      if (first.passes === 'place') {
        waiting.add(desk.threadId)
        return true
      }
      later(desk, (goal.nextStartMs ?? 0) - now.nowMs)
      return false
    })
  }

  async function start(desk: GoalDesk, goal: StoredGoal): Promise<boolean> {
    const { threadId, control } = desk
    if (!control) return false
    waiting.delete(threadId)
    running.add(threadId)
    desk.starting = true
    try {
      const items = [continuation(goal, ports.clock.now())]
      const turn = await control.startTurnIfIdle({ kind: 'goal', items })
      if (!turn) running.delete(threadId)
      return turn !== null
    } catch (error) {
      running.delete(threadId)
      throw error
    } finally {
      desk.starting = false
    }
  }

  function later(desk: GoalDesk, ms: number): void {
    timers.get(desk.threadId)?.()
    const wake = (): void => {
      timers.delete(desk.threadId)
      consider(desk)
    }
    timers.set(desk.threadId, ports.timers.after(Math.min(ms, TIMER_MS_MAX), wake))
  }

  async function attempt(desk: GoalDesk): Promise<void> {
    let isPlaced = false
    try {
      isPlaced = await take(desk)
    } finally {
      if (!isPlaced) giveWay(desk)
    }
  }

  function consider(desk: GoalDesk): void {
    attempt(desk).catch((error: unknown) =>
      ports.logger.log('error', 'an automatic turn could not start', {
        threadId: desk.threadId,
        error: messageOf(error),
      }),
    )
  }

  function giveWay({ threadId }: GoalDesk): void {
    waiting.delete(threadId)
    offer()
  }

  /** A place may be free: to the first in line. One that has no use for it gives way to the next. */
  function offer(): void {
    const [next] = waiting
    if (next === undefined) return
    const desk = desks.find(next)
    if (!desk) waiting.delete(next)
    else if (running.size < desk.config.simultaneousMax) consider(desk)
  }

  function free(threadId: ThreadId): void {
    if (running.delete(threadId)) offer()
  }

  return {
    consider,
    attempt,
    ended: free,
    drop({ threadId }) {
      timers.get(threadId)?.()
      timers.delete(threadId)
      waiting.delete(threadId)
      free(threadId)
    },
    circumstances,
  }
}
