// The MCP servers of all threads: a session for each thread that wants one, and one for whoever asks without a
// thread. Nothing is loaded or started before a server is configured.
import { setImmediate } from 'node:timers/promises'
import type {
  ApprovalPolicy,
  ElicitationAnswer,
  ElicitationParams,
  McpCallResult,
  McpContents,
  McpPrompt,
  McpPromptMessage,
  McpServerStatus,
  Notification,
  ThreadId,
} from '../../protocol/index.ts'
import { messageOf, SkeinError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { orAbort } from '../lib/or-abort.ts'
import type { ToolRegistry } from '../tools/registry.ts'
import { answerElicitation } from './elicitation.ts'
import { McpServerError } from './mcp-connection.ts'
import { withMcpTools } from './mcp-registry.ts'
import type { McpServer } from './mcp-server.ts'
import { createMcpSession, type McpSession } from './mcp-session.ts'
import { serverStatus } from './mcp-status.ts'
import { readServers, type ServerConfig } from './server-config.ts'
import type { ServerState } from './server-life.ts'

/** What the sessions of a thread are made of. */
export interface ServerSetup {
  /** `[mcp_servers]`, as it holds for the thread. */
  readonly table: unknown
  /** Where servers run that name no folder of their own. */
  readonly cwd: string
}

export interface McpServicePorts {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
  readonly logger: Logger
  /** As configured now: for a loaded thread, or for nobody in particular. */
  setupOf(threadId: ThreadId | null): Promise<ServerSetup>
  policyOf(threadId: ThreadId): ApprovalPolicy
  /** True: the client never answers questions of servers, so they are declined at once. */
  autoDenies(threadId: ThreadId): boolean
  /** A question that belongs to no turn. */
  askOutside(params: ElicitationParams, signal: AbortSignal): Promise<ElicitationAnswer>
  tell(notification: Notification): void
  remember(server: string, tool: string): Promise<void>
  authProvider(config: ServerConfig): Promise<unknown>
  isSignedIn(config: ServerConfig): Promise<boolean>
}

export type McpService = ReturnType<typeof createMcpService>

interface Entry {
  readonly session: McpSession
  /** Held back until clients know the thread. */
  untold: Notification[] | null
  /** The servers that are to be there from the next turn on. */
  next: { readonly table: unknown } | null
}

/** How long a list of states waits for a server's resources. */
const RESOURCES_WAIT_MS = 5000
const SETTLE_WAIT_MS = 10_000
const NO_THREAD = ''

export function createMcpService(ports: McpServicePorts) {
  const entries = new Map<ThreadId, Promise<Entry>>()
  let isEnded = false

  function entryOf(threadId: ThreadId, setup?: ServerSetup) {
    const known = entries.get(threadId)
    if (known) return known
    const made = openEntry(threadId, setup)
    entries.set(threadId, made)
    made.catch(() => entries.delete(threadId))
    return made
  }

  /** `setup`: of a thread that is about to be, and that clients do not know yet. */
  async function openEntry(threadId: ThreadId, setup?: ServerSetup): Promise<Entry> {
    // Behind the answer that tells of the thread: nobody waits for its servers yet.
    if (!setup) await setImmediate()
    if (isEnded) throw new SkeinError('conflict', 'the app is closing')
    const { table, cwd } = setup ?? (await setupNow(threadId))
    const configs = readServers(table)
    const entry: Entry = {
      session: createMcpSession({
        env: ports.env,
        cwd,
        version: ports.version,
        logger: ports.logger,
        connect: async () => (await import('./connect.ts')).connect,
        authProvider: ports.authProvider,
        statusChanged: (server, state) => tell(entry, startupStatus(threadId, server, state)),
        elicit: (config, request, call, signal) => {
          if (call?.ask) return call.ask(request)
          const policy = threadId === NO_THREAD ? 'never' : ports.policyOf(threadId)
          const autoDeny = ports.autoDenies(threadId)
          const context = { threadId, turnId: null, serverName: config.name, policy, autoDeny }
          return answerElicitation(request, context, (params) => ports.askOutside(params, signal))
        },
      }),
      untold: setup ? [] : null,
      next: null,
    }
    entry.session.apply(configs)
    return entry
  }

  function setupNow(threadId: ThreadId): Promise<ServerSetup> {
    return ports.setupOf(threadId === NO_THREAD ? null : threadId)
  }

  function tell(entry: Entry, notification: Notification): void {
    if (entry.untold) entry.untold.push(notification)
    else ports.tell(notification)
  }

  async function sessionFor(threadId: ThreadId | undefined): Promise<McpSession> {
    if (threadId !== undefined) {
      const entry = await entries.get(threadId)
      if (!entry) throw new SkeinError('notFound', `thread not found: ${threadId}`)
      return entry.session
    }
    const { session } = await entryOf(NO_THREAD)
    await Promise.race([session.settled(), pause(SETTLE_WAIT_MS)])
    return session
  }

  async function serverOf(threadId: ThreadId | undefined, name: string): Promise<McpServer> {
    const server = (await sessionFor(threadId)).find(name)
    if (!server) throw new SkeinError('upstream', `unknown MCP server '${name}'`)
    return server
  }

  async function end(threadId: ThreadId): Promise<void> {
    const entry = entries.get(threadId)
    entries.delete(threadId)
    await (await entry?.catch(() => undefined))?.session.close()
  }

  return {
    /**
     * Starts the servers of a thread that is about to be; says nothing until `announce`. Rejects, with everything
     * ended again, when a server that is required does not come up.
     */
    async begin(threadId: ThreadId, setup: ServerSetup): Promise<void> {
      const { session } = await entryOf(threadId, setup)
      const required = session.servers().filter(({ config }) => config.required && config.enabled)
      if (required.length === 0) return
      await Promise.all(required.map((server) => server.settled()))
      const failed = required.find((server) => server.state().status !== 'ready')
      if (!failed) return
      await end(threadId)
      const why = failed.state().error ?? 'it did not start'
      throw new SkeinError(
        'upstream',
        `required MCP server \`${failed.config.name}\` failed: ${why}`,
      )
    },
    /** Clients know the thread: its servers are started, if they were not, and what was held back is told. */
    async announce(threadId: ThreadId): Promise<void> {
      const entry = await entryOf(threadId)
      const { untold } = entry
      entry.untold = null
      for (const notification of untold ?? []) ports.tell(notification)
    },
    /** From the thread's next turn on the servers of this table are there and no others; nothing happens before. */
    async replaceAtNextTurn(threadId: ThreadId, table: unknown): Promise<void> {
      const entry = await entryOf(threadId)
      entry.next = { table }
    },
    /** The tools of a turn. Waits for servers that are still coming up, each at most for its own time-out. */
    async toolsFor(
      threadId: ThreadId,
      own: ToolRegistry,
      signal: AbortSignal,
    ): Promise<ToolRegistry> {
      const entry = await entryOf(threadId)
      const { session, next } = entry
      entry.next = null
      if (next) session.apply(readServers(next.table))
      if (session.servers().every(({ config }) => !config.enabled)) return own
      await orAbort(session.settled(), signal)
      return withMcpTools(own, {
        session,
        autoDeny: () => ports.autoDenies(threadId),
        remember: ports.remember,
      })
    },
    async statuses(query: {
      readonly threadId: ThreadId | undefined
      readonly serverName: string | undefined
      readonly withResources: boolean
    }): Promise<readonly McpServerStatus[]> {
      const session = await sessionFor(query.threadId)
      const { serverName } = query
      const wanted = session
        .servers()
        .filter(({ config }) => serverName === undefined || config.name === serverName)
        .toSorted((left, right) => (left.config.name < right.config.name ? -1 : 1))
      return Promise.all(
        wanted.map(async (server) => {
          const wait = AbortSignal.timeout(RESOURCES_WAIT_MS)
          const isSignedIn = await ports.isSignedIn(server.config)
          return serverStatus(server, isSignedIn, query.withResources ? wait : null)
        }),
      )
    },
    async readResource(
      threadId: ThreadId | undefined,
      server: string,
      uri: string,
    ): Promise<readonly McpContents[]> {
      const found = await serverOf(threadId, server)
      return expected(found.readResource(uri, noSignal()))
    },
    /** No approval, no item, no history; a tool that fails is a result. */
    async callTool(
      threadId: ThreadId,
      server: string,
      tool: string,
      args?: unknown,
      meta?: unknown,
    ): Promise<McpCallResult> {
      const found = await serverOf(threadId, server)
      if (args != null && (typeof args !== 'object' || Array.isArray(args)))
        throw new SkeinError(
          'upstream',
          `tool call failed for \`${server}/${tool}\`: MCP tool arguments must be a JSON object`,
        )
      return expected(
        found.call({ tool, args, caller: 'client', meta: metaOf(meta), signal: noSignal() }),
      )
    },
    async prompts(threadId: ThreadId | undefined, server: string): Promise<readonly McpPrompt[]> {
      const found = await serverOf(threadId, server)
      return expected(found.prompts(noSignal()))
    },
    async prompt(
      threadId: ThreadId | undefined,
      server: string,
      name: string,
      args?: Readonly<Record<string, string>>,
    ): Promise<{ description: string | null; messages: readonly McpPromptMessage[] }> {
      const found = await serverOf(threadId, server)
      return expected(found.prompt(name, args, noSignal()))
    },
    /** Its state tells how it goes: nobody waits for a server that hangs. */
    async restart(threadId: ThreadId | undefined, server: string): Promise<void> {
      void (await serverOf(threadId, server)).restart()
    },
    async stop(threadId: ThreadId | undefined, server: string): Promise<void> {
      await (await serverOf(threadId, server)).stop()
    },
    /** Servers of the thread that are still coming up do not; those that are there stay. */
    async cancelStart(threadId: ThreadId): Promise<void> {
      const entry = await entries.get(threadId)
      const coming = entry?.session.servers().filter(({ state }) => state().status === 'starting')
      await Promise.all((coming ?? []).map((server) => server.stop()))
    },
    /** Where it runs at all: its tokens are others now. */
    async restartEverywhere(server: string): Promise<void> {
      for (const opening of entries.values()) void (await opening).session.find(server)?.restart()
    },
    /** Sessions follow the configuration of now: new and changed servers start, those that are gone end. */
    async reload(): Promise<void> {
      await Promise.all(
        [...entries].map(async ([threadId, opening]) => {
          const { session } = await opening
          session.apply(readServers((await setupNow(threadId)).table))
        }),
      )
    },
    /** As configured for nobody in particular. */
    async configured(name: string): Promise<ServerConfig | undefined> {
      const all = readServers((await ports.setupOf(null)).table)
      return all.find((server) => server.name === name)
    },
    end,
    async endAll(): Promise<void> {
      isEnded = true
      await Promise.all([...entries.keys()].map(end))
    },
  }
}

function startupStatus(threadId: ThreadId, name: string, state: ServerState): Notification {
  const { status, error, failureReason } = state
  return {
    method: 'mcpServer/startupStatus/updated',
    params: {
      threadId: threadId === NO_THREAD ? null : threadId,
      name,
      status: status ?? 'starting',
      error,
      failureReason,
    },
  }
}

/** A server's own code goes through; whatever else fails there is upstream. */
async function expected<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof McpServerError || error instanceof SkeinError) throw error
    throw new SkeinError('upstream', messageOf(error))
  }
}

function metaOf(meta: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof meta === 'object' && meta !== null
    ? (meta as Readonly<Record<string, unknown>>)
    : undefined
}

/** Calls of clients end with the server's time-out. */
function noSignal(): AbortSignal {
  return new AbortController().signal
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
