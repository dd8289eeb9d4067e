// The life of one configured MCP server: it comes up in its own time, dies, and comes back with pauses that grow.
// Nobody but who wants this very server waits for it.
import type { McpFailureReason, McpStartupStatus } from '../../protocol/index.ts'
import { messageOf } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { orAbort } from '../lib/or-abort.ts'
import {
  type Connect,
  type ConnectPorts,
  McpAuthError,
  McpClosedError,
  type McpConnection,
} from './mcp-connection.ts'
import type { ServerConfig } from './server-config.ts'
import type { ToolList } from './tool-list.ts'

export interface ServerState {
  /** Null before it was started for the first time. */
  readonly status: McpStartupStatus | null
  readonly error: string | null
  readonly failureReason: McpFailureReason | null
}

export interface ServerLifePorts {
  readonly config: ServerConfig
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly version: string
  readonly logger: Logger
  /** Pauses in milliseconds before a server that died is started again; after the last one it stays down. */
  readonly restartAfterMs?: readonly number[]
  connect(): Promise<Connect>
  authProvider(config: ServerConfig): Promise<unknown>
  statusChanged(state: ServerState): void
}

const RESTART_AFTER_MS = [1000, 5000, 30_000]
/** Who lived this long may be started as often again. */
const HEALTHY_AFTER_MS = 10 * 60_000
const RELIST_AFTER_MS = 300
const TOOLS_EMPTY: ToolList = { tools: [], warnings: [] }

export function createServerLife(ports: ServerLifePorts, elicit: ConnectPorts['elicit']) {
  const { config, logger, restartAfterMs = RESTART_AFTER_MS } = ports
  let state: ServerState = { status: null, error: null, failureReason: null }
  let connection: McpConnection | null = null
  let list = TOOLS_EMPTY
  let starting: Promise<void> | null = null
  let attempt: AbortController | undefined
  let startDurationMs: number | null = null
  let readyAt = 0
  let deaths = 0
  let restartTimer: NodeJS.Timeout | undefined
  let relistTimer: NodeJS.Timeout | undefined
  let lastWarning = ''
  /** Whoever wanted it does no more: for good, or until it is restarted. */
  let isClosed = false
  let isStopped = false
  /** Counts what people wanted: only the last wish is carried out. */
  let wishes = 0
  /** Attempts and connections that are being ended. */
  const ending = new Set<Promise<unknown>>()

  function setState(next: Partial<ServerState> & Pick<ServerState, 'status'>): void {
    state = { error: null, failureReason: null, ...next }
    ports.statusChanged(state)
  }

  function start(): Promise<void> {
    if (!config.enabled || isClosed || isStopped) return Promise.resolve()
    clearTimeout(restartTimer)
    starting ??= comeUp().finally(() => {
      starting = null
    })
    return starting
  }

  async function comeUp(): Promise<void> {
    const beganAt = performance.now()
    setState({ status: 'starting' })
    const trying = new AbortController()
    attempt = trying
    const seconds = config.startupTimeoutMs / 1000
    const timer = setTimeout(
      () => trying.abort(new Error(`timed out after ${seconds} seconds`)),
      config.startupTimeoutMs,
    )
    try {
      const connect = await ports.connect()
      const opening = connect({
        config,
        env: ports.env,
        cwd: ports.cwd,
        version: ports.version,
        signal: trying.signal,
        authProvider: await ports.authProvider(config),
        elicit,
        toolsChanged: relistSoon,
        closed: died,
        warn,
      })
      endWhenLate(opening, trying.signal)
      const opened = await orAbort(opening, trying.signal)
      connection = opened
      list = await orAbort(opened.listTools(trying.signal), trying.signal)
      for (const warning of list.warnings) warn(warning)
      readyAt = performance.now()
      startDurationMs = Math.round(readyAt - beganAt)
      setState({ status: 'ready' })
    } catch (error) {
      drop()
      if (isClosed || isStopped) setState({ status: 'cancelled' })
      else failedToStart(error, trying.signal)
    } finally {
      clearTimeout(timer)
      attempt = undefined
    }
  }

  /** Nobody waits for the end of a connection but the end of the thread. */
  function drop(): void {
    if (connection) track(connection.close())
    connection = null
    list = TOOLS_EMPTY
  }

  function endWhenLate(opening: Promise<McpConnection>, trying: AbortSignal): void {
    track(opening.then((opened) => (trying.aborted ? opened.close() : undefined)))
  }

  function track(work: Promise<unknown>): void {
    const done: Promise<unknown> = work.catch(() => undefined).finally(() => ending.delete(done))
    ending.add(done)
  }

  function failedToStart(error: unknown, trying: AbortSignal): void {
    const advice = trying.aborted
      ? `; raise \`mcp_servers.${config.name}.startup_timeout_sec\` if it needs longer`
      : ''
    const why = trying.aborted ? messageOf(trying.reason) : messageOf(error)
    const message = `MCP server \`${config.name}\` failed to start: ${why}${advice}`
    const failureReason = error instanceof McpAuthError ? 'reauthenticationRequired' : null
    // What never worked is not tried again by itself.
    if (deaths > 0) failedForNow(message)
    else setState({ status: 'failed', error: message, failureReason })
  }

  /** A local server that worked before is started again, a few times. */
  function failedForNow(why: string): void {
    const afterMs = config.transport?.type === 'stdio' ? restartAfterMs[deaths++] : undefined
    const next =
      afterMs === undefined
        ? 'it is not started again by itself'
        : `it is started again in ${afterMs / 1000} s`
    setState({ status: 'failed', error: `${why}; ${next}` })
    if (afterMs === undefined) return
    restartTimer = setTimeout(() => void start(), afterMs)
    restartTimer.unref()
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
    if (isClosed || isStopped) return
    drop() // takes what it left behind along
    if (starting) return // its failure to start is told by that
    if (performance.now() - readyAt > HEALTHY_AFTER_MS) deaths = 0
    failedForNow('transport closed')
  }

  function relistSoon(): void {
    if (relistTimer) return
    relistTimer = setTimeout(() => void relist(), RELIST_AFTER_MS)
    relistTimer.unref()
  }

  async function relist(): Promise<void> {
    const asked = connection
    try {
      const fresh = await asked?.listTools(AbortSignal.timeout(config.startupTimeoutMs))
      if (fresh && asked === connection) list = fresh
    } catch (error) {
      warn(messageOf(error)) // the list it had stays in use
    } finally {
      relistTimer = undefined
    }
  }

  /** Ends what it is doing and is connected to, and any plan to come back. */
  async function halt(why: string): Promise<void> {
    clearTimeout(restartTimer)
    clearTimeout(relistTimer)
    relistTimer = undefined
    attempt?.abort(new Error(why))
    await starting
    drop()
  }

  return {
    start,
    state: () => state,
    /** Resolves when it came up, or did not. */
    settled: () => starting ?? Promise.resolve(),
    connection: () => connection,
    tools: () => list,
    startDurationMs: () => startDurationMs,
    /** Waits for a server that is still coming up; throws what keeps it from working. */
    async open(signal: AbortSignal): Promise<McpConnection> {
      if (starting) await orAbort(starting, signal)
      if (connection) return connection
      const why = config.enabled ? 'is not running' : 'is disabled'
      throw new McpClosedError(state.error ?? `MCP server \`${config.name}\` ${why}`)
    },
    /** A connection of no use is replaced by a new one. */
    async reopen(): Promise<void> {
      drop()
      await start()
    },
    /** The server turned us away: somebody has to sign in. */
    refused(error: McpAuthError): void {
      setState({
        status: 'failed',
        error: error.message,
        failureReason: 'reauthenticationRequired',
      })
    },
    /** Stays down until `restart`. */
    async stop(): Promise<void> {
      if (!config.enabled || isClosed) return
      wishes += 1
      isStopped = true
      await halt('the server was stopped')
      setState({ status: 'cancelled' })
    },
    /** From the beginning: earlier deaths are forgotten. Resolves when it came up, or did not. */
    async restart(): Promise<void> {
      const wish = ++wishes
      isStopped = true
      await halt('the server is restarted')
      if (wish !== wishes) return
      isStopped = false
      deaths = 0
      await start()
    },
    /** Ends it, whatever it is doing, and waits for the end of its processes. */
    async close(): Promise<void> {
      isClosed = true
      await halt('the thread was closed')
      await Promise.all(ending)
    },
  }
}
