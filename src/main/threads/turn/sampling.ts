// One response of the model, read to its end: streamed items, tool calls, usage. Retries when a stream breaks.
import type {
  AgentMessageItem,
  ReasoningItem,
  TokenUsage,
  WebSearchItem,
} from '../../../protocol/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { newId } from '../../lib/ids.ts'
import type { ModelEvent, ModelProvider, ModelRequest } from '../../model/model-client.ts'
import { isToolCall, type ModelItem } from '../../model/model-item.ts'
import type { ThreadEvent } from '../../storage/thread-event.ts'
import { streamClosed, withRetries } from './retries.ts'
import type { ToolCalls } from './tool-calls.ts'
import type { TurnScope } from './turn-scope.ts'

export interface Response {
  readonly responseId: string | null
  readonly usage: TokenUsage | null
  /** The model called tools, or said that the turn is not over. */
  readonly wantsMore: boolean
}

export interface SamplingPorts {
  readonly provider: ModelProvider
  readonly clock: Clock
  /** Builds the request from the history of now: a retry sees what the broken attempt completed. */
  request(): Promise<ModelRequest>
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** Throws ModelError when the provider gives no answer within its retries; the signal's reason when cut. */
export function sample(
  scope: TurnScope,
  tools: ToolCalls,
  ports: SamplingPorts,
): Promise<Response> {
  return withRetries(
    scope,
    ports,
    () => readResponse(scope, tools, ports),
    async () => {
      await tools.settled()
      scope.dropStreamed()
    },
  )
}

async function readResponse(
  scope: TurnScope,
  tools: ToolCalls,
  ports: SamplingPorts,
): Promise<Response> {
  const request = await ports.request()
  const reader = createReader(scope, tools, ports.clock)
  let response: Response | undefined
  for await (const event of ports.provider.client.stream(request, scope.signal)) {
    if (event.type === 'completed')
      response = {
        responseId: event.responseId,
        usage: event.usage,
        wantsMore: reader.calledTools() || event.endTurn === false,
      }
    else await reader.read(event)
  }
  await reader.recorded()
  if (response) return response
  throw streamClosed()
}

function createReader(scope: TurnScope, tools: ToolCalls, clock: Clock) {
  const startedAt = new Map<string, number>()
  let called = false
  let recording: Promise<void> = Promise.resolve()

  /** Reading goes on while a finished item is being recorded; the next await sees a failure of it. */
  function record(events: readonly ThreadEvent[]): void {
    const earlier = recording
    const now = scope.record(events)
    recording = earlier.then(() => now)
    recording.catch(() => undefined)
  }

  function open(item: AgentMessageItem | ReasoningItem): void {
    if (startedAt.has(item.id)) return
    const atMs = clock.now()
    startedAt.set(item.id, atMs)
    scope.openStreamed({ ...item, startedAtMs: atMs })
  }

  async function itemDone(item: ModelItem): Promise<void> {
    if (isToolCall(item)) {
      called = true
      await tools.begin(item)
      return
    }
    if (item.type === 'web_search_call')
      return record(searchEvents(scope.turnId, item, clock.now()))
    const card = cardOf(item)
    const recorded: ThreadEvent = {
      type: 'modelItemsRecorded',
      turnId: scope.turnId,
      items: [item],
    }
    if (!card) return record([recorded])
    open(
      card.type === 'agentMessage' ? { ...card, text: '' } : { ...card, summary: [], content: [] },
    )
    const times = { startedAtMs: startedAt.get(card.id) ?? clock.now(), completedAtMs: clock.now() }
    startedAt.delete(card.id) // some servers use an id again within one response
    record([{ type: 'itemCompleted', turnId: scope.turnId, item: { ...card, ...times } }, recorded])
  }

  return {
    calledTools: () => called,
    recorded: () => recording,
    async read(event: Exclude<ModelEvent, { type: 'completed' }>): Promise<void> {
      // What extensions may still change is shown as a whole, when it is done.
      if (scope.extensions.changesItems && event.type !== 'itemDone') return
      switch (event.type) {
        case 'messageStarted':
          return open(agentMessage(event.itemId, '', null))
        case 'reasoningStarted':
          return open({ type: 'reasoning', id: event.itemId, summary: [], content: [] })
        case 'textDelta':
          return scope.delta('agentMessage', event.itemId, { kind: 'text', text: event.delta })
        case 'reasoningPartAdded':
          return scope.delta('reasoning', event.itemId, {
            kind: 'summaryPart',
            index: event.summaryIndex,
          })
        case 'reasoningSummaryDelta':
          return scope.delta('reasoning', event.itemId, {
            kind: 'summary',
            index: event.summaryIndex,
            text: event.delta,
          })
        case 'reasoningTextDelta':
          return scope.delta('reasoning', event.itemId, {
            kind: 'content',
            index: event.contentIndex,
            text: event.delta,
          })
        case 'itemDone':
          return itemDone(event.item)
      }
    },
  }
}

/** The provider searched by itself: the card only shows it. */
function searchEvents(turnId: string, found: ModelItem, atMs: number): readonly ThreadEvent[] {
  const item: WebSearchItem = {
    type: 'webSearch',
    id: typeof found.id === 'string' ? found.id : newId(),
    ...searchOf(found.action),
    startedAtMs: atMs,
    completedAtMs: atMs,
  }
  return [
    { type: 'itemStarted', turnId, item },
    { type: 'itemCompleted', turnId, item },
    { type: 'modelItemsRecorded', turnId, items: [found] },
  ]
}

const searchKinds: Readonly<Record<string, string>> = {
  search: 'search',
  open_page: 'openPage',
  find_in_page: 'findInPage',
}

function searchOf(action: unknown): Pick<WebSearchItem, 'query' | 'action'> {
  const { type, query, url, pattern } = (action ?? {}) as Readonly<Record<string, unknown>>
  const kind = searchKinds[String(type)]
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  if (!kind) return { query: text(query) ?? '', action: null }
  const details = { query: text(query), url: text(url), pattern: text(pattern) }
  const known = Object.entries(details).filter(([, value]) => value !== null)
  return { query: text(query) ?? '', action: { type: kind, ...Object.fromEntries(known) } }
}

function agentMessage(
  id: string,
  text: string,
  phase: AgentMessageItem['phase'],
): AgentMessageItem {
  return {
    type: 'agentMessage',
    id,
    text,
    phase,
    memoryCitation: null,
    moderation: null,
    delivery: null,
    questions: null,
  }
}

/** The card of a finished output element; null for kinds that have none. */
function cardOf(item: ModelItem): AgentMessageItem | ReasoningItem | null {
  if (item.type === 'message')
    return agentMessage(String(item.id), textOf(item.content), phaseOf(item.phase))
  if (item.type === 'reasoning')
    return {
      type: 'reasoning',
      id: String(item.id),
      summary: textsOf(item.summary),
      content: textsOf(item.content),
    }
  return null
}

function phaseOf(phase: unknown): AgentMessageItem['phase'] {
  return phase === 'commentary' || phase === 'partial_answer' || phase === 'final_answer'
    ? phase
    : null
}

function textOf(content: unknown): string {
  return typeof content === 'string' ? content : textsOf(content).join('')
}

function textsOf(parts: unknown): string[] {
  if (!Array.isArray(parts)) return []
  return parts.flatMap((part: { text?: unknown }) =>
    typeof part?.text === 'string' ? [part.text] : [],
  )
}
