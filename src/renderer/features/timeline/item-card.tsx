// The frame of an item: a line that says what it is, and details that open below it.
import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ItemView } from '../../state/thread-state.ts'
import './item-card.css'
import { Group } from './group.tsx'
import { useDisclosure } from './timeline-context.tsx'

export interface ItemCardProps {
  view: ItemView
  /** Begins a sentence: "Command". */
  kind: string
  /** One line, for those who do not see the head. */
  summary: string
  icon: ReactNode
  /** What the line shows; wide parts shorten themselves. */
  head: ReactNode
  /** At the right end: status, duration. */
  meta?: ReactNode
  tone?: 'normal' | 'danger'
  /** Below the line while the details are not shown. */
  below?: ReactNode
  /** Until the person opens or closes it. */
  isOpenAtFirst?: boolean
  /** Drawn when open; absent when there is nothing more to see. */
  details?: (() => ReactNode) | undefined
}

export function ItemCard(props: ItemCardProps) {
  const { view, kind, summary, icon, head, meta, tone = 'normal', below, details } = props
  const [isOpen, toggle] = useDisclosure(view.key, props.isOpenAtFirst)
  const isShown = isOpen && details !== undefined
  return (
    <Group
      label={`${kind}: ${summary}`}
      testId={`item:${view.item.id}`}
      className={`card${tone === 'danger' ? ' card-danger' : ''}${isShown ? ' card-open' : ''}`}
    >
      <div className="card-head">
        <span className="card-icon">{icon}</span>
        <div className="card-line">{head}</div>
        <div className="card-meta">
          {meta}
          <ItemState view={view} />
        </div>
        {details !== undefined && (
          <button
            type="button"
            className="card-toggle"
            aria-label={`Details of ${kind.toLowerCase()}`}
            aria-expanded={isOpen}
            data-testid={`item-toggle:${view.item.id}`}
            onClick={toggle}
          >
            <ChevronRight size={14} aria-hidden />
          </button>
        )}
      </div>
      {!isShown && below}
      {isShown && <div className="card-details">{details()}</div>}
    </Group>
  )
}

/** Words for an item that did not come to its end. */
export function ItemState({ view }: { view: ItemView }) {
  if (view.isSuperseded) return <span className="card-state">superseded attempt</span>
  if (view.isInterrupted) return <span className="card-state card-state-warning">interrupted</span>
  return null
}
