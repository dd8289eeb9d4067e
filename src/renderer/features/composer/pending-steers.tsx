// What was said into the running turn and waits for the model's next step.
import { CornerDownRight } from 'lucide-react'
import { textOf } from '../../state/message-text.ts'
import { useSelector } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { firstLine } from '../timeline/item-words.ts'

export function PendingSteers({ store }: { store: ThreadStore }) {
  const steers = useSelector(store, (state) => state.steers)
  if (steers.length === 0) return null
  return (
    <ul className="steers" aria-label="Messages on their way into the turn">
      {steers.map((steer) => (
        <li key={steer.clientId}>
          <CornerDownRight size={13} aria-hidden />
          <span className="steers-text">{firstLine(textOf(steer.input))}</span>
          <span className="steers-state">will be read after the current step</span>
        </li>
      ))}
    </ul>
  )
}
