// One server as clients see it.
import type { McpAuthStatus, McpServerStatus } from '../../protocol/index.ts'
import { residentKb } from '../tools/exec/resident-memory.ts'
import type { McpServer } from './mcp-server.ts'

/** `wait` bounds how long the server may take to list its resources; null leaves them out. */
export async function serverStatus(
  server: McpServer,
  isSignedIn: boolean,
  wait: AbortSignal | null,
): Promise<McpServerStatus> {
  const { config } = server
  const state = server.state()
  const open = server.connection()
  const { tools, warnings } = server.tools()
  const [resources, resourceTemplates] =
    open && wait
      ? await Promise.all([
          server.resources(wait).catch(() => []),
          server.templates(wait).catch(() => []),
        ])
      : [[], []]
  const { transport } = config
  return {
    name: config.name,
    runtimeStatus: runtimeStatusOf(server),
    pluginId: null,
    httpOrigin: transport?.type === 'http' ? new URL(transport.url).origin : null,
    serverInfo: open?.serverInfo ? { ...untold, ...open.serverInfo } : null,
    serverCapabilities: open?.capabilities ?? null,
    toolListMeta: null,
    tools: Object.fromEntries(tools.map((tool) => [tool.name, tool])),
    toolsError: state.error,
    resources: [...resources],
    resourceTemplates: [...resourceTemplates],
    authStatus: authStatusOf(server, isSignedIn),
    skein: {
      transport: transport?.type ?? null,
      processId: open?.processId ?? null,
      rssKb: open?.processId ? await residentKb(open.processId) : null,
      startDurationMs: server.startDurationMs(),
      failureReason: state.failureReason,
      warnings: [...warnings],
      approvalModes: Object.fromEntries(
        tools.map(({ name }) => [name, config.approvalModes[name] ?? config.defaultApprovalMode]),
      ),
      log: [...(open?.log() ?? [])],
      callCount: server.callCount(),
      recentCalls: [...server.latestCalls()],
    },
  }
}

/** What a server may leave unsaid of itself. */
const untold = { title: null, description: null, icons: null, websiteUrl: null }

function runtimeStatusOf(server: McpServer): McpServerStatus['runtimeStatus'] {
  if (!server.config.enabled) return 'disabled'
  const { status } = server.state()
  switch (status) {
    case 'ready':
      return 'connected'
    case 'failed':
    case 'starting':
      return status
    default:
      return null
  }
}

function authStatusOf({ config, state }: McpServer, isSignedIn: boolean): McpAuthStatus {
  if (config.transport?.type !== 'http') return 'unsupported'
  if (config.transport.bearerTokenEnvVar !== null) return 'bearerToken'
  if (state().failureReason === 'reauthenticationRequired') return 'notLoggedIn'
  return isSignedIn ? 'oAuth' : 'unsupported'
}
