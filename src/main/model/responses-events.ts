// The events of a Responses API stream as the events a turn understands. Deltas come by the thousand, so they
// are checked by hand; whole elements are checked by schema.
import type { z } from 'zod'
import type { TokenUsage } from '../../protocol/index.ts'
import { newId } from '../lib/ids.ts'
import type { ReadEvent } from './event-batches.ts'
import { ModelError, type ModelEvent } from './model-client.ts'
import { errorOfStream, faultOf, streamError } from './model-errors.ts'
import {
  CustomToolCallItem,
  FunctionCallItem,
  MessageItem,
  type ModelItem,
  ReasoningModelItem,
} from './model-item.ts'
import { createOpenCalls, type OpenCalls } from './open-calls.ts'
import { createOpenElements, type OpenElements } from './open-elements.ts'
import { rateLimitsOfEvent } from './rate-limits.ts'

/** An event of the provider: a type, and members that may be anything. */
type Raw = Readonly<Record<string, unknown>>
type Handler = (event: Raw, elements: OpenElements, out: ModelEvent[], calls: OpenCalls) => void

const handlers: ReadonlyMap<unknown, Handler> = new Map<unknown, Handler>([
  ['response.output_text.delta', textDelta],
  ['response.reasoning_summary_text.delta', summaryDelta],
  ['response.reasoning_text.delta', reasoningDelta],
  ['response.reasoning_summary_part.added', summaryPartAdded],
  ['response.custom_tool_call_input.delta', callDelta],
  ['response.function_call_arguments.delta', callDelta],
  ['response.output_item.added', itemAdded],
  ['response.output_item.done', itemDone],
  ['codex.rate_limits', rateLimits],
  ['response.completed', completed],
  ['response.failed', failed],
  ['response.incomplete', incomplete],
  ['error', (event) => raise(errorOfStream(faultOf(event)))],
])

/**
 * Reads the events of one response, in order. Events without a meaning for turns are passed over. Throws ModelError
 * for what ends the stream.
 */
export function createResponseReader(): ReadEvent {
  const elements = createOpenElements()
  const calls = createOpenCalls()
  return (data, out) => {
    const event = parsed(data)
    handlers.get(event.type)?.(event, elements, out, calls)
  }
}

function parsed(data: string): Raw {
  let event: unknown
  try {
    event = JSON.parse(data)
  } catch (thrown) {
    throw streamError('the model server sent an event that is not JSON', thrown)
  }
  if (event === null || typeof event !== 'object')
    throw streamError('the model server sent an event that is not an object')
  return event as Raw
}

function textDelta(event: Raw, elements: OpenElements, out: ModelEvent[]): void {
  const { delta, item_id: id, output_index: outputIndex } = event
  if (typeof delta !== 'string') return
  const itemId = elements.find('message', id, outputIndex, out).id
  out.push({ type: 'textDelta', itemId, delta })
}

function summaryDelta(event: Raw, elements: OpenElements, out: ModelEvent[]): void {
  const { delta, item_id: id, output_index: outputIndex } = event
  if (typeof delta !== 'string') return
  const itemId = elements.find('reasoning', id, outputIndex, out).id
  const summaryIndex = countOf(event.summary_index)
  out.push({ type: 'reasoningSummaryDelta', itemId, summaryIndex, delta })
}

function reasoningDelta(event: Raw, elements: OpenElements, out: ModelEvent[]): void {
  const { delta, item_id: id, output_index: outputIndex } = event
  if (typeof delta !== 'string') return
  const itemId = elements.find('reasoning', id, outputIndex, out).id
  const contentIndex = countOf(event.content_index)
  out.push({ type: 'reasoningTextDelta', itemId, contentIndex, delta })
}

function summaryPartAdded(event: Raw, elements: OpenElements, out: ModelEvent[]): void {
  const itemId = elements.find('reasoning', event.item_id, event.output_index, out).id
  out.push({ type: 'reasoningPartAdded', itemId, summaryIndex: countOf(event.summary_index) })
}

function itemAdded(event: Raw, elements: OpenElements, out: ModelEvent[], calls: OpenCalls): void {
  const item = membersOf(event.item)
  const { type, id } = item
  if (type === 'message' || type === 'reasoning') elements.start(type, id, event.output_index, out)
  else calls.start(item, event.output_index)
}

/** Only to be shown: the call is taken whole when it is done. */
function callDelta(event: Raw, _: OpenElements, out: ModelEvent[], calls: OpenCalls): void {
  const { delta } = event
  const call = typeof delta === 'string' ? calls.find(event) : undefined
  if (call) out.push({ type: 'callDelta', ...call, delta: delta as string })
}

function itemDone(event: Raw, elements: OpenElements, out: ModelEvent[]): void {
  const raw = membersOf(event.item)
  const kind = raw.type
  if (typeof kind !== 'string') throw streamError('the model server sent an output without a type')
  if (kind !== 'message' && kind !== 'reasoning') {
    out.push({ type: 'itemDone', item: checkedItem(kind, raw) })
    return
  }
  const element = elements.find(kind, raw.id, event.output_index, out)
  elements.close(element)
  out.push({ type: 'itemDone', item: checkedItem(kind, { ...raw, id: element.id }) })
}

function completed(event: Raw, _elements: OpenElements, out: ModelEvent[]): void {
  const { id, usage, end_turn: endTurn } = membersOf(event.response)
  out.push({
    type: 'completed',
    responseId: typeof id === 'string' ? id : null,
    usage: usageOf(usage),
    endTurn: typeof endTurn === 'boolean' ? endTurn : null,
  })
}

function rateLimits(event: Raw, _elements: OpenElements, out: ModelEvent[]): void {
  const limits = rateLimitsOfEvent(event)
  if (limits) out.push({ type: 'rateLimits', limits })
}

function failed(event: Raw): void {
  throw errorOfStream(faultOf(event.response))
}

function incomplete(event: Raw): void {
  const { reason } = membersOf(membersOf(event.response).incomplete_details)
  const words = typeof reason === 'string' ? reason : 'no reason given'
  throw new ModelError(`The model's answer stayed incomplete: ${words}.`, {
    info: 'other',
    retryable: false,
  })
}

const schemas: ReadonlyMap<string, z.ZodType<ModelItem>> = new Map<string, z.ZodType<ModelItem>>([
  ['message', MessageItem],
  ['reasoning', ReasoningModelItem],
  ['function_call', FunctionCallItem],
  ['custom_tool_call', CustomToolCallItem],
])

/** Kept as the provider sent it, but for what a turn cannot do without. */
function checkedItem(kind: string, raw: Raw): ModelItem {
  const schema = schemas.get(kind)
  if (!schema) return { ...raw, type: kind }
  const isCall = kind === 'function_call' || kind === 'custom_tool_call'
  const checked = schema.safeParse(isCall && !raw.call_id ? { ...raw, call_id: newId() } : raw)
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  const detail = issue ? ` (${issue.path.join('.')}: ${issue.message})` : ''
  throw streamError(`the model server sent a broken ${kind}${detail}`)
}

function usageOf(value: unknown): TokenUsage | null {
  if (value === null || typeof value !== 'object') return null
  const usage = membersOf(value)
  const input = membersOf(usage.input_tokens_details)
  const output = membersOf(usage.output_tokens_details)
  const inputTokens = countOf(usage.input_tokens)
  const outputTokens = countOf(usage.output_tokens)
  return {
    totalTokens: countOf(usage.total_tokens) || inputTokens + outputTokens,
    inputTokens,
    cachedInputTokens: countOf(input.cached_tokens),
    cacheWriteInputTokens: countOf(input.cache_write_tokens),
    outputTokens,
    reasoningOutputTokens: countOf(output.reasoning_tokens),
  }
}

function membersOf(value: unknown): Raw {
  return value !== null && typeof value === 'object' ? (value as Raw) : {}
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}

function raise(error: Error): never {
  throw error
}
