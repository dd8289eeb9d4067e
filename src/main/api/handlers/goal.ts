// Goals: get, set, replace and clear one; list all; the log; and the switch over all of them.
import type { Goals } from '../../extensions/goals/goals.ts'
import type { Handlers } from '../router.ts'
import { limitOf } from './paging.ts'

type GoalMethods =
  | 'thread/goal/get'
  | 'thread/goal/set'
  | 'thread/goal/clear'
  | 'skein/goal/list'
  | 'skein/goal/log/list'
  | 'skein/goal/explain'
  | 'skein/goal/replace'
  | 'skein/goal/undo'
  | 'skein/goal/pauseAll'
  | 'skein/goal/resumeAll'

/** Answers go before what they cause: the notification, then the turn. */
export function goalHandlers(goals: Goals): Pick<Handlers, GoalMethods> {
  return {
    'thread/goal/get': async ({ threadId }) => ({ goal: await goals.get(threadId) }),
    async 'thread/goal/set'(params, request) {
      request.holdUntilReplied()
      return { goal: await goals.set(params) }
    },
    async 'thread/goal/clear'(params, request) {
      request.holdUntilReplied()
      return { cleared: await goals.clear(params) }
    },
    async 'skein/goal/replace'(params, request) {
      request.holdUntilReplied()
      return { goal: await goals.replace(params) }
    },
    async 'skein/goal/undo'(params, request) {
      request.holdUntilReplied()
      return { goal: await goals.undo(params) }
    },
    async 'skein/goal/list'(params) {
      const { data, nextCursor } = await goals.list(params, limitOf(params.limit))
      return { data: [...data], nextCursor, pausedAll: goals.pausedAll() }
    },
    async 'skein/goal/log/list'(params) {
      const { data, nextCursor } = await goals.log(params, limitOf(params.limit))
      return { data: [...data], nextCursor }
    },
    'skein/goal/explain': ({ threadId }) => goals.explain(threadId),
    async 'skein/goal/pauseAll'({ interrupt }) {
      return { paused: await goals.pauseAll(interrupt ?? true) }
    },
    async 'skein/goal/resumeAll'({ threadIds }) {
      return { resumed: await goals.resumeAll(threadIds) }
    },
  }
}
