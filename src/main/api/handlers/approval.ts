// The global queue of questions, and answers from a client that holds no such server request.
import type { ThreadId } from '../../../protocol/index.ts'
import type { Rules } from '../../approvals/rules/rule-files.ts'
import type { Store } from '../../storage/store.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import { readAnswer } from '../answers.ts'
import type { Handlers } from '../router.ts'
import { limitOf, sliceOf } from './paging.ts'

type ApprovalMethods =
  | 'skein/approval/list'
  | 'skein/approval/respond'
  | 'skein/approval/rule/list'
  | 'skein/approval/rule/delete'

export interface ApprovalHandlerPorts {
  readonly rules: Pick<Rules, 'list' | 'remove'>
  readonly manager: ThreadManager
  readonly store: Store
}

export function approvalHandlers({
  manager,
  store,
  rules,
}: ApprovalHandlerPorts): Pick<Handlers, ApprovalMethods> {
  return {
    async 'skein/approval/list'({ threadId, state, cursor, limit }) {
      const { data, nextCursor } = await store.approvals({
        threadId,
        state: state ?? 'pending',
        cursor,
        limit: limitOf(limit),
      })
      return { data: [...data], nextCursor }
    },

    async 'skein/approval/respond'({ approvalId, result }) {
      for (const threadId of manager.loadedIds()) {
        const waiting = manager.find(threadId)?.actor.state().turn?.approvals.has(approvalId)
        if (waiting) return { accepted: await answer(manager, threadId, approvalId, result) }
      }
      return { accepted: false }
    },

    async 'skein/approval/rule/list'({ cursor, limit }) {
      const all = (await rules.list()).map(({ id, pattern, ...rule }) => ({
        ...rule,
        ruleId: id,
        pattern: pattern.map((word) => [...word]),
      }))
      return sliceOf(all, cursor, limitOf(limit))
    },

    async 'skein/approval/rule/delete'({ ruleId }) {
      return { deleted: await rules.remove(ruleId) }
    },
  }
}

/** False when it was settled already, or its thread is gone. `raw` is what the client sent. */
export async function answer(
  manager: ThreadManager,
  threadId: ThreadId,
  approvalId: string,
  raw: unknown,
): Promise<boolean> {
  const actor = manager.find(threadId)?.actor
  const approval = actor?.state().turn?.approvals.get(approvalId)
  return actor && approval ? actor.respond(approvalId, readAnswer(approval.method, raw)) : false
}
