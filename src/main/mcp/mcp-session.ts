// The MCP servers of one thread: started together, offered together, ended together.
import type { McpTool } from '../../protocol/index.ts'
import { createMcpServer, type McpServer, type McpServerPorts } from './mcp-server.ts'
import type { ServerConfig } from './server-config.ts'
import type { ServerState } from './server-life.ts'
import { qualifyTools, type RawToolName } from './tool-names.ts'

export interface OfferedTool extends RawToolName {
  readonly definition: McpTool
  readonly owner: McpServer
}

export interface McpSessionPorts extends Omit<McpServerPorts, 'config' | 'statusChanged'> {
  statusChanged(server: string, state: ServerState): void
}

export type McpSession = ReturnType<typeof createMcpSession>

export function createMcpSession(ports: McpSessionPorts) {
  let servers = new Map<string, McpServer>()
  const retired = new Set<Promise<void>>()
  /** Tools a person was asked about, and those allowed for the session. */
  const asked = new Set<string>()
  const granted = new Set<string>()
  let isClosed = false

  function create(config: ServerConfig): McpServer {
    return createMcpServer({
      ...ports,
      config,
      statusChanged: (state) => ports.statusChanged(config.name, state),
    })
  }

  /** Calls that run finish on the server they began on. */
  function retire(server: McpServer): void {
    const end = (async () => {
      for (let waits = 0; server.callsUnderWay() > 0 && !isClosed && waits < 1200; waits++)
        await new Promise((resolve) => setTimeout(resolve, 100).unref())
      await server.close()
    })()
    retired.add(end)
    void end.finally(() => retired.delete(end))
  }

  return {
    /** Starts what is new or changed or failed, ends what is gone, keeps the rest. */
    apply(configs: readonly ServerConfig[]): void {
      if (isClosed) return
      const next = new Map<string, McpServer>()
      for (const config of configs) {
        const known = servers.get(config.name)
        const isSame = known && JSON.stringify(known.config) === JSON.stringify(config)
        if (isSame && known.state().status !== 'failed') next.set(config.name, known)
        else {
          const server = create(config)
          next.set(config.name, server)
          void server.start()
        }
      }
      for (const [name, server] of servers) if (next.get(name) !== server) retire(server)
      servers = next
    },
    servers: (): readonly McpServer[] => [...servers.values()],
    find: (name: string): McpServer | undefined => servers.get(name),
    /** Resolves when no server is coming up any more. */
    async settled(): Promise<void> {
      await Promise.all([...servers.values()].map((server) => server.settled()))
    },
    /** Of the servers that are up, by the name models know them by. */
    tools(): ReadonlyMap<string, OfferedTool> {
      const offered = [...servers.values()].flatMap((owner) =>
        owner.tools().tools.map((definition) => ({
          server: owner.config.name,
          tool: definition.name,
          definition,
          owner,
        })),
      )
      return qualifyTools(offered)
    },
    wasAsked: (server: string, tool: string): boolean => asked.has(keyOf(server, tool)),
    noteAsked: (server: string, tool: string): void => void asked.add(keyOf(server, tool)),
    isGranted: (server: string, tool: string): boolean => granted.has(keyOf(server, tool)),
    grant: (server: string, tool: string): void => void granted.add(keyOf(server, tool)),
    async close(): Promise<void> {
      isClosed = true
      await Promise.all([...[...servers.values()].map((server) => server.close()), ...retired])
    },
  }
}

function keyOf(server: string, tool: string): string {
  return JSON.stringify([server, tool])
}
