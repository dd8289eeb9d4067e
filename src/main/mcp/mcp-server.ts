// One configured MCP server of one thread as its users see it: requests with time-outs, and the questions it asks
// meanwhile. Its coming and going is server-life.ts.
import type {
  ElicitationAnswer,
  McpCallRecord,
  McpCallResult,
  McpContents,
  McpPrompt,
  McpPromptMessage,
  McpResource,
  McpResourceTemplate,
} from '../../protocol/index.ts'
import { messageOf } from '../lib/errors.ts'
import { orAbort } from '../lib/or-abort.ts'
import { type PausableTimeout, startTimeout } from '../lib/pausable-timeout.ts'
import { createCallLog } from './call-log.ts'
import {
  type ElicitationRequest,
  McpAuthError,
  McpClosedError,
  type McpConnection,
} from './mcp-connection.ts'
import type { ServerConfig } from './server-config.ts'
import { createServerLife, type ServerLifePorts } from './server-life.ts'
import { isOffered } from './tool-list.ts'

export interface McpServerPorts extends ServerLifePorts {
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
  readonly caller: McpCallRecord['caller']
  readonly meta?: Readonly<Record<string, unknown>> | undefined
  readonly signal: AbortSignal
  readonly ask?: RunningCall['ask']
  onProgress?(message: string): void
}

export type McpServer = ReturnType<typeof createMcpServer>

export function createMcpServer(ports: McpServerPorts) {
  const { config } = ports
  const life = createServerLife(ports, elicit)
  const log = createCallLog()
  const calls = new Set<RunningCall & { readonly timeout: PausableTimeout }>()

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

  /** One request with the server's time-out, which stands still while a person is asked. */
  async function withTimeout<T>(
    what: string,
    given: AbortSignal,
    work: (open: McpConnection, signal: AbortSignal) => Promise<T>,
    ask?: RunningCall['ask'],
  ): Promise<T> {
    const open = await life.open(given)
    const elapsed = new AbortController()
    const seconds = config.toolTimeoutMs / 1000
    const timeout = startTimeout(config.toolTimeoutMs, () =>
      elapsed.abort(new Error(`timed out awaiting ${what} after ${seconds}s`)),
    )
    const signal = AbortSignal.any([given, elapsed.signal])
    const call = { signal, timeout, ...(ask && { ask }) }
    calls.add(call)
    try {
      return await orAbort(work(open, signal), signal)
    } catch (error) {
      given.throwIfAborted()
      if (error instanceof McpAuthError) life.refused(error)
      throw error
    } finally {
      calls.delete(call)
      timeout.clear()
    }
  }

  /** A session that the server forgot is opened anew, once, and the request made again. */
  async function withNewSession<T>(work: () => Promise<T>): Promise<T> {
    const before = life.connection()
    try {
      return await work()
    } catch (error) {
      const isLost = error instanceof McpClosedError && config.transport?.type === 'http'
      if (!isLost || life.connection() !== before || before === null) throw error
      await life.reopen()
      return work()
    }
  }

  async function call({ tool, args, meta, signal, ask, onProgress }: McpCall) {
    if (!isOffered(config, tool))
      throw new Error(`tool \`${tool}\` of MCP server \`${config.name}\` is disabled`)
    return withNewSession(() =>
      withTimeout(
        'tools/call',
        signal,
        (open, both) =>
          open.callTool(tool, args, { signal: both, meta, ...(onProgress && { onProgress }) }),
        ask,
      ),
    )
  }

  return {
    config,
    start: life.start,
    stop: life.stop,
    restart: life.restart,
    close: life.close,
    state: life.state,
    settled: life.settled,
    connection: life.connection,
    tools: life.tools,
    startDurationMs: life.startDurationMs,
    callsUnderWay: () => calls.size,
    callCount: log.count,
    latestCalls: log.latest,
    /** Rejects with what a model or a person may read. */
    async call(given: McpCall): Promise<McpCallResult> {
      const ended = log.begin(given.tool, given.caller)
      try {
        const result = await call(given)
        ended(result.isError ? 'toolError' : 'ok')
        return result
      } catch (error) {
        if (given.signal.aborted) ended('cancelled')
        else ended('failed', messageOf(error))
        throw error
      }
    },
    readResource: (uri: string, signal: AbortSignal): Promise<readonly McpContents[]> =>
      withNewSession(() =>
        withTimeout('resources/read', signal, (open, both) => open.readResource(uri, both)),
      ),
    resourcesPage: (cursor: string | undefined, signal: AbortSignal) =>
      withTimeout('resources/list', signal, (open, both) => open.resourcesPage(cursor, both)),
    templatesPage: (cursor: string | undefined, signal: AbortSignal) =>
      withTimeout('resources/templates/list', signal, (open, both) =>
        open.templatesPage(cursor, both),
      ),
    resources: (signal: AbortSignal): Promise<readonly McpResource[]> =>
      withTimeout('resources/list', signal, (open, both) => open.listResources(both)),
    templates: (signal: AbortSignal): Promise<readonly McpResourceTemplate[]> =>
      withTimeout('resources/templates/list', signal, (open, both) =>
        open.listResourceTemplates(both),
      ),
    prompts: (signal: AbortSignal): Promise<readonly McpPrompt[]> =>
      withNewSession(() =>
        withTimeout('prompts/list', signal, (open, both) => open.listPrompts(both)),
      ),
    prompt: (
      name: string,
      args: Readonly<Record<string, string>> | undefined,
      signal: AbortSignal,
    ): Promise<{ description: string | null; messages: readonly McpPromptMessage[] }> =>
      withNewSession(() =>
        withTimeout('prompts/get', signal, (open, both) => open.getPrompt(name, args, both)),
      ),
  }
}
