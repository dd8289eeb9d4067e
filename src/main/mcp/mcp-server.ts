// One configured MCP server of one thread: comes up in its own time, is called, dies, and comes back with pauses
// that grow. Nobody but who wants this very server waits for it.
import type {
  ElicitationAnswer,
  McpCallResult,
  McpContents,
  McpFailureReason,
  McpResource,
  McpResourceTemplate,
  McpStartupStatus,
} from '../../protocol/index.ts'
import { messageOf } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { type PausableTimeout, startTimeout } from '../lib/pausable-timeout.ts'
import {
  type Connect,
  type ElicitationRequest,
  McpAuthError,
  McpClosedError,
  type McpConnection,
} from './mcp-connection.ts'
import type { ServerConfig } from './server-config.ts'
import { isOffered, type ToolList } from './tool-list.ts'

export interface ServerState {
  readonly status: McpStartupStatus | null
  readonly error: string | null
  readonly failureReason: McpFailureReason | null
}

export interface McpServerPorts {
  readonly config: ServerConfig
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly version: string
  readonly logger: Logger
  connect(): Promise<Connect>
  authProvider(config: ServerConfig): Promise<unknown>
  statusChanged(state: ServerState): void
  elicit(
    config: ServerConfig,
    request: ElicitationRequest,
    call: RunningCall | null,
    signal: AbortSignal,
  ): Promise<ElicitationAnswer>
}

/** A call under way, as far as a question of its server concerns it. */
export interface RunningCall {
  readonly signal: AbortSignal
  /** Asks within the turn of the call; undefined for calls of clients. */
  readonly ask?: (request: ElicitationRequest) => Promise<ElicitationAnswer>
}

export interface McpCall {
  readonly tool: string
  readonly args: unknown
  readonly meta?: Readonly<Record<string, unknown>> | undefined
  readonly signal: AbortSignal
  readonly ask?: RunningCall['ask']
  onProgress?(message: string): void
}

export type McpServer = ReturnType<typeof createMcpServer>

/** Pauses before a server that died is started again; after the last one it stays down until a reload. */
export const RESTART_AFTER_MS = [1000, 5000, 30_000]
const RELIST_AFTER_MS = 300
const TOOLS_EMPTY: ToolList = { tools: [], warnings: [] }

export function createMcpServer(ports: McpServerPorts) {
  const { config, logger } = ports
  let state: ServerState = { status: null, error: null, failureReason: null }
  let connection: McpConnection | null = null
  let list = TOOLS_EMPTY
  let starting: Promise<void> | null = null
  let startDurationMs: number | null = null
  let deaths = 0
  let restartTimer: NodeJS.Timeout | undefined
  let relistTimer: NodeJS.Timeout | undefined
  let lastWarning = ''
  const life = new AbortController()
  /** Attempts and connections that are being ended. */
  const ending = new Set<Promise<unknown>>()
  const calls = new Set<RunningCall & { readonly timeout: PausableTimeout }>()

  function setState(next: Partial<ServerState> & Pick<ServerState, 'status'>): void {
    state = { error: null, failureReason: null, ...next }
    ports.statusChanged(state)
  }

  function start(): Promise<void> {
    if (!config.enabled || life.signal.aborted) return Promise.resolve()
    clearTimeout(restartTimer)
    starting ??= comeUp().finally(() => {
      starting = null
    })
    return starting
  }

  async function comeUp(): Promise<void> {
    const beganAt = performance.now()
    setState({ status: 'starting' })
    const attempt = new AbortController()
    const seconds = config.startupTimeoutMs / 1000
    const timer = setTimeout(
      () => attempt.abort(new Error(`timed out after ${seconds} seconds`)),
      config.startupTimeoutMs,
    )
    const stop = (): void => attempt.abort(life.signal.reason)
    life.signal.addEventListener('abort', stop, { once: true })
    try {
      const connect = await ports.connect()
      const opening = connect({
        config,
        env: ports.env,
        cwd: ports.cwd,
        version: ports.version,
        signal: attempt.signal,
        authProvider: await ports.authProvider(config),
        elicit,
        toolsChanged: relistSoon,
        closed: died,
        warn,
      })
      endWhenLate(opening, attempt.signal)
      const opened = await orAbort(opening, attempt.signal)
      connection = opened
      list = await opened.listTools(attempt.signal)
      for (const warning of list.warnings) warn(warning)
      startDurationMs = Math.round(performance.now() - beganAt)
      setState({ status: 'ready' })
    } catch (error) {
      end(connection)
      connection = null
      if (life.signal.aborted) setState({ status: 'cancelled' })
      else setState({ status: 'failed', ...failureOf(error, attempt.signal) })
    } finally {
      clearTimeout(timer)
      life.signal.removeEventListener('abort', stop)
    }
  }

  /** Nobody waits for the end of a connection but the end of the thread. */
  function end(open: McpConnection | null): void {
    if (open) track(open.close())
  }

  function endWhenLate(opening: Promise<McpConnection>, attempt: AbortSignal): void {
    track(opening.then((opened) => (attempt.aborted ? opened.close() : undefined)))
  }

  function track(work: Promise<unknown>): void {
    const done: Promise<unknown> = work.catch(() => undefined).finally(() => ending.delete(done))
    ending.add(done)
  }

  function failureOf(error: unknown, attempt: AbortSignal): Omit<ServerState, 'status'> {
    const advice = attempt.aborted
      ? `; raise \`mcp_servers.${config.name}.startup_timeout_sec\` if it needs longer`
      : ''
    const why = attempt.aborted ? messageOf(attempt.reason) : messageOf(error)
    return {
      error: `MCP server \`${config.name}\` failed to start: ${why}${advice}`,
      failureReason: error instanceof McpAuthError ? 'reauthenticationRequired' : null,
    }
  }

  /** Its noise must not become ours: each distinct complaint once in a row. */
  function warn(message: string): void {
    if (message === lastWarning) return
    lastWarning = message
    logger.log('warn', 'an MCP server complains or is complained of', {
      server: config.name,
      message: message.slice(0, 300),
    })
  }

  function died(): void {
    if (life.signal.aborted) return
    end(connection) // takes what it left behind along
    connection = null
    list = TOOLS_EMPTY
    if (starting) return // its failure to start is told by that
    const afterMs = config.transport?.type === 'stdio' ? RESTART_AFTER_MS[deaths++] : undefined
    const next = afterMs === undefined ? '' : `; it is started again in ${afterMs / 1000} s`
    setState({ status: 'failed', error: `transport closed${next}` })
    if (afterMs === undefined) return
    restartTimer = setTimeout(() => void start(), afterMs)
    restartTimer.unref()
  }

  function relistSoon(): void {
    if (relistTimer) return
    relistTimer = setTimeout(() => void relist(), RELIST_AFTER_MS)
    relistTimer.unref()
  }

  async function relist(): Promise<void> {
    try {
      const signal = AbortSignal.any([life.signal, AbortSignal.timeout(config.startupTimeoutMs)])
      const fresh = await connection?.listTools(signal)
      if (fresh) list = fresh
    } catch (error) {
      warn(messageOf(error)) // the list it had stays in use
    } finally {
      relistTimer = undefined
    }
  }

  async function elicit(
    request: ElicitationRequest,
    signal: AbortSignal,
  ): Promise<ElicitationAnswer> {
    const resume = [...calls].map(({ timeout }) => timeout.pause())
    try {
      return await ports.elicit(config, request, [...calls].at(-1) ?? null, signal)
    } finally {
      for (const end of resume) end()
    }
  }

  /** Waits for a server that is still coming up; throws what keeps it from working. */
  async function open(signal: AbortSignal): Promise<McpConnection> {
    if (starting) await orAbort(starting, signal)
    if (connection) return connection
    throw new McpClosedError(
      state.error ??
        (config.enabled
          ? `MCP server \`${config.name}\` is not running`
          : `MCP server \`${config.name}\` is disabled`),
    )
  }

  /** One request with the server's time-out, which stands still while a person is asked. */
  async function withTimeout<T>(
    what: string,
    given: AbortSignal,
    work: (open: McpConnection, signal: AbortSignal) => Promise<T>,
    ask?: RunningCall['ask'],
  ): Promise<T> {
    const open_ = await open(given)
    const elapsed = new AbortController()
    const seconds = config.toolTimeoutMs / 1000
    const timeout = startTimeout(config.toolTimeoutMs, () =>
      elapsed.abort(new Error(`timed out awaiting ${what} after ${seconds}s`)),
    )
    const signal = AbortSignal.any([given, elapsed.signal])
    const call = { signal, timeout, ...(ask && { ask }) }
    calls.add(call)
    try {
      return await orAbort(work(open_, signal), signal)
    } catch (error) {
      given.throwIfAborted()
      if (error instanceof McpAuthError)
        setState({
          status: 'failed',
          error: error.message,
          failureReason: 'reauthenticationRequired',
        })
      throw error
    } finally {
      calls.delete(call)
      timeout.clear()
    }
  }

  /** A session that the server forgot is opened anew, once, and the request made again. */
  async function withNewSession<T>(work: () => Promise<T>): Promise<T> {
    const before = connection
    try {
      return await work()
    } catch (error) {
      const isLost = error instanceof McpClosedError && config.transport?.type === 'http'
      if (!isLost || connection !== before || before === null) throw error
      end(before)
      connection = null
      await start()
      return work()
    }
  }

  return {
    config,
    start,
    state: () => state,
    /** Resolves when it came up, or did not. */
    settled: () => starting ?? Promise.resolve(),
    connection: () => connection,
    tools: () => list,
    startDurationMs: () => startDurationMs,
    callsUnderWay: () => calls.size,
    /** Rejects with what a model or a person may read. */
    call({ tool, args, meta, signal, ask, onProgress }: McpCall): Promise<McpCallResult> {
      if (!isOffered(config, tool))
        return Promise.reject(
          new Error(`tool \`${tool}\` of MCP server \`${config.name}\` is disabled`),
        )
      return withNewSession(() =>
        withTimeout(
          'tools/call',
          signal,
          (open_, both) =>
            open_.callTool(tool, args, {
              signal: both,
              meta,
              ...(onProgress && { onProgress }),
            }),
          ask,
        ),
      )
    },
    readResource: (uri: string, signal: AbortSignal): Promise<readonly McpContents[]> =>
      withNewSession(() =>
        withTimeout('resources/read', signal, (open_, both) => open_.readResource(uri, both)),
      ),
    resourcesPage: (cursor: string | undefined, signal: AbortSignal) =>
      withTimeout('resources/list', signal, (open_, both) => open_.resourcesPage(cursor, both)),
    resources: (signal: AbortSignal): Promise<readonly McpResource[]> =>
      withTimeout('resources/list', signal, (open_, both) => open_.listResources(both)),
    templates: (signal: AbortSignal): Promise<readonly McpResourceTemplate[]> =>
      withTimeout('resources/templates/list', signal, (open_, both) =>
        open_.listResourceTemplates(both),
      ),
    /** Ends it, whatever it is doing. */
    async close(): Promise<void> {
      life.abort(new Error('the thread was closed'))
      clearTimeout(restartTimer)
      clearTimeout(relistTimer)
      await starting
      end(connection)
      connection = null
      await Promise.all(ending)
    },
  }
}

/** What somebody waits for must not hold them longer than they want to wait. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
