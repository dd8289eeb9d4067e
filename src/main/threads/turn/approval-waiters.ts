// The calls of the running turn that wait for an answer, each by the id of its question.
import type { ServerRequestAnswer, ServerRequestMethod } from '../../../protocol/index.ts'

/** `isUnclear`: a refusal that stands for an error or for something that is no answer. */
export type ClientAnswer<M extends ServerRequestMethod = ServerRequestMethod> =
  ServerRequestAnswer<M> & { readonly isUnclear?: true }

export interface ApprovalWaiters {
  /** Resolves with the answer; rejects with the signal's reason when the turn is cut before. */
  wait<M extends ServerRequestMethod>(
    approvalId: string,
    signal: AbortSignal,
  ): Promise<ClientAnswer<M>>
  /** Wakes who waits. A question that was withdrawn has no answer: its call is cut by the signal. */
  settle(approvalId: string, answer: ClientAnswer | null): void
}

export function createApprovalWaiters(): ApprovalWaiters {
  const waiters = new Map<string, (answer: never) => void>()
  return {
    wait: (approvalId, signal) =>
      new Promise((resolve, reject) => {
        waiters.set(approvalId, resolve)
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      }),
    settle(approvalId, answer) {
      const waiter = waiters.get(approvalId)
      waiters.delete(approvalId)
      if (answer !== null) waiter?.(answer as never)
    },
  }
}
