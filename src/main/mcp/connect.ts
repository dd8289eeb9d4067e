// Connects to an MCP server with the official SDK, and turns its words and failures into ours.
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {
  ElicitRequestSchema,
  ErrorCode,
  McpError,
  type Progress,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import {
  McpCallResult,
  McpContents,
  McpPrompt,
  McpPromptMessage,
  McpResource,
  McpResourceTemplate,
} from '../../protocol/index.ts'
import { createHttpTransport } from './http-transport.ts'
import {
  type CallOptions,
  type Connect,
  type ConnectPorts,
  type ElicitationRequest,
  McpAuthError,
  McpClosedError,
  type McpConnection,
  McpServerError,
} from './mcp-connection.ts'
import { serverEnvironment } from './server-environment.ts'
import { createStdioTransport } from './stdio-transport.ts'
import { readTools, TOOLS_MAX } from './tool-list.ts'

const PAGES_MAX = 50
const RESOURCES_MAX = 5000
const PROMPTS_MAX = 1000
/** Longer than any time-out of ours, and still a timer: our own clocks decide, as they can be paused. */
const NEVER_MS = 2 ** 31 - 1
const PROGRESS_EVERY_MS = 100

const Page = z.looseObject({ nextCursor: z.string().nullish() })
const ToolsPage = Page.extend({ tools: z.array(z.unknown()) })
const ResourcesPage = Page.extend({ resources: z.array(z.unknown()) })
const TemplatesPage = Page.extend({ resourceTemplates: z.array(z.unknown()) })
const PromptsPage = Page.extend({ prompts: z.array(z.unknown()) })
const PromptResult = z.looseObject({
  description: z.string().nullish(),
  messages: z.array(McpPromptMessage),
})
const ReadResult = z.looseObject({ contents: z.array(McpContents) })
const AnyResult = z.looseObject({})

export const connect: Connect = async (ports) => {
  const transport = transportOf(ports)
  const client = new Client(
    { name: 'skein', title: 'Skein', version: ports.version },
    { capabilities: { elicitation: { form: { applyDefaults: true }, url: {} } } },
  )
  let isOpen = false
  client.onclose = () => {
    if (isOpen) ports.closed()
    isOpen = false
  }
  client.onerror = (error) => ports.warn(error.message)
  client.setRequestHandler(ElicitRequestSchema, async ({ params }, { signal }) => {
    const answer = await ports.elicit(params as ElicitationRequest, signal)
    if (answer.action !== 'accept') return { action: answer.action }
    return { action: 'accept', content: (answer.content ?? {}) as Record<string, string> }
  })
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => ports.toolsChanged())
  const stop = (): void => void client.close()
  ports.signal.addEventListener('abort', stop, { once: true })
  try {
    await client.connect(transport, { signal: ports.signal, timeout: NEVER_MS })
  } catch (error) {
    await transport.close().catch(() => undefined)
    ports.signal.throwIfAborted()
    throw startFailure(error, ports)
  } finally {
    ports.signal.removeEventListener('abort', stop)
  }
  isOpen = true
  return connectionOf(client, transport, ports, () => {
    isOpen = false
  })
}

type AnyTransport = ReturnType<typeof transportOf>

function transportOf({ config, env, cwd, authProvider }: ConnectPorts) {
  const { transport, name } = config
  if (!transport) throw new Error(config.problem ?? `MCP server \`${name}\` is not configured`)
  if (transport.type === 'http') return createHttpTransport(name, transport, env, authProvider)
  const serverEnv = serverEnvironment(env, transport)
  const folder = transport.cwd ?? cwd
  const { command, args } = transport
  return createStdioTransport({ command, args, env: serverEnv, cwd: folder })
}

function startFailure(error: unknown, { config }: ConnectPorts): Error {
  const known = failureOf(error, config.name)
  if (known instanceof McpAuthError) return known
  if (known instanceof McpClosedError)
    return new Error('handshaking with the MCP server failed: connection closed')
  return new Error(`handshaking with the MCP server failed: ${known.message}`)
}

/** No stacks, and no text of a parser: what reaches a model or a person says what happened. */
function failureOf(error: unknown, server: string): Error {
  if (error instanceof UnauthorizedError) return new McpAuthError(server)
  if (error instanceof StreamableHTTPError) return httpFailure(error.code, server)
  if (error instanceof McpError) {
    if (error.code === ErrorCode.ConnectionClosed) return new McpClosedError()
    return new McpServerError(error.code, error.message)
  }
  if (!(error instanceof Error)) return new Error('the server failed')
  if (error.message === 'Not connected' || error.message === 'transport closed')
    return new McpClosedError()
  if (error instanceof TypeError && error.message === 'fetch failed')
    return new Error('the server cannot be reached')
  if (error.name === 'ZodError') return new Error('the server answered with something else')
  return new Error(error.message.split('\n', 1)[0]?.slice(0, 500))
}

function httpFailure(status: number | undefined, server: string): Error {
  if (status === 401) return new McpAuthError(server)
  if (status === 404) return new McpClosedError('the session is unknown to the server')
  return new Error(`the server answered with HTTP status ${status ?? 'unknown'}`)
}

function connectionOf(
  client: Client,
  transport: AnyTransport,
  { config, warn }: ConnectPorts,
  closing: () => void,
): McpConnection {
  const capabilities = client.getServerCapabilities() ?? null
  const info = client.getServerVersion()

  async function ask<S extends z.ZodObject>(
    method: string,
    params: Record<string, unknown>,
    schema: S,
    signal: AbortSignal,
    onprogress?: (progress: Progress) => void,
  ): Promise<z.output<S>> {
    try {
      const options = { signal, timeout: NEVER_MS, ...(onprogress && { onprogress }) }
      return (await client.request({ method, params }, schema, options)) as z.output<S>
    } catch (error) {
      signal.throwIfAborted()
      throw failureOf(error, config.name)
    }
  }

  async function all<S extends z.ZodObject>(
    method: string,
    schema: S,
    member: string,
    max: number,
    signal: AbortSignal,
  ): Promise<unknown[]> {
    const found: unknown[] = []
    let cursor: string | undefined
    for (let pages = 0; pages < PAGES_MAX && found.length < max; pages++) {
      const page: Record<string, unknown> = await ask(
        method,
        cursor === undefined ? {} : { cursor },
        schema,
        signal,
      )
      found.push(...(page[member] as unknown[]))
      if (typeof page.nextCursor !== 'string') break
      cursor = page.nextCursor
    }
    return found.slice(0, max)
  }

  return {
    serverInfo: info ?? null,
    capabilities,
    instructions: client.getInstructions() ?? null,
    processId: 'processId' in transport ? transport.processId : null,
    log: () => ('log' in transport ? transport.log() : []),
    async listTools(signal) {
      if (!capabilities?.tools) return { tools: [], warnings: [] }
      const raw = await all('tools/list', ToolsPage, 'tools', TOOLS_MAX + 1, signal)
      return readTools(raw, config)
    },
    async listResources(signal) {
      if (!capabilities?.resources) return []
      return keep(
        await all('resources/list', ResourcesPage, 'resources', RESOURCES_MAX, signal),
        McpResource,
      )
    },
    async listResourceTemplates(signal) {
      if (!capabilities?.resources) return []
      const raw = await all(
        'resources/templates/list',
        TemplatesPage,
        'resourceTemplates',
        RESOURCES_MAX,
        signal,
      )
      return keep(raw, McpResourceTemplate)
    },
    async resourcesPage(cursor, signal) {
      if (!capabilities?.resources) return { resources: [], nextCursor: null }
      const params = cursor === undefined ? {} : { cursor }
      const page = await ask('resources/list', params, ResourcesPage, signal)
      return {
        resources: keep(page.resources as unknown[], McpResource),
        nextCursor: (page.nextCursor as string | undefined) ?? null,
      }
    },
    async templatesPage(cursor, signal) {
      if (!capabilities?.resources) return { templates: [], nextCursor: null }
      const params = cursor === undefined ? {} : { cursor }
      const page = await ask('resources/templates/list', params, TemplatesPage, signal)
      return {
        templates: keep(page.resourceTemplates as unknown[], McpResourceTemplate),
        nextCursor: (page.nextCursor as string | undefined) ?? null,
      }
    },
    async listPrompts(signal) {
      if (!capabilities?.prompts) return []
      return keep(await all('prompts/list', PromptsPage, 'prompts', PROMPTS_MAX, signal), McpPrompt)
    },
    async getPrompt(name, args, signal) {
      const params = { name, ...(args && { arguments: args }) }
      const { description, messages } = await ask('prompts/get', params, PromptResult, signal)
      return { description: description ?? null, messages }
    },
    async callTool(name, args, options) {
      const params = {
        name,
        ...(args !== undefined && { arguments: args }),
        ...(options.meta && { _meta: options.meta }),
      }
      const raw = await ask('tools/call', params, AnyResult, options.signal, reporter(options))
      const read = McpCallResult.safeParse({ content: [], ...raw })
      if (!read.success) throw new Error('the tool answered with something that is no result')
      return read.data
    },
    async readResource(uri, signal) {
      return (await ask('resources/read', { uri }, ReadResult, signal)).contents
    },
    async close() {
      closing()
      if ('terminateSession' in transport)
        await transport.terminateSession().catch((error: Error) => warn(error.message))
      await client.close()
      await transport.close()
    },
  }
}

/** A server may report as often as it likes; people hear it a few times a second. */
function reporter({ onProgress }: CallOptions) {
  if (!onProgress) return undefined
  let toldAt = Number.NEGATIVE_INFINITY
  return ({ progress, total, message }: Progress) => {
    const now = performance.now()
    const isLast = total !== undefined && progress >= total
    if (now - toldAt < PROGRESS_EVERY_MS && !isLast) return
    toldAt = now
    const count = total === undefined ? `${progress}` : `${progress} of ${total}`
    onProgress(message ? `${message.slice(0, 500)} (${count})` : count)
  }
}

function keep<T>(raw: readonly unknown[], schema: z.ZodType<T>): T[] {
  return raw.flatMap((entry) => {
    const parsed = schema.safeParse(entry)
    return parsed.success ? [parsed.data] : []
  })
}
