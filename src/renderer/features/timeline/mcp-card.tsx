// A call of a tool of an MCP server: server and tool, then its arguments and what came back.
import { Plug } from 'lucide-react'
import { memo } from 'react'
import type { McpToolCallItem } from '../../../protocol/index.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { duration } from '../../ui/relative-time.ts'
import { ContentList } from '../mcp/result-view.tsx'
import { ItemCard } from './item-card.tsx'
import { RunningTime } from './running-time.tsx'
import { ScrollBox } from './scroll-box.tsx'
import type { CardProps } from './work-cards.tsx'

export const McpCard = memo(({ view, item }: CardProps<McpToolCallItem>) => {
  const { server, tool, status, durationMs } = item
  const isWaiting = useIsWaiting(item.id, view.isOpen)
  return (
    <ItemCard
      view={view}
      kind="MCP call"
      summary={`${server} › ${tool}`}
      icon={<Plug size={15} aria-hidden />}
      tone={status === 'failed' ? 'danger' : 'normal'}
      head={
        <span className="card-words">
          {server} › <code className="card-code">{tool}</code>
          {view.progress !== undefined && <span className="card-aside">{view.progress}</span>}
        </span>
      }
      meta={
        <>
          {isWaiting && <span className="card-state card-state-warning">waiting for you</span>}
          {status === 'failed' && <span className="card-state card-state-danger">failed</span>}
          {view.isOpen && !isWaiting && item.startedAtMs ? (
            <RunningTime sinceMs={item.startedAtMs} />
          ) : null}
          {durationMs !== null && <span className="card-time">{duration(durationMs)}</span>}
        </>
      }
      details={() => <Details item={item} />}
    />
  )
})

function Details({ item }: { item: McpToolCallItem }) {
  const { ui } = useStores()
  const { result, error } = item
  return (
    <>
      <ScrollBox label="Arguments" className="command-text">
        {JSON.stringify(item.arguments, null, 2)}
      </ScrollBox>
      {error && <p className="mcp-problem">{error.message}</p>}
      {result && <ContentList content={result.content} />}
      {result?.structuredContent ? <ContentList content={[result.structuredContent]} /> : null}
      <div>
        <Button size="small" variant="quiet" onClick={() => ui.actions.inspect('mcp')}>
          Call again in the workbench
        </Button>
      </div>
    </>
  )
}

/** True while a person has to decide about this call, or to answer its server. */
function useIsWaiting(itemId: string, isOpen: boolean): boolean {
  const { approvals } = useStores()
  return useSelector(
    approvals,
    (state) => isOpen && state.pending.some((approval) => approval.itemId === itemId),
  )
}
