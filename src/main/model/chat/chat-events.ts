// The chunks of a Chat Completions stream as the events a turn understands. Servers differ in what they leave out:
// ids, roles, the end mark, the count of tokens.
import type { TokenUsage } from '../../../protocol/index.ts'
import { newId } from '../../lib/ids.ts'
import type { EventReader } from '../event-batches.ts'
import { ModelError, type ModelEvent, type ModelRequest } from '../model-client.ts'
import { errorOfStream, faultOf, streamError } from '../model-errors.ts'
import type { ModelItem } from '../model-item.ts'

type Raw = Readonly<Record<string, unknown>>

interface OpenCall {
  id: string
  name: string
  arguments: string
}

interface OpenText {
  readonly id: string
  text: string
}

/** Throws ModelError for what ends the stream. */
export function createChatReader(request: ModelRequest): EventReader {
  const freeform = new Set(
    request.tools.flatMap(({ kind, name }) => (kind === 'freeform' ? [name] : [])),
  )
  const calls = new Map<unknown, OpenCall>()
  let message: OpenText | undefined
  let reasoning: OpenText | undefined
  let responseId: string | null = null
  let usage: TokenUsage | null = null
  let finish: string | null = null

  function thought(delta: string, out: ModelEvent[]): void {
    if (!reasoning) {
      reasoning = { id: newId(), text: '' }
      out.push({ type: 'reasoningStarted', itemId: reasoning.id })
      out.push({ type: 'reasoningPartAdded', itemId: reasoning.id, summaryIndex: 0 })
    }
    const itemId = reasoning.id
    reasoning.text += delta
    out.push({ type: 'reasoningSummaryDelta', itemId, summaryIndex: 0, delta })
  }

  function said(delta: string, out: ModelEvent[]): void {
    endReasoning(out)
    if (!message) {
      // Models like to begin with empty lines when they have nothing to say before a call.
      if (delta.trim() === '') return
      message = { id: newId(), text: '' }
      out.push({ type: 'messageStarted', itemId: message.id })
    }
    message.text += delta
    out.push({ type: 'textDelta', itemId: message.id, delta })
  }

  /** Some number their calls; some send each as a whole, with an id of its own and perhaps a number that repeats. */
  function callOf(index: unknown, id: string, position: number): OpenCall {
    const key = index ?? (id === '' ? position : id)
    const known = calls.get(key)
    if (known && (id === '' || known.id === '' || known.id === id)) return known
    const call = { id, name: '', arguments: '' }
    calls.set(known ? id : key, call)
    return call
  }

  /** A call whose id or name comes later is shown when it is whole. */
  function written(call: OpenCall, delta: string, out: ModelEvent[]): void {
    call.arguments += delta
    const { id: callId, name } = call
    if (delta !== '' && callId !== '' && name !== '')
      out.push({ type: 'callDelta', callId, name, form: 'json', delta })
  }

  function called(value: unknown, position: number, out: ModelEvent[]): void {
    const { index, id, function: named } = membersOf(value)
    const { name, arguments: args } = membersOf(named)
    const call = callOf(index, typeof id === 'string' ? id : '', position)
    if (typeof id === 'string' && id !== '') call.id = id
    if (typeof name === 'string' && call.name === '') call.name = name
    if (typeof args === 'string') written(call, args, out)
    else if (args !== null && typeof args === 'object') call.arguments = JSON.stringify(args)
  }

  function heard(delta: Raw, out: ModelEvent[]): void {
    const { content, reasoning_content, reasoning: thoughts, tool_calls } = delta
    const thinking = reasoning_content ?? thoughts
    if (typeof thinking === 'string' && thinking !== '') thought(thinking, out)
    if (typeof content === 'string' && content !== '') said(content, out)
    if (Array.isArray(tool_calls))
      tool_calls.forEach((call, position) => {
        called(call, position, out)
      })
  }

  function endReasoning(out: ModelEvent[]): void {
    if (!reasoning) return
    const { id, text } = reasoning
    reasoning = undefined
    const item = { type: 'reasoning', id, summary: [{ type: 'summary_text', text }] }
    out.push({ type: 'itemDone', item })
  }

  function endMessage(out: ModelEvent[]): void {
    if (!message) return
    const { id, text } = message
    message = undefined
    const content = [{ type: 'output_text', text }]
    out.push({ type: 'itemDone', item: { type: 'message', id, role: 'assistant', content } })
  }

  function itemOf(call: OpenCall): ModelItem {
    if (call.name === '') throw streamError('the model server sent a call without a name')
    const call_id = call.id === '' ? newId() : call.id
    if (freeform.has(call.name))
      return { type: 'custom_tool_call', call_id, name: call.name, input: inputOf(call.arguments) }
    const args = call.arguments.trim() === '' ? '{}' : call.arguments
    return { type: 'function_call', call_id, name: call.name, arguments: args }
  }

  function complete(out: ModelEvent[]): void {
    endReasoning(out)
    endMessage(out)
    if (finish === 'length' || finish === 'content_filter') {
      const reason = finish === 'length' ? 'it reached its limit of tokens' : 'it was filtered'
      throw new ModelError(`The model's answer stayed incomplete: ${reason}.`, {
        info: 'other',
        retryable: false,
      })
    }
    for (const call of calls.values()) out.push({ type: 'itemDone', item: itemOf(call) })
    calls.clear()
    out.push({ type: 'completed', responseId, usage, endTurn: null })
  }

  return {
    read(data, out) {
      const chunk = parsed(data)
      if (chunk.error !== undefined && chunk.error !== null) throw errorOfStream(faultOf(chunk))
      if (typeof chunk.id === 'string') responseId = chunk.id
      usage = usageOf(chunk.usage) ?? usage
      const [choice] = Array.isArray(chunk.choices) ? chunk.choices : []
      const { delta, finish_reason: reason } = membersOf(choice)
      heard(membersOf(delta), out)
      if (typeof reason === 'string') finish = reason
      // The count of tokens comes after the end of the words, in a chunk without choices.
      if (finish !== null && usage !== null) complete(out)
    },
    end(out) {
      if (finish !== null) complete(out)
    },
  }
}

function parsed(data: string): Raw {
  try {
    return membersOf(JSON.parse(data))
  } catch (thrown) {
    throw streamError('the model server sent an event that is not JSON', thrown)
  }
}

/** What the one argument of a freeform tool holds; models that write the text itself are understood too. */
function inputOf(args: string): string {
  try {
    const { input } = membersOf(JSON.parse(args))
    return typeof input === 'string' ? input : args
  } catch {
    return args
  }
}

function usageOf(value: unknown): TokenUsage | null {
  if (value === null || typeof value !== 'object') return null
  const usage = membersOf(value)
  const inputTokens = countOf(usage.prompt_tokens)
  const outputTokens = countOf(usage.completion_tokens)
  return {
    totalTokens: countOf(usage.total_tokens) || inputTokens + outputTokens,
    inputTokens,
    cachedInputTokens: countOf(membersOf(usage.prompt_tokens_details).cached_tokens),
    cacheWriteInputTokens: 0,
    outputTokens,
    reasoningOutputTokens: countOf(membersOf(usage.completion_tokens_details).reasoning_tokens),
  }
}

function membersOf(value: unknown): Raw {
  return value !== null && typeof value === 'object' ? (value as Raw) : {}
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}
