// Draws one row of the timeline. A row is drawn anew when its own item changes, and not when others do.
import { Code, FoldVertical } from 'lucide-react'
import { memo } from 'react'
import type { ItemView } from '../../state/thread-state.ts'
import { ItemCard } from './item-card.tsx'
import { McpCard } from './mcp-card.tsx'
import { AgentMessage, UserMessage } from './message-cards.tsx'
import { ReviewBegin, ReviewFindings } from './review-cards.tsx'
import type { ItemRole, TimelineRow } from './rows.ts'
import { useItemView, useTurnValue } from './timeline-context.tsx'
import { TurnFoot } from './turn-foot.tsx'
import { ErrorCard, RetryLine, TurnHead, TurnPlanCard, WorkHead } from './turn-rows.tsx'
import { CommandCard, FileChangeCard, PlanItemCard, ReasoningCard } from './work-cards.tsx'

export const TimelineRowView = memo(({ row }: { row: TimelineRow }) => {
  switch (row.kind) {
    case 'head':
      return <TurnHead turnId={row.turnId} />
    case 'work':
      return <WorkHead turnId={row.turnId} />
    case 'plan':
      return <TurnPlanCard turnId={row.turnId} />
    case 'retry':
      return <RetryLine turnId={row.turnId} />
    case 'error':
      return <ErrorCard turnId={row.turnId} />
    case 'foot':
      return <TurnFoot turnId={row.turnId} />
    case 'item':
      return <ItemRow turnId={row.turnId} itemKey={row.itemKey} role={row.role} />
  }
})

interface ItemRowProps {
  turnId: string
  itemKey: string
  role: ItemRole
}

function ItemRow({ turnId, itemKey, role }: ItemRowProps) {
  const view = useItemView(turnId, itemKey)
  const trigger = useTurnValue(turnId, (turn) => turn.trigger)
  if (!view) return null
  const { item } = view
  switch (item.type) {
    case 'userMessage':
      return <UserMessage view={view} item={item} role={role} isFromQueue={trigger === 'queue'} />
    case 'agentMessage':
      return <AgentMessage view={view} item={item} role={role} />
    case 'reasoning':
      return <ReasoningCard view={view} item={item} />
    case 'commandExecution':
      return <CommandCard view={view} item={item} />
    case 'fileChange':
      return <FileChangeCard view={view} item={item} />
    case 'mcpToolCall':
      return <McpCard view={view} item={item} />
    case 'plan':
      return <PlanItemCard view={view} item={item} />
    case 'contextCompaction':
      return <Compaction id={item.id} />
    case 'enteredReviewMode':
      return <ReviewBegin view={view} review={item.review} />
    case 'exitedReviewMode':
      return <ReviewFindings view={view} review={item.review} />
    default:
      return <UnknownCard view={view} />
  }
}

function Compaction({ id }: { id: string }) {
  return (
    <p className="compaction" data-testid={`item:${id}`}>
      <FoldVertical size={13} aria-hidden /> context compacted
    </p>
  )
}

/** A kind this window does not know yet: shown as it came, never dropped. */
function UnknownCard({ view }: { view: ItemView }) {
  const kind = String((view.item as { type: unknown }).type)
  return (
    <ItemCard
      view={view}
      kind={kind}
      summary="unknown kind of item"
      icon={<Code size={15} aria-hidden />}
      head={<span className="card-words">{kind}</span>}
      details={() => <pre className="raw-json">{JSON.stringify(view.item, null, 2)}</pre>}
    />
  )
}
