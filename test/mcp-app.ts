// A turn in which the model calls a tool of an MCP server.
import type { McpToolCallItem, Turn } from '../src/protocol/index.ts'
import { functionCall, message, response } from './responses-events.ts'
import { type RecordedRequest, stream } from './responses-server.ts'
import { runTurn, type ScriptedApp } from './scripted-app.ts'

export interface McpTurn {
  readonly turn: Turn
  /** What the model read. */
  readonly output: string
  readonly item: McpToolCallItem | undefined
}

let calls = 0

/** One turn whose model calls `name` and then rests. */
export async function callInTurn(
  { app, model }: Pick<ScriptedApp, 'app' | 'model'>,
  threadId: string,
  name: string,
  args: Record<string, unknown> = {},
  params: Parameters<typeof runTurn>[3] = {},
): Promise<McpTurn> {
  const callId = `call_mcp_${++calls}`
  model.script(
    stream(response([functionCall(name, args, { callId })])),
    stream(response([message('ok', { id: `msg_${callId}` })])),
  )
  const turn = await runTurn(app, threadId, `call ${name}`, params)
  const input = model.requests.at(-1)?.body.input ?? []
  const output = input.find(
    (item) => item.call_id === callId && String(item.type).endsWith('output'),
  )
  const done = app.notifications.findLast(
    (one) => one.method === 'item/completed' && one.params.item.id === callId,
  )
  const item = done?.method === 'item/completed' ? done.params.item : undefined
  return {
    turn,
    output: textOf(output?.output),
    item: item?.type === 'mcpToolCall' ? item : undefined,
  }
}

function textOf(output: unknown): string {
  if (!Array.isArray(output)) return String(output)
  return output.map((part: { text?: unknown }) => String(part.text ?? '')).join('\n')
}

/** The functions that a request to the model offered. */
export function offeredTools(
  request: RecordedRequest | undefined,
): readonly { readonly name: string; readonly description: string }[] {
  return (request?.body.tools ?? []) as { name: string; description: string }[]
}
