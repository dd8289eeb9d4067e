// Says for a moment how a question was settled that stood here, then lets it go.
import { Check, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { SettledApproval } from '../../state/approval-store.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { toolQuestionOf } from '../mcp/tool-question.ts'
import { firstLine } from '../timeline/item-words.ts'
import { showCommand } from './untrusted-text.ts'

const SHOWN_MS = 2500
/** The latest ones stay known: the cards of their items tell how they were decided. */
const KEPT_MAX = 100

const words: Readonly<Record<SettledApproval['state'], string>> = {
  approved: 'Allowed',
  denied: 'Declined',
  expired: 'The turn ended before an answer',
  cancelled: 'The turn ended before an answer',
}

/** Of one thread, or of all when none is named. */
export function SettledNotices({ threadId }: { threadId?: string }) {
  const { approvals } = useStores()
  const settled = useSelector(approvals, (state) => state.settled)
  const [seenUpTo, setSeenUpTo] = useState(settled.length)

  useEffect(() => {
    for (const { approval } of settled.slice(0, -KEPT_MAX)) approvals.dismiss(approval.approvalId)
  }, [approvals, settled])

  useEffect(() => {
    if (settled.length <= seenUpTo) return
    const timer = setTimeout(() => setSeenUpTo(settled.length), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [settled.length, seenUpTo])

  const shown = settled
    .slice(Math.min(seenUpTo, settled.length))
    .filter(({ approval }) => threadId === undefined || approval.threadId === threadId)
  return shown.map(({ approval, state }) => (
    <p key={approval.approvalId} className="approval-settled">
      {state === 'approved' ? <Check size={13} aria-hidden /> : <X size={13} aria-hidden />}
      {words[state]}
      <span className="approval-settled-what">{whatOf(approval)}</span>
    </p>
  ))
}

function whatOf(approval: SettledApproval['approval']): string {
  switch (approval.kind) {
    case 'command':
      return firstLine(showCommand(approval.params.command).text)
    case 'elicitation': {
      const tool = toolQuestionOf(approval.params)
      return tool ? `${approval.params.serverName} › ${tool.name}` : approval.params.serverName
    }
    default:
      return 'file changes'
  }
}
