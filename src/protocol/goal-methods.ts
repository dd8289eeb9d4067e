// Requests about goals: one thread's, the log of it, and all of them together.
import { z } from 'zod'
import {
  GoalCondition,
  GoalLogEntry,
  GoalStatus,
  goalClear,
  goalReplace,
  goalSet,
  ThreadGoal,
} from './goals.ts'
import { ThreadId } from './ids.ts'
import { page, params } from './params.ts'

export const goalMethods = {
  'thread/goal/get': {
    params: params({ threadId: ThreadId }),
    result: z.object({ goal: ThreadGoal.nullable() }),
  },
  /** Makes a goal, or changes what is given of it. */
  'thread/goal/set': { params: params(goalSet), result: z.object({ goal: ThreadGoal }) },
  'thread/goal/clear': { params: params(goalClear), result: z.object({ cleared: z.boolean() }) },
  'skein/goal/list': {
    params: params({
      status: z.array(GoalStatus).optional(),
      /** `spend`: most tokens first (default); `updated`: latest change first. */
      sortKey: z.enum(['spend', 'updated']).optional(),
      ...page,
    }),
    result: z.object({
      data: z.array(ThreadGoal),
      nextCursor: z.string().nullable(),
      pausedAll: z.boolean(),
    }),
  },
  'skein/goal/log/list': {
    params: params({
      threadId: ThreadId,
      goalId: z.string().optional(),
      kind: z.enum(['turn', 'change']).optional(),
      ...page,
    }),
    result: z.object({ data: z.array(GoalLogEntry), nextCursor: z.string().nullable() }),
  },
  'skein/goal/explain': {
    params: params({ threadId: ThreadId }),
    result: z.object({
      conditions: z.array(GoalCondition),
      nextStartAtMs: z.number().nullable(),
    }),
  },
  /** In one transaction: the old goal goes into the log, the new one starts from zero. */
  'skein/goal/replace': { params: params(goalReplace), result: z.object({ goal: ThreadGoal }) },
  /** Takes the latest change of the status back, also a removal; for `undoableUntilMs` alone. */
  'skein/goal/undo': { params: params(goalClear), result: z.object({ goal: ThreadGoal }) },
  'skein/goal/pauseAll': {
    /** False: running goal turns come to their end first. */
    params: params({ interrupt: z.boolean().optional() }),
    result: z.object({ paused: z.number() }),
  },
  'skein/goal/resumeAll': {
    params: params({ threadIds: z.array(ThreadId).optional() }),
    result: z.object({ resumed: z.number() }),
  },
} as const
