// How the question about an item was decided, as far as this window knows it.
import { Hand } from 'lucide-react'
import { useSelector, useStores } from '../../state/stores-context.tsx'

const words = {
  approved: 'Allowed',
  denied: 'Declined',
  expired: 'Ended before an answer',
  cancelled: 'Ended before an answer',
} as const

export function ApprovalLine({ itemId }: { itemId: string }) {
  const { approvals } = useStores()
  const ending = useSelector(
    approvals,
    ({ settled }) => settled.findLast(({ approval }) => approval.itemId === itemId)?.state,
  )
  if (ending === undefined) return null
  return (
    <p className="approval-line">
      <Hand size={13} aria-hidden /> {words[ending]}
    </p>
  )
}
