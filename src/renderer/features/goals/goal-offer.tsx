// Above the message field: a person wrote to a thread with a goal, and may want to pause it, or to let it go on.
import { X } from 'lucide-react'
import type { GoalOffer as Offer } from '../../state/goal-offers.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { statusWords } from './goal-words.ts'
import './goals.css'

const wanted = {
  pause: { label: 'Pause the goal', status: 'paused' },
  resume: { label: 'Resume goal with this message', status: 'active' },
} as const

export function GoalOffer({ threadId }: { threadId: string }) {
  const { goals, goalOffers } = useStores()
  const offer = useSelector(goalOffers, (offers) => offers.get(threadId))
  const status = useSelector(goals, (state) => state.goals.get(threadId)?.status)
  if (!offer || !status) return null
  const words =
    offer === 'pause'
      ? 'Your words alone do not stop the goal: it goes on.'
      : `The goal is ${statusWords[status]}: this message is not part of it.`
  return (
    <div className="goal-offer" role="status">
      <span>{words}</span>
      <Accept threadId={threadId} offer={offer} />
      <IconButton
        size="small"
        label="Leave the goal as it is"
        icon={<X size={13} aria-hidden />}
        onClick={() => goalOffers.dismiss(threadId)}
      />
    </div>
  )
}

function Accept({ threadId, offer }: { threadId: string; offer: Offer }) {
  const stores = useStores()
  const { label, status } = wanted[offer]
  const accept = () =>
    void reportFailure(stores, stores.goals.set({ threadId, status, origin: 'user' }))
  return (
    <Button size="small" variant="primary" onClick={accept}>
      {label}
    </Button>
  )
}
