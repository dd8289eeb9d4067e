// When an automatic turn may start: each condition in the order it is asked, with its value. Pure.
import type { GoalCondition, GoalWait } from '../../../protocol/index.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'
import { wordOf } from './goal-status.ts'

/** All that decides about the next automatic turn of one thread. */
export interface Circumstances {
  readonly featureOn: boolean
  readonly thread: {
    readonly persisted: boolean
    readonly loaded: boolean
    readonly archived: boolean
    readonly review: boolean
    readonly planMode: boolean
    readonly running: boolean
    readonly queued: number
    /** A start is under way. */
    readonly starting: boolean
  }
  readonly goal: StoredGoal | null
  readonly pausedAll: boolean
  /** Active since before this process, and nobody has looked at it since. */
  readonly startHold: boolean
  readonly running: number
  readonly runningMax: number
  readonly nowMs: number
}

/** See GoalCondition. */
interface Condition {
  readonly name: string
  /** It comes to hold by itself: with time, or when another thread's turn ends. */
  readonly passes?: 'time' | 'place'
  readonly holds: boolean
  readonly value: string
}

export function conditionsOf(now: Circumstances): readonly Condition[] {
  const { thread, goal } = now
  const waitMs = (goal?.nextStartMs ?? 0) - now.nowMs
  const yes = (claim: boolean): string => (claim ? 'yes' : 'no')
  return [
    { name: 'feature on', holds: now.featureOn, value: yes(now.featureOn) },
    { name: 'thread is kept', holds: thread.persisted, value: yes(thread.persisted) },
    { name: 'thread is loaded', holds: thread.loaded, value: yes(thread.loaded) },
    { name: 'thread is not archived', holds: !thread.archived, value: yes(!thread.archived) },
    { name: 'not a review', holds: !thread.review, value: yes(!thread.review) },
    {
      name: 'not deferred by a fork',
      holds: !goal?.deferred,
      value: goal?.deferred ? 'waits for the first turn of a person' : 'yes',
    },
    {
      name: 'goal is active',
      holds: goal?.status === 'active',
      value: goal ? wordOf(goal.status) : 'no goal',
    },
    { name: 'not in plan mode', holds: !thread.planMode, value: yes(!thread.planMode) },
    {
      name: 'thread is idle',
      holds: !thread.running && !thread.starting,
      value: thread.running ? 'a turn runs' : thread.starting ? 'a turn is starting' : 'idle',
    },
    { name: 'nothing queued', holds: thread.queued === 0, value: `${thread.queued} queued` },
    {
      name: 'pause is over',
      passes: 'time',
      holds: waitMs <= 0,
      value: waitMs > 0 ? `${Math.ceil(waitMs / 1000)} s left` : 'yes',
    },
    {
      name: 'goals are not paused as a whole',
      holds: !now.pausedAll,
      value: now.pausedAll ? 'all paused' : 'yes',
    },
    {
      name: 'not held since the start of the app',
      holds: !now.startHold,
      value: now.startHold ? 'waits for a person to continue' : 'yes',
    },
    {
      name: 'no wait condition',
      holds: !goal?.wait,
      value: goal?.wait ? waitText(goal.wait) : 'yes',
    },
    {
      name: 'a place is free',
      passes: 'place',
      holds: now.running < now.runningMax,
      value: `${now.running} of ${now.runningMax} automatic turns run`,
    },
  ]
}

function waitText(wait: GoalWait): string {
  switch (wait.type) {
    case 'timer':
      return `waiting for ${new Date(wait.untilMs).toISOString()}`
    case 'processExit':
      return `waiting for the end of process ${wait.pid}`
    case 'fileChange':
      return `waiting for a change of ${wait.path}`
    case 'command':
      return `waiting for \`${wait.command}\` to end with ${wait.expectedExitCode}`
  }
}

/** For the wire. */
export function explain(now: Circumstances): GoalCondition[] {
  return conditionsOf(now).map(({ name, holds, value }) => ({ name, holds, value }))
}
