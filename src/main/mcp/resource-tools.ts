// The tools by which a model looks at the resources of MCP servers.
import { z } from 'zod'
import type { McpToolCallItem } from '../../protocol/index.ts'
import { messageOf } from '../lib/errors.ts'
import { type Tool, ToolFailure } from '../tools/tool.ts'
import { cut, MODEL_CHARS_MAX } from './mcp-output.ts'
import type { McpServer } from './mcp-server.ts'
import type { McpSession } from './mcp-session.ts'

const ListInput = z.object({ server: z.string().optional(), cursor: z.string().optional() })
const ReadInput = z.object({ server: z.string(), uri: z.string() })

/** Stands in the cards where all servers are meant. */
const SELF = 'skein'

const listSchema = {
  type: 'object',
  properties: {
    server: { type: 'string', description: 'Name of one server; leave out for all of them.' },
    cursor: {
      type: 'string',
      description: 'The nextCursor of an earlier answer, with its server.',
    },
  },
  additionalProperties: false,
}

/** Read-only, so nobody is asked. */
export function resourceTools(session: McpSession): readonly Tool[] {
  return [
    resourceTool(
      'list_mcp_resources',
      'Lists what MCP servers offer to read: files, records, documents. Prefer these to searching the web.',
      listSchema,
      ListInput,
      (input, signal) => listResources(session, input, signal),
    ),
    resourceTool(
      'list_mcp_resource_templates',
      'Lists the patterns of addresses by which MCP servers offer resources with parameters.',
      listSchema,
      ListInput,
      (input, signal) => listTemplates(session, input, signal),
    ),
    resourceTool(
      'read_mcp_resource',
      'Reads one resource of an MCP server by its address.',
      {
        type: 'object',
        properties: { server: { type: 'string' }, uri: { type: 'string' } },
        required: ['server', 'uri'],
        additionalProperties: false,
      },
      ReadInput,
      async ({ server, uri }, signal) => {
        const contents = await serverOf(session, server).readResource(uri, signal)
        return { server, uri, contents }
      },
    ),
  ] as readonly Tool[]
}

function serverOf(session: McpSession, name: string): McpServer {
  const server = session.find(name)
  if (!server) throw new Error(`unknown MCP server '${name}'`)
  return server
}

async function listResources(
  session: McpSession,
  { server, cursor }: z.output<typeof ListInput>,
  signal: AbortSignal,
): Promise<unknown> {
  if (server === undefined) {
    const all = await fromEach(session, async (one) => one.resources(signal))
    return { resources: all }
  }
  const page = await serverOf(session, server).resourcesPage(cursor, signal)
  const resources = page.resources.map((resource) => ({ server, ...resource }))
  return { server, resources, ...(page.nextCursor && { nextCursor: page.nextCursor }) }
}

async function listTemplates(
  session: McpSession,
  { server, cursor }: z.output<typeof ListInput>,
  signal: AbortSignal,
): Promise<unknown> {
  if (server === undefined)
    return { resourceTemplates: await fromEach(session, async (one) => one.templates(signal)) }
  const page = await serverOf(session, server).templatesPage(cursor, signal)
  const resourceTemplates = page.templates.map((template) => ({ server, ...template }))
  return { server, resourceTemplates, ...(page.nextCursor && { nextCursor: page.nextCursor }) }
}

/** A server that fails must not hide what the others have. */
async function fromEach<T extends object>(
  session: McpSession,
  read: (server: McpServer) => Promise<readonly T[]>,
): Promise<readonly unknown[]> {
  const ready = session.servers().filter((server) => server.connection() !== null)
  const lists = await Promise.all(
    ready.map(async (server) => {
      try {
        const found = await read(server)
        return found.map((entry) => ({ server: server.config.name, ...entry }))
      } catch (error) {
        return [{ server: server.config.name, error: messageOf(error) }]
      }
    }),
  )
  return lists.flat()
}

function resourceTool<I extends { readonly server?: string | undefined }>(
  name: string,
  description: string,
  parameters: Readonly<Record<string, unknown>>,
  input: z.ZodType<I>,
  work: (input: I, signal: AbortSignal) => Promise<unknown>,
): Tool<I> {
  return {
    name,
    spec: { kind: 'function', name, description, parameters },
    parallel: true,
    input,
    async prepare(given, { callId }) {
      const item: McpToolCallItem = {
        type: 'mcpToolCall',
        id: callId,
        server: given.server ?? SELF,
        tool: name,
        status: 'inProgress',
        arguments: given,
        result: null,
        error: null,
        durationMs: null,
        readOnlyHint: true,
        appContext: null,
        mcpAppUi: null,
        pluginId: null,
      }
      const failed = (message: string): McpToolCallItem => ({
        ...item,
        status: 'failed',
        error: { message },
      })
      return {
        action: { type: 'none' },
        item,
        async run({ signal }) {
          const startedAt = performance.now()
          try {
            const text = cut(JSON.stringify(await work(given, signal)), MODEL_CHARS_MAX)
            const content = [{ type: 'text', text }]
            const result = { content, structuredContent: null, _meta: null }
            const durationMs = Math.round(performance.now() - startedAt)
            return { output: text, item: { ...item, status: 'completed', result, durationMs } }
          } catch (error) {
            signal.throwIfAborted()
            if (error instanceof ToolFailure) throw error
            return { output: messageOf(error), item: failed(messageOf(error)) }
          }
        },
        stopped: () => failed('stopped'),
      }
    },
  }
}
