// The calls of the running turn that wait for a person's decision, each by the id of its question.
import type { ApprovalDecision } from '../../../protocol/index.ts'

export interface ApprovalWaiters {
  /** Resolves with the decision; rejects with the signal's reason when the turn is cut before. */
  wait(approvalId: string, signal: AbortSignal): Promise<ApprovalDecision>
  /** Wakes who waits. A question that was withdrawn has no decision: its call is cut by the signal. */
  settle(approvalId: string, decision: ApprovalDecision | null): void
}

export function createApprovalWaiters(): ApprovalWaiters {
  const waiters = new Map<string, (decision: ApprovalDecision) => void>()
  return {
    wait: (approvalId, signal) =>
      new Promise((resolve, reject) => {
        waiters.set(approvalId, resolve)
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      }),
    settle(approvalId, decision) {
      const waiter = waiters.get(approvalId)
      waiters.delete(approvalId)
      if (decision !== null) waiter?.(decision)
    },
  }
}
