// What waits for the person in one thread, between its transcript and the message field. `store` is the thread's.
import { useRef } from 'react'
import type { PendingApproval } from '../../state/approval-store.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { ApprovalCard } from './approval-card.tsx'
import './attention-strip.css'
import { SettledNotices } from './settled-notices.tsx'
import { useHandedOnFocus } from './use-handed-on-focus.ts'

export function AttentionStrip({ store }: { store: ThreadStore }) {
  const pending = usePendingOf(store.threadId)
  const { approvals } = useStores()
  const problem = useSelector(approvals, (state) => state.problem)
  const strip = useRef<HTMLDivElement>(null)
  useHandedOnFocus(strip, pending.length)
  return (
    <div ref={strip} className="attention" data-approvals>
      <SettledNotices threadId={store.threadId} />
      {pending.map((approval) => (
        <ApprovalCard key={approval.approvalId} approval={approval} />
      ))}
      {pending.length > 0 && problem && (
        <p className="attention-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}

const none: readonly PendingApproval[] = []

/** The same array while its cards are the same. */
function usePendingOf(threadId: string): readonly PendingApproval[] {
  const { approvals } = useStores()
  const known = useRef(none)
  return useSelector(approvals, ({ pending }) => {
    const own = pending.filter((approval) => approval.threadId === threadId)
    const isSame =
      own.length === known.current.length &&
      own.every((approval, index) => approval === known.current[index])
    if (!isSame) known.current = own
    return known.current
  })
}
