// Where a review began, and what it found.
import { SearchCheck } from 'lucide-react'
import { memo } from 'react'
import type { ItemView } from '../../state/thread-state.ts'
import { ItemCard } from './item-card.tsx'
import { firstLine } from './item-words.ts'
import { Markdown } from './markdown.tsx'

interface ReviewProps {
  view: ItemView
  review: string
}

export function ReviewBegin({ view, review }: ReviewProps) {
  return (
    <p className="compaction" data-testid={`item:${view.item.id}`}>
      <SearchCheck size={13} aria-hidden /> review of {review}
    </p>
  )
}

export const ReviewFindings = memo(({ view, review }: ReviewProps) => (
  <ItemCard
    view={view}
    kind="Review"
    summary={firstLine(review)}
    icon={<SearchCheck size={15} aria-hidden />}
    head={<span className="card-words">Review</span>}
    below={
      <div className="card-below">
        <Markdown text={review} isStreaming={false} />
      </div>
    }
  />
))
