// Builders of the events a Responses API server streams. Plain data: nothing here imports the app, so that the
// bench can use it without a build.

export type SseEvent = { readonly type: string } & Readonly<Record<string, unknown>>

export interface Usage {
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly reasoning: number
}

const someUsage: Usage = { input: 100, cached: 40, output: 20, reasoning: 5 }

/** The outputs of one response between its first and its last event. */
export function response(
  outputs: readonly (readonly SseEvent[])[],
  options: { id?: string; usage?: Usage | null; endTurn?: boolean } = {},
): readonly SseEvent[] {
  const id = options.id ?? 'resp_1'
  return [created(id), ...outputs.flat(), completed({ ...options, id })]
}

export function created(id: string): SseEvent {
  return { type: 'response.created', response: { id } }
}

export function completed(
  options: { id?: string; usage?: Usage | null; endTurn?: boolean } = {},
): SseEvent {
  const usage = options.usage === undefined ? someUsage : options.usage
  return {
    type: 'response.completed',
    response: {
      id: options.id ?? 'resp_1',
      usage: usage && {
        input_tokens: usage.input,
        input_tokens_details: { cached_tokens: usage.cached },
        output_tokens: usage.output,
        output_tokens_details: { reasoning_tokens: usage.reasoning },
        total_tokens: usage.input + usage.output,
      },
      ...(options.endTurn !== undefined && { end_turn: options.endTurn }),
    },
  }
}

/** A message streamed in these deltas. */
export function message(
  deltas: string | readonly string[],
  options: { id?: string; outputIndex?: number } = {},
): readonly SseEvent[] {
  const { id = 'msg_1', outputIndex = 0 } = options
  const pieces = typeof deltas === 'string' ? [deltas] : deltas
  return [
    ...messageStart(pieces, options),
    {
      type: 'response.output_item.done',
      output_index: outputIndex,
      item: messageItem(id, pieces.join('')),
    },
  ]
}

/** Like `message`, but its end is missing. */
export function messageStart(
  deltas: readonly string[],
  options: { id?: string; outputIndex?: number } = {},
): readonly SseEvent[] {
  const { id = 'msg_1', outputIndex = 0 } = options
  return [
    {
      type: 'response.output_item.added',
      output_index: outputIndex,
      item: { type: 'message', role: 'assistant', id, content: [] },
    },
    ...deltas.map((delta) => ({
      type: 'response.output_text.delta',
      item_id: id,
      output_index: outputIndex,
      content_index: 0,
      delta,
    })),
  ]
}

export function messageItem(id: string, text: string): Readonly<Record<string, unknown>> {
  return { type: 'message', role: 'assistant', id, content: [{ type: 'output_text', text }] }
}

/** `count` deltas of about `chars` characters each. */
export function manyDeltas(count: number, chars = 12): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${index} `.padStart(chars, 'x'))
}

/** Reasoning with one summary part for each text. */
export function reasoning(
  parts: readonly string[],
  options: { id?: string; outputIndex?: number } = {},
): readonly SseEvent[] {
  const { id = 'rs_1', outputIndex = 0 } = options
  const place = { item_id: id, output_index: outputIndex }
  const summary = parts.map((text) => ({ type: 'summary_text', text }))
  return [
    {
      type: 'response.output_item.added',
      output_index: outputIndex,
      item: { type: 'reasoning', id, summary: [] },
    },
    ...parts.flatMap((text, index) => [
      { type: 'response.reasoning_summary_part.added', ...place, summary_index: index },
      {
        type: 'response.reasoning_summary_text.delta',
        ...place,
        summary_index: index,
        delta: text,
      },
    ]),
    {
      type: 'response.output_item.done',
      output_index: outputIndex,
      item: { type: 'reasoning', id, summary, encrypted_content: 'sealed' },
    },
  ]
}

export function functionCall(
  name: string,
  args: unknown,
  options: { callId?: string; outputIndex?: number } = {},
): readonly SseEvent[] {
  const { callId = 'call_1', outputIndex = 0 } = options
  const text = typeof args === 'string' ? args : JSON.stringify(args)
  const item = { type: 'function_call', id: `fc_${callId}`, call_id: callId, name, arguments: text }
  return [{ type: 'response.output_item.done', output_index: outputIndex, item }]
}

export function customCall(
  name: string,
  input: string,
  options: { callId?: string; outputIndex?: number } = {},
): readonly SseEvent[] {
  const { callId = 'call_1', outputIndex = 0 } = options
  const item = { type: 'custom_tool_call', id: `ctc_${callId}`, call_id: callId, name, input }
  return [{ type: 'response.output_item.done', output_index: outputIndex, item }]
}

/** The beginning of a call to apply_patch that is written in these pieces: as free text, or as a function's JSON. */
export function patchStart(
  pieces: readonly string[],
  form: 'text' | 'json' = 'text',
  callId = 'call_1',
): readonly SseEvent[] {
  const place = { item_id: `item_${callId}`, output_index: 0 }
  const type = form === 'text' ? 'custom_tool_call' : 'function_call'
  const delta = form === 'text' ? 'custom_tool_call_input' : 'function_call_arguments'
  return [
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { type, id: place.item_id, call_id: callId, name: 'apply_patch' },
    },
    ...pieces.map((piece) => ({ type: `response.${delta}.delta`, ...place, delta: piece })),
  ]
}

export function failed(code: string, text: string): SseEvent {
  return { type: 'response.failed', response: { error: { code, message: text } } }
}
