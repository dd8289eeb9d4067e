// Questions that belong to no turn: asked while a thread is idle, kept in memory, gone with the process.
import type {
  ApprovalView,
  ElicitationAnswer,
  ElicitationParams,
  ThreadId,
} from '../../protocol/index.ts'
import { newId } from '../lib/ids.ts'
import type { StoredApproval } from '../storage/thread-event.ts'
import { readAnswer } from './answers.ts'
import type { ClientConnection } from './client-connection.ts'
import type { Subscriptions } from './subscriptions.ts'

export type OutsideQuestions = ReturnType<typeof createOutsideQuestions>

interface Open {
  readonly threadId: ThreadId
  readonly question: StoredApproval<'mcpServer/elicitation/request'>
  settle(answer: ElicitationAnswer): void
}

/** Of all threads together; more are declined unasked. */
const OPEN_MAX = 100

export function createOutsideQuestions(subscriptions: Subscriptions) {
  const open = new Map<string, Open>()

  function settle(approvalId: string, answer: ElicitationAnswer): boolean {
    const found = open.get(approvalId)
    if (!found) return false
    open.delete(approvalId)
    const { threadId } = found
    const state = answer.action === 'accept' ? 'approved' : 'denied'
    subscriptions.withdraw(approvalId)
    subscriptions.broadcast({
      method: 'skein/approval/updated',
      params: { approvalId, threadId, state },
    })
    found.settle(answer)
    return true
  }

  return {
    /** The server may take its question back by `signal`. */
    ask(params: ElicitationParams, signal: AbortSignal): Promise<ElicitationAnswer> {
      if (open.size >= OPEN_MAX) return Promise.resolve({ action: 'decline' })
      const { threadId } = params
      const approvalId = newId()
      const question: Open['question'] = {
        approvalId,
        turnId: '',
        itemId: approvalId,
        method: 'mcpServer/elicitation/request',
        params,
        createdAtMs: Date.now(),
      }
      return new Promise((resolve) => {
        open.set(approvalId, { threadId, question, settle: resolve })
        signal.addEventListener('abort', () => settle(approvalId, { action: 'cancel' }), {
          once: true,
        })
        subscriptions.ask(threadId, question)
        subscriptions.broadcast({
          method: 'skein/approval/updated',
          params: { approvalId, threadId, state: 'pending' },
        })
      })
    },
    /** False when the question is not one of these. */
    answer: (approvalId: string, raw: unknown): boolean =>
      settle(approvalId, readAnswer('mcpServer/elicitation/request', raw) as ElicitationAnswer),
    /** For a client that comes later. */
    replay(threadId: ThreadId, connection: ClientConnection): void {
      for (const { question, threadId: of } of open.values())
        if (of === threadId) connection.ask(question, threadId)
    },
    list: (threadId: ThreadId | undefined): readonly ApprovalView[] =>
      [...open.values()]
        .filter((entry) => threadId === undefined || entry.threadId === threadId)
        .map(({ threadId: of, question }) => ({
          ...question,
          threadId: of,
          state: 'pending',
          decision: null,
          reviewer: null,
          decidedAtMs: null,
        })),
  }
}
