// Everything that waits for the person, over all threads: the content of the Approvals dialog.
import { ShieldCheck } from 'lucide-react'
import { useRef } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { titleOf } from '../../state/thread-state.ts'
import { Button } from '../../ui/button.tsx'
import { ApprovalCard } from './approval-card.tsx'
import './attention-strip.css'
import { SettledNotices } from './settled-notices.tsx'
import { useHandedOnFocus } from './use-handed-on-focus.ts'

export function ApprovalsQueue() {
  const { approvals, threadList } = useStores()
  const pending = useSelector(approvals, (state) => state.pending)
  const problem = useSelector(approvals, (state) => state.problem)
  const threads = useSelector(threadList, (state) => state.threads)
  const list = useRef<HTMLElement>(null)
  useHandedOnFocus(list, pending.length)
  const titleOfThread = (threadId: string) =>
    titleOf(threads.find((thread) => thread.id === threadId) ?? null)

  return (
    <section
      ref={list}
      className="approvals"
      aria-label="Approvals"
      data-testid="approvals"
      data-approvals
    >
      {problem && (
        <p className="attention-problem" role="alert">
          {problem}
        </p>
      )}
      <SettledNotices />
      {pending.map((approval, index) => (
        <ApprovalCard
          key={approval.approvalId}
          approval={approval}
          isFirst={index === 0}
          threadTitle={titleOfThread(approval.threadId)}
        />
      ))}
      {pending.length === 0 && <Nothing />}
      {pending.length > 1 && <DeclineAll />}
    </section>
  )
}

function Nothing() {
  return (
    <p className="approvals-nothing">
      <ShieldCheck size={18} aria-hidden /> Nothing waits for you
    </p>
  )
}

/** There is no "allow all", on purpose. */
function DeclineAll() {
  const { approvals } = useStores()
  const decline = () => {
    for (const { approvalId } of approvals.getState().pending) {
      void approvals.decide(approvalId, 'decline')
    }
  }
  return (
    <div className="approvals-all">
      <Button onClick={decline}>Decline all</Button>
    </div>
  )
}
