// The global queue of questions, and answers from a client that holds no such server request.
import type { ThreadId } from '../../../protocol/index.ts'
import type { Rules } from '../../approvals/rules/rule-files.ts'
import type { Store } from '../../storage/store.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import { readAnswer } from '../answers.ts'
import type { OutsideQuestions } from '../outside-questions.ts'
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
  readonly outside: Pick<OutsideQuestions, 'list' | 'answer'>
}

export function approvalHandlers({
  manager,
  store,
  rules,
  outside,
}: ApprovalHandlerPorts): Pick<Handlers, ApprovalMethods> {
  return {
    async 'skein/approval/list'({ threadId, state, cursor, limit }) {
      const { data, nextCursor } = await store.approvals({
        threadId,
        state: state ?? 'pending',
        cursor,
        limit: limitOf(limit),
      })
      const isFirstOfPending = cursor === undefined && (state ?? 'pending') === 'pending'
      const extra = isFirstOfPending ? outside.list(threadId) : []
      return { data: [...extra, ...data], nextCursor }
    },

    async 'skein/approval/respond'({ approvalId, result }) {
      if (outside.answer(approvalId, result)) return { accepted: true }
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
