// The MCP servers of a thread, or those configured: state, and what can be done with each.
import { RotateCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { McpServerStatus } from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import type { McpStore } from '../../state/mcp-store.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { duration } from '../../ui/relative-time.ts'
import { Group } from '../timeline/group.tsx'
import { ServerDetails } from './server-details.tsx'
import './mcp.css'

export interface ServerListProps {
  store: McpStore
  /** True: tools can be called and resources read here. */
  isWorkbench: boolean
}

export function ServerList({ store, isWorkbench }: ServerListProps) {
  useEffect(() => store.watch(), [store])
  const { phase, problem, servers } = useSelector(store, (state) => state)
  return (
    <>
      <div className="mcp-server-head">
        <Button
          size="small"
          icon={<RotateCw size={13} aria-hidden />}
          onClick={() => void store.reload()}
        >
          Reload servers
        </Button>
      </div>
      {problem !== null && (
        <p className="mcp-problem" role="alert">
          {problem}
        </p>
      )}
      {phase === 'ready' && servers.length === 0 && (
        <p className="mcp-facts">
          No MCP server is configured. Add a table <code>[mcp_servers.NAME]</code> with a{' '}
          <code>command</code> or a <code>url</code> to config.toml, then reload.
        </p>
      )}
      <div className="mcp-servers">
        {servers.map((server) => (
          <ServerEntry key={server.name} store={store} server={server} isWorkbench={isWorkbench} />
        ))}
      </div>
    </>
  )
}

interface ServerEntryProps extends ServerListProps {
  server: McpServerStatus
}

function ServerEntry({ store, server, isWorkbench }: ServerEntryProps) {
  const { name, runtimeStatus, toolsError } = server
  const words = statusWords(server)
  const isDisabled = runtimeStatus === 'disabled'
  return (
    <Group label={`${name}, ${words}`} testId={`mcp:${name}`}>
      <div className="mcp-server">
        <div className="mcp-server-head">
          <span className="mcp-server-name">{name}</span>
          <span className={`mcp-status mcp-status-${runtimeStatus}`}>{words}</span>
          <span className="mcp-server-actions">
            {server.authStatus === 'notLoggedIn' && <SignIn store={store} name={name} />}
            {server.authStatus === 'oAuth' && (
              <Button
                size="small"
                aria-label={`Sign out of ${name}`}
                onClick={() => void store.signOut(name)}
              >
                Sign out
              </Button>
            )}
            {isWorkbench && !isDisabled && (
              <>
                <Button
                  size="small"
                  aria-label={`Restart ${name}`}
                  onClick={() => void store.restart(name)}
                >
                  Restart
                </Button>
                {runtimeStatus !== 'failed' && (
                  <Button
                    size="small"
                    aria-label={`Stop ${name}`}
                    onClick={() => void store.stop(name)}
                  >
                    Stop
                  </Button>
                )}
              </>
            )}
            {!isWorkbench && (
              <Button
                size="small"
                aria-label={`${isDisabled ? 'Enable' : 'Disable'} ${name}`}
                onClick={() => void store.setEnabled(name, isDisabled)}
              >
                {isDisabled ? 'Enable' : 'Disable'}
              </Button>
            )}
          </span>
        </div>
        <p className="mcp-facts">{factsOf(server).join(' · ')}</p>
        {toolsError !== null && <p className="mcp-problem">{toolsError}</p>}
        {isWorkbench && <ServerDetails store={store} server={server} />}
      </div>
    </Group>
  )
}

function SignIn({ store, name }: { store: McpStore; name: string }) {
  const { ui } = useStores()
  const [problem, setProblem] = useState<string | null>(null)
  async function signIn(): Promise<void> {
    try {
      ui.actions.openDialog({ kind: 'openLink', url: await store.signIn(name) })
    } catch (error) {
      setProblem(messageOf(error))
    }
  }
  return (
    <>
      {problem !== null && <span className="mcp-problem">{problem}</span>}
      <Button size="small" variant="primary" onClick={() => void signIn()}>
        Sign in
      </Button>
    </>
  )
}

function statusWords({ runtimeStatus, authStatus }: McpServerStatus): string {
  if (authStatus === 'notLoggedIn') return 'needs sign-in'
  return runtimeStatus ?? 'not started'
}

function factsOf(server: McpServerStatus): string[] {
  const { skein, serverInfo, tools, resources, httpOrigin } = server
  const count = Object.keys(tools).length
  return [
    skein?.transport === 'http'
      ? (httpOrigin ?? 'http')
      : skein?.transport === 'stdio'
        ? 'local'
        : null,
    serverInfo && `${serverInfo.name} ${serverInfo.version}`,
    count > 0 ? `${count} tools` : null,
    resources.length > 0 ? `${resources.length} resources` : null,
    skein?.processId ? `process ${skein.processId}` : null,
    skein?.rssKb ? `${Math.ceil(skein.rssKb / 1024)} MB` : null,
    skein?.startDurationMs ? `started in ${duration(skein.startDurationMs)}` : null,
    skein?.callCount ? (skein.callCount === 1 ? '1 call' : `${skein.callCount} calls`) : null,
  ].filter((fact): fact is string => Boolean(fact))
}
