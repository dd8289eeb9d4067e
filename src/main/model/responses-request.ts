// A model request in the words of the Responses API.
import type { ModelRequest, ToolSpec } from './model-client.ts'
import type { ModelItem } from './model-item.ts'
import { canReason } from './model-table.ts'

/** The body of POST <base_url>/responses. */
export function responsesBody(request: ModelRequest): Record<string, unknown> {
  const reasons = canReason(request.model)
  // `default` is our word for a cleared tier; servers that know no tiers need not learn of it.
  const tier = request.serviceTier === 'default' ? null : request.serviceTier
  return {
    model: request.model,
    instructions: request.instructions,
    input: request.input.map(withoutOwnId),
    tools: [...request.tools.map(toolOf), ...searchOf(request)],
    tool_choice: 'auto',
    parallel_tool_calls: true,
    ...(reasons && { reasoning: reasoningOf(request) }),
    store: false,
    stream: true,
    // Without a store at the provider its reasoning comes back encrypted, to be sent along next time.
    include: reasons ? ['reasoning.encrypted_content'] : [],
    prompt_cache_key: request.threadId,
    ...(tier !== null && { service_tier: tier }),
    ...((request.metadata || request.lineage) && { client_metadata: metadataOf(request) }),
    ...(request.outputSchema !== undefined && { text: { format: formatOf(request.outputSchema) } }),
  }
}

function reasoningOf(request: ModelRequest): Record<string, unknown> {
  return {
    ...(request.effort !== null && { effort: request.effort }),
    ...(request.summary !== 'none' && { summary: request.summary ?? 'auto' }),
  }
}

/** Where servers of this kind look for it: one entry, itself JSON. Who sends nothing along stays unknown to them. */
function metadataOf({ threadId, turnId, metadata, lineage }: ModelRequest) {
  const ours = {
    thread_id: threadId,
    turn_id: turnId,
    ...(lineage && {
      parent_turn_id: lineage.parentTurnId,
      root_turn_id: lineage.rootTurnId ?? turnId,
    }),
  }
  const all = { ...metadata, ...ours, ...(lineage?.trigger && { turn_trigger: lineage.trigger }) }
  return { ...ours, 'x-codex-turn-metadata': JSON.stringify(all) }
}

function formatOf(schema: unknown): Record<string, unknown> {
  return { type: 'json_schema', name: 'final_answer', strict: true, schema }
}

function searchOf({ webSearch }: ModelRequest): readonly Record<string, unknown>[] {
  return webSearch ? [{ type: 'web_search', external_web_access: webSearch === 'live' }] : []
}

function toolOf(tool: ToolSpec): Record<string, unknown> {
  const { name, description } = tool
  if (tool.kind === 'function')
    return { type: 'function', name, description, strict: false, parameters: tool.parameters }
  const format = { type: 'grammar', syntax: 'lark', definition: tool.grammar }
  return { type: 'custom', name, description, format }
}

const ownId = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/

/** Ids that this app made up for an element mean nothing to the provider, and some refuse them. */
function withoutOwnId(item: ModelItem): ModelItem {
  if (typeof item.id !== 'string' || !ownId.test(item.id)) return item
  const { id: _own, ...rest } = item
  return rest as ModelItem
}
