// Leads back to the end of a thread, and says what came there meanwhile.
import { ArrowDown } from 'lucide-react'
import { useSelector } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import './jump-pill.css'

export interface JumpPillProps {
  thread: ThreadStore
  newItems: number
  onJump: () => void
}

export function JumpPill({ thread, newItems, onJump }: JumpPillProps) {
  const isOwnMessageLast = useSelector(thread, ({ turns }) => {
    const last = turns.at(-1)?.items.at(-1)?.item
    return last?.type === 'userMessage'
  })
  return (
    <div className="jump">
      {newItems > 0 && isOwnMessageLast && <span>Your message was added</span>}
      <button
        type="button"
        className="jump-button"
        aria-label={`Jump to latest, ${newItems} new`}
        data-testid="jump-latest"
        onClick={onJump}
      >
        <ArrowDown size={14} aria-hidden />
        {newItems > 0 ? `Jump to latest, ${newItems} new` : 'Jump to latest'}
      </button>
    </div>
  )
}
