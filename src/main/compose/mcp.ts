// MCP servers, connected to the configuration they come from and the threads they serve.
import type {
  ElicitationAnswer,
  ElicitationParams,
  Notification,
  ThreadId,
} from '../../protocol/index.ts'
import type { ConfigService } from '../config/config-service.ts'
import { messageOf } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { createMcpService, type McpService } from '../mcp/mcp-service.ts'
import { isSignedIn, storedAuth } from '../mcp/sign-in.ts'
import type { TokenStore } from '../mcp/token-store.ts'
import type { Thread } from '../threads/thread.ts'
import type { ThreadServers } from '../threads/thread-ports.ts'

export function composeMcp(ports: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
  readonly logger: Logger
  readonly home: string
  readonly config: ConfigService
  readonly tokens: TokenStore
  /** The configured table with what extensions add, for threads that work in `cwd`. */
  contributed(table: unknown, cwd: string): unknown
  find(threadId: ThreadId): Thread | undefined
  /** A question that belongs to no turn. */
  ask(params: ElicitationParams, signal: AbortSignal): Promise<ElicitationAnswer>
  tell(notification: Notification): void
}): McpService {
  const { env, version, logger, config, contributed, find, tokens } = ports
  return createMcpService({
    env,
    version,
    logger,
    async setupOf(threadId) {
      const thread = threadId === null ? undefined : find(threadId)
      const { values } = await (thread?.reloadUserConfig() ?? config.resolve())
      const cwd = thread?.configSnapshot().cwd ?? ports.home
      return { table: contributed(values.mcp_servers, cwd), cwd }
    },
    policyOf: (threadId) => find(threadId)?.configSnapshot().approvalPolicy ?? 'never',
    autoDenies: (threadId) => find(threadId)?.appServerClientInfo().autoDeny ?? false,
    askOutside: ports.ask,
    tell: ports.tell,
    async remember(server, tool) {
      const keyPath = `mcp_servers.${server}.tools.${JSON.stringify(tool)}.approval_mode`
      await config.write([{ keyPath, value: 'approve', mergeStrategy: 'upsert' }], {})
    },
    authProvider: (server) => storedAuth(tokens, server),
    isSignedIn: (server) => isSignedIn(tokens, server),
  })
}

/** The servers of one thread, as its holder reaches them outside of turns. */
export function serversOf(mcp: McpService, threadId: ThreadId, logger: Logger): ThreadServers {
  return {
    async readResource(server, uri) {
      return { contents: await mcp.readResource(threadId, server, uri) }
    },
    callTool: (server, tool, args, meta) => mcp.callTool(threadId, server, tool, args, meta),
    cancelStart: () => mcp.cancelStart(threadId),
    replaceAtNextTurn: (table) =>
      void mcp.replaceAtNextTurn(threadId, table).catch((error: unknown) =>
        logger.log('error', 'MCP servers could not be replaced', {
          threadId,
          error: messageOf(error),
        }),
      ),
  }
}
