// A scripted model in this process: it plays replies in order and records what it was asked.

import { SkeinError } from '../src/main/lib/errors.ts'
import {
  ModelError,
  type ModelEvent,
  type ModelInfo,
  type ModelProvider,
  type ModelProviders,
  type ModelRequest,
} from '../src/main/model/model-client.ts'
import type { ModelItem } from '../src/main/model/model-item.ts'
import type { Model, TokenUsage } from '../src/protocol/index.ts'

/** Numbers the ids of a fake model: `msg_1`, `rs_2`, `call_3` … over all its replies. */
type NextId = (prefix: string) => string

/** One piece of a reply. */
export type Piece =
  | { readonly type: 'events'; readonly events: (nextId: NextId) => readonly ModelEvent[] }
  | { readonly type: 'fail'; readonly error: unknown }
  | { readonly type: 'hold'; readonly until: Promise<unknown> | null }
  | { readonly type: 'end'; readonly usage?: TokenUsage | null; readonly endTurn?: boolean }

/** What one request is answered with: a piece, pieces in order, or what a function makes of the request. */
export type Reply = Piece | readonly Piece[] | ((request: ModelRequest) => Piece | readonly Piece[])

/** A complete message, streamed in the given deltas (default: word by word). */
export function say(
  text: string,
  options: { id?: string; deltas?: readonly string[] } = {},
): Piece {
  return {
    type: 'events',
    events: (nextId) => {
      const itemId = options.id ?? nextId('msg')
      const deltas = options.deltas ?? text.match(/\S+\s*|\s+/g) ?? []
      return [
        { type: 'messageStarted', itemId },
        ...deltas.map((delta): ModelEvent => ({ type: 'textDelta', itemId, delta })),
        { type: 'itemDone', item: messageItem(itemId, text) },
      ]
    },
  }
}

/** A message that starts and is never finished: follow it with `fail` or `hang`. */
export function sayPartly(text: string, options: { id?: string } = {}): Piece {
  return {
    type: 'events',
    events: (nextId) => {
      const itemId = options.id ?? nextId('msg')
      return [
        { type: 'messageStarted', itemId },
        { type: 'textDelta', itemId, delta: text },
      ]
    },
  }
}

/** A reasoning element with one summary part. */
export function reason(summary: string, options: { id?: string } = {}): Piece {
  return {
    type: 'events',
    events: (nextId) => {
      const itemId = options.id ?? nextId('rs')
      const item: ModelItem = {
        type: 'reasoning',
        id: itemId,
        summary: [{ type: 'summary_text', text: summary }],
        encrypted_content: null,
      }
      return [
        { type: 'reasoningStarted', itemId },
        { type: 'reasoningPartAdded', itemId, summaryIndex: 0 },
        { type: 'reasoningSummaryDelta', itemId, summaryIndex: 0, delta: summary },
        { type: 'itemDone', item },
      ]
    },
  }
}

/** A function call; `args` is sent as JSON, or as it is when it is a string. */
export function call(name: string, args: unknown, options: { callId?: string } = {}): Piece {
  return {
    type: 'events',
    events: (nextId) => {
      const callId = options.callId ?? nextId('call')
      const text = typeof args === 'string' ? args : JSON.stringify(args)
      const item: ModelItem = {
        type: 'function_call',
        id: `fc_${callId}`,
        call_id: callId,
        name,
        arguments: text,
      }
      return [{ type: 'itemDone', item }]
    },
  }
}

/** A call of a freeform tool. */
export function customCall(name: string, input: string, options: { callId?: string } = {}): Piece {
  return {
    type: 'events',
    events: (nextId) => {
      const callId = options.callId ?? nextId('call')
      const item: ModelItem = {
        type: 'custom_tool_call',
        id: `ctc_${callId}`,
        call_id: callId,
        name,
        input,
      }
      return [{ type: 'itemDone', item }]
    },
  }
}

/** The reply breaks here. */
export function fail(error: unknown): Piece {
  return { type: 'fail', error }
}

/** The usual broken stream, which a turn retries. */
export function disconnect(): Piece {
  return fail(
    new ModelError(
      'stream disconnected before completion: stream closed before response.completed',
      { info: 'other', retryable: true },
    ),
  )
}

/** Nothing more comes; only an abort ends it. */
export function hang(): Piece {
  return { type: 'hold', until: null }
}

/** Waits for a promise, then goes on with the next piece. */
export function hold(until: Promise<unknown>): Piece {
  return { type: 'hold', until }
}

/** Ends the reply with these counts; without it a reply ends with `fakeUsage` and no word about the turn. */
export function end(options: { usage?: TokenUsage | null; endTurn?: boolean } = {}): Piece {
  return { type: 'end', ...options }
}

export const fakeUsage: TokenUsage = {
  totalTokens: 12,
  inputTokens: 10,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens: 2,
  reasoningOutputTokens: 0,
}

export interface FakeModel extends ModelProvider {
  /** Every request so far, oldest first. */
  readonly requests: readonly ModelRequest[]
  /** Replies that no request has taken yet. */
  readonly unused: number
  /** Adds replies: one for each coming request. */
  script(replies: readonly Reply[]): FakeModel
  /** Resolves with request number `count` (the first is 1) once it arrived. */
  waitForRequest(count: number): Promise<ModelRequest>
}

export interface FakeModelOptions {
  readonly id?: string
  readonly streamMaxRetries?: number
  readonly contextWindow?: number
  readonly freeformPatch?: boolean
  readonly models?: readonly Model[]
  readonly demo?: boolean
}

/** A provider (id `fake`) that plays what `script` was given. A request behind the last reply is a test's bug. */
export function createFakeModel(options: FakeModelOptions = {}): FakeModel {
  const replies: Reply[] = []
  const requests: ModelRequest[] = []
  const waiting: { count: number; resolve: (request: ModelRequest) => void }[] = []
  let ids = 0
  const nextId: NextId = (prefix) => `${prefix}_${++ids}`

  function record(request: ModelRequest): void {
    requests.push(request)
    for (const waiter of waiting) if (waiter.count === requests.length) waiter.resolve(request)
  }

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    signal.throwIfAborted()
    record(request)
    const reply = replies.shift()
    if (reply === undefined)
      throw new Error(`fake model: no reply left for request ${requests.length}`)
    const made = typeof reply === 'function' ? reply(request) : reply
    yield* play(Array.isArray(made) ? made : [made as Piece], nextId, signal)
  }

  const info: ModelInfo = {
    contextWindow: options.contextWindow ?? 272_000,
    effectivePercent: 95,
    known: false,
    freeformPatch: options.freeformPatch ?? true,
    defaultEffort: null,
  }
  const fake: FakeModel = {
    id: options.id ?? 'fake',
    name: 'Fake model',
    client: { stream },
    streamMaxRetries: options.streamMaxRetries ?? 5,
    demo: options.demo ?? false,
    models: () => options.models ?? [],
    view: () => ({
      id: options.id ?? 'fake',
      name: 'Fake model',
      canEdit: false,
      baseUrl: null,
      settings: { type: 'fake' },
    }),
    info: () => info,
    requests,
    get unused() {
      return replies.length
    },
    script(more) {
      replies.push(...more)
      return fake
    },
    waitForRequest(count) {
      const request = requests[count - 1]
      if (request !== undefined) return Promise.resolve(request)
      return new Promise((resolve) => waiting.push({ count, resolve }))
    },
  }
  return fake
}

/** These providers and no others; the first one first. */
export function fakeProviders(...providers: readonly ModelProvider[]): ModelProviders {
  return {
    get(providerId) {
      const found = providers.find((provider) => provider.id === providerId)
      if (!found)
        throw new SkeinError('invalidParams', `model provider \`${providerId}\` is not configured`)
      return found
    },
    list: () => providers,
  }
}

async function* play(
  pieces: readonly Piece[],
  nextId: NextId,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  for (const piece of pieces) {
    if (piece.type === 'fail') throw piece.error
    if (piece.type === 'end') return yield completed(nextId, piece.usage, piece.endTurn)
    if (piece.type === 'hold') {
      await heldUntil(piece.until, signal)
      continue
    }
    for (const event of piece.events(nextId)) {
      // A real stream crosses a macrotask or a microtask before each event; an abort is seen there.
      await Promise.resolve()
      signal.throwIfAborted()
      yield event
    }
  }
  yield completed(nextId, undefined, undefined)
}

function completed(
  nextId: NextId,
  usage: TokenUsage | null | undefined,
  endTurn: boolean | undefined,
): ModelEvent {
  return {
    type: 'completed',
    responseId: nextId('resp'),
    usage: usage === undefined ? fakeUsage : usage,
    endTurn: endTurn ?? null,
  }
}

function heldUntil(until: Promise<unknown> | null, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    until?.then(() => resolve(), reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

function messageItem(id: string, text: string): ModelItem {
  return { type: 'message', id, role: 'assistant', content: [{ type: 'output_text', text }] }
}
