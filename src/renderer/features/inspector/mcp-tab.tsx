// The MCP servers of the thread as a workbench: state, tools to call by hand, resources to read.
import { useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { QuestionHistory } from '../mcp/question-history.tsx'
import { ServerList } from '../mcp/server-list.tsx'

export function McpTab({ store }: { store: ThreadStore }) {
  const { mcp } = useStores()
  return (
    <div className="inspector-section">
      <QuestionHistory threadId={store.threadId} />
      <ServerList store={mcp(store.threadId)} isWorkbench />
    </div>
  )
}
