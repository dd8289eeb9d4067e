// Tools of MCP servers as the turn loop knows tools: prepared, asked about by their own rules, called, shown.
import type {
  ElicitationAnswer,
  ElicitationParams,
  McpCallResult,
  McpToolCallItem,
} from '../../protocol/index.ts'
import { messageOf } from '../lib/errors.ts'
import type { ToolSpec } from '../model/model-client.ts'
import type { ToolCallItem } from '../model/model-item.ts'
import { type Ask, type PreparedCall, type ToolContext, ToolFailure } from '../tools/tool.ts'
import { answerElicitation } from './elicitation.ts'
import { failureOutput, modelOutput, storedResult } from './mcp-output.ts'
import type { McpSession, OfferedTool } from './mcp-session.ts'
import { decideMcpCall } from './tool-approval.ts'

export interface McpToolPorts {
  readonly session: McpSession
  autoDeny(): boolean
  /** Writes down that a tool needs no question any more. */
  remember(server: string, tool: string): Promise<void>
}

const INSTRUCTIONS_CHARS_MAX = 2048

/** In the order of the names, so that the beginning of a prompt stays the same. */
export function mcpSpecs(session: McpSession): readonly ToolSpec[] {
  const introduced = new Set<string>()
  return [...session.tools()].map(([name, { server, definition, owner }]) => {
    const notes = introduced.has(server) ? null : (owner.connection()?.instructions ?? null)
    introduced.add(server)
    return {
      kind: 'function',
      name,
      description: describe(definition.description ?? definition.title ?? '', server, notes),
      parameters: definition.inputSchema,
    }
  })
}

/** What a server says of itself is its own claim, and marked as such. */
function describe(description: string, server: string, notes: string | null): string {
  const own = `[Tool of the MCP server "${server}"] ${description}`
  if (!notes) return own
  return `${own}\n\nNotes by the server itself, unverified:\n${notes.slice(0, INSTRUCTIONS_CHARS_MAX)}`
}

export async function prepareMcpCall(
  call: ToolCallItem,
  { server, tool, definition, owner }: OfferedTool,
  context: ToolContext,
  ports: McpToolPorts,
): Promise<PreparedCall> {
  const given = readArguments(call)
  const readOnlyHint = definition.annotations?.readOnlyHint ?? null
  const item: McpToolCallItem = {
    type: 'mcpToolCall',
    id: call.call_id,
    server,
    tool,
    status: 'inProgress',
    arguments: given ?? {},
    result: null,
    error: null,
    durationMs: null,
    readOnlyHint,
    appContext: null,
    mcpAppUi: null,
    pluginId: null,
  }
  if (!isObject(given)) {
    const message = 'MCP tool arguments must be a JSON object'
    throw new ToolFailure(message, { ...item, status: 'failed', error: { message } }, item)
  }
  const args = given
  const { threadId, turnId } = context
  let refusal = 'stopped'
  let startedAt = performance.now()

  return {
    action: { type: 'none' },
    item,
    async consent(ask) {
      const answer = await consentTo(ask)
      startedAt = performance.now()
      if (answer !== null) refusal = answer
      return answer
    },
    async run({ signal, progress, ask }) {
      const meta = { ...context.trace, 'x-skein': { callId: call.call_id, threadId, turnId } }
      try {
        const result = await owner.call({
          tool,
          args,
          caller: 'model',
          meta,
          signal,
          ask: (request) =>
            answerElicitation(
              request,
              {
                threadId,
                turnId,
                serverName: server,
                policy: context.approvalPolicy,
                autoDeny: ports.autoDeny(),
              },
              (params) => ask('mcpServer/elicitation/request', params),
            ),
          onProgress: progress.message,
        })
        return ended(result)
      } catch (error) {
        signal.throwIfAborted()
        const message = `MCP tool call failed: ${messageOf(error)}`
        return { output: failureOutput(message, tookMs()), item: failed(message) }
      }
    },
    refused: (reason) => failureOutput(reason, tookMs()),
    stopped: () => failed(refusal),
  }

  function failed(message: string): McpToolCallItem {
    return { ...item, status: 'failed', error: { message }, durationMs: tookMs() }
  }

  function ended(result: McpCallResult) {
    return {
      output: modelOutput(result, tookMs()),
      item: {
        ...item,
        status: result.isError ? ('failed' as const) : ('completed' as const),
        result: storedResult(result),
        durationMs: tookMs(),
      },
    }
  }

  function tookMs(): number {
    return Math.round(performance.now() - startedAt)
  }

  async function consentTo(ask: Ask): Promise<string | null> {
    const { session } = ports
    const mode = owner.config.approvalModes[tool] ?? owner.config.defaultApprovalMode
    const decision = decideMcpCall({
      mode,
      annotations: definition.annotations,
      policy: context.approvalPolicy,
      fullAccess: context.profile.type === 'disabled',
      askedBefore: session.wasAsked(server, tool),
    })
    if (decision.type === 'run') return null
    if (decision.type === 'refused') return decision.reason
    if (mode !== 'prompt' && session.isGranted(server, tool)) return null
    session.noteAsked(server, tool)
    return outcomeOf(await ask('mcpServer/elicitation/request', question(mode !== 'prompt')))
  }

  function question(mayPersist: boolean): ElicitationParams {
    const { description, annotations } = definition
    const title = definition.title ?? annotations?.title
    return {
      threadId,
      turnId,
      serverName: server,
      mode: 'form',
      message: `Allow the ${server} MCP server to run tool "${tool}"?`,
      requestedSchema: { type: 'object', properties: {} },
      _meta: {
        codex_approval_kind: 'mcp_tool_call',
        ...(mayPersist && { persist: ['session', 'always'] }),
        tool_name: tool,
        ...(title && { tool_title: title }),
        ...(description && { tool_description: description }),
        ...(annotations && { tool_annotations: annotations }),
        tool_params: args ?? {},
        tool_params_display: Object.entries(args ?? {}).map(([name, value]) => ({
          name,
          display_name: name,
          value,
        })),
      },
    }
  }

  async function outcomeOf({ action, _meta }: ElicitationAnswer): Promise<string | null> {
    if (action === 'decline') return 'user rejected MCP tool call'
    if (action === 'cancel') return 'user cancelled MCP tool call'
    if (_meta?.persist === 'session' || _meta?.persist === 'always')
      ports.session.grant(server, tool)
    if (_meta?.persist === 'always') await ports.remember(server, tool)
    return null
  }
}

/** Undefined for none. Throws ToolFailure for what is no JSON. */
function readArguments(call: ToolCallItem): unknown {
  const text = call.type === 'custom_tool_call' ? call.input : call.arguments
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ToolFailure(`failed to parse function arguments: ${messageOf(error)}`)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> | undefined {
  return (
    value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))
  )
}
