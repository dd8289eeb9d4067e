// Settings > MCP: the servers that are configured, to switch, reload and sign in to.
import { useStores } from '../../state/stores-context.tsx'
import { ServerList } from '../mcp/server-list.tsx'

export function McpSection() {
  const { mcp } = useStores()
  return (
    <>
      <p className="settings-text">
        MCP servers give threads more tools. Each thread runs its own; what they say of themselves
        is not checked.
      </p>
      <ServerList store={mcp(null)} isWorkbench={false} />
    </>
  )
}
