// Items of tools as rollout files have them: calls to MCP servers, clients and other agents, searches and pictures.
import type { ThreadItem } from '../../protocol/index.ts'
import { type Json, list, number, record, text } from './json.ts'

export interface ItemTimes {
  readonly startedAtMs: number
  readonly completedAtMs: number
}

export function mcpItem(id: string, item: Json, times: ItemTimes): ThreadItem {
  const call = record(item.invocation) ?? item
  const result = record(item.result)
  const failure = text(record(item.error)?.message) ?? text(result?.Err)
  return {
    type: 'mcpToolCall',
    id,
    server: text(call.server) ?? '',
    tool: text(call.tool) ?? '',
    status: failure === undefined ? 'completed' : 'failed',
    arguments: call.arguments ?? null,
    result: failure === undefined ? resultOf(record(result?.Ok) ?? result) : null,
    error: failure === undefined ? null : { message: failure },
    durationMs: durationOf(item.duration),
    readOnlyHint: truth(item.readOnlyHint ?? item.read_only_hint),
    appContext: null,
    mcpAppUi: null,
    pluginId: null,
    ...times,
  }
}

function resultOf(result: Json | undefined) {
  if (!result) return null
  return {
    content: [...list(result.content)],
    structuredContent: result.structuredContent ?? result.structured_content ?? null,
    _meta: result._meta ?? null,
  }
}

export function dynamicItem(id: string, item: Json, times: ItemTimes): ThreadItem {
  return {
    type: 'dynamicToolCall',
    id,
    namespace: text(item.namespace) ?? null,
    tool: text(item.tool) ?? '',
    arguments: item.arguments ?? null,
    status: item.status === 'failed' ? 'failed' : 'completed',
    contentItems: item.content_items ?? null,
    success: truth(item.success),
    durationMs: durationOf(item.duration),
    ...times,
  } as ThreadItem
}

/** `said` is an event or an item: both say the same of a search. */
export function webSearchItem(id: string, said: Json, times: ItemTimes): ThreadItem {
  const action = record(said.action) ?? null
  return { type: 'webSearch', id, query: text(said.query) ?? '', action, ...times }
}

/** `said` is an event or an item. Threads here have none: it is shown by its name. */
export function imageItem(id: string, said: Json, times: ItemTimes): ThreadItem {
  return {
    type: 'imageGeneration',
    id,
    status: text(said.status) ?? '',
    revisedPrompt: text(said.revised_prompt) ?? null,
    failure: null,
    generationId: text(said.generation_id) ?? null,
    result: text(said.result) ?? '',
    ...(text(said.saved_path) !== undefined && { savedPath: said.saved_path }),
    ...times,
  } as unknown as ThreadItem
}

/** Threads here have none: it is shown by its name. */
export function agentCallItem(id: string, item: Json, times: ItemTimes): ThreadItem {
  const states = Object.entries(record(item.agents_states) ?? {})
  return {
    type: 'collabAgentToolCall',
    id,
    tool: camel(text(item.tool) ?? ''),
    status: camel(text(item.status) ?? 'completed'),
    senderThreadId: text(item.sender_thread_id) ?? '',
    receiverThreadIds: list(item.receiver_thread_ids),
    prompt: text(item.prompt) ?? null,
    model: text(item.model) ?? null,
    reasoningEffort: text(item.reasoning_effort) ?? null,
    agentsStates: Object.fromEntries(states.map(([agent, state]) => [agent, stateOf(state)])),
    ...times,
  } as unknown as ThreadItem
}

/** A name, or an object with one member: what the agent said last, under the name. */
function stateOf(state: unknown) {
  if (typeof state === 'string') return { status: camel(state), message: null }
  const [[status, message] = ['', null]] = Object.entries(record(state) ?? {})
  return { status: camel(status), message: text(message) ?? null }
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** Null where the file does not say. */
export function durationOf(said: unknown): number | null {
  const duration = record(said)
  if (!duration) return null
  return Math.floor((number(duration.secs) ?? 0) * 1000 + (number(duration.nanos) ?? 0) / 1e6)
}

function truth(said: unknown): boolean | null {
  return typeof said === 'boolean' ? said : null
}
