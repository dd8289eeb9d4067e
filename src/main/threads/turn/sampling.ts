// One response of the model, read to its end: streamed items, tool calls, usage. Retries when a stream breaks.
import type {
  AgentMessageItem,
  PlanItem,
  ReasoningItem,
  TokenUsage,
  WebSearchItem,
} from '../../../protocol/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { newId } from '../../lib/ids.ts'
import type { ModelEvent, ModelProvider, ModelRequest } from '../../model/model-client.ts'
import { isToolCall, type ModelItem } from '../../model/model-item.ts'
import type { ThreadEvent } from '../../storage/thread-event.ts'
import type { ToolRegistry } from '../../tools/registry.ts'
import { noteAnswer } from './answer-times.ts'
import { type CallPreviews, createCallPreviews } from './call-previews.ts'
import { createPlanSplitter, splitPlan } from './plan-splitter.ts'
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
  /** Whose calls are shown while they are written; undefined: only whole ones are. */
  readonly previews?: Pick<ToolRegistry, 'preview'> | undefined
  /** Builds the request from the history of now: a retry sees what the broken attempt completed. */
  request(): Promise<ModelRequest>
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/**
 * What it finished last may not be recorded yet (`TurnScope.recordSoon`). Throws ModelError when the provider gives
 * no answer within its retries; the signal's reason when cut.
 */
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
      await scope.recorded()
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
  const previews = ports.previews && createCallPreviews(scope, ports.previews, ports.clock)
  const reader = createReader(scope, tools, previews, ports.clock)
  const answer = noteAnswer(ports.clock)
  let response: Response | undefined
  try {
    for await (const event of ports.provider.client.stream(request, scope.signal)) {
      answer.heard(event)
      if (event.type === 'completed')
        response = {
          responseId: event.responseId,
          usage: event.usage,
          wantsMore: reader.calledTools() || event.endTurn === false,
        }
      else await reader.read(event)
    }
  } finally {
    await scope.extensions.answered(answer.ended(response !== undefined))
  }
  if (scope.extensions.changesItems) await scope.recorded()
  if (response) return response
  throw streamClosed()
}

function createReader(
  scope: TurnScope,
  tools: ToolCalls,
  previews: CallPreviews | undefined,
  clock: Clock,
) {
  const startedAt = new Map<string, number>()
  const isPlanning = scope.snapshot.values.mode === 'plan'
  const planId = `${scope.turnId}-plan`
  let splitter = createPlanSplitter()
  let called = false

  function open(item: AgentMessageItem | ReasoningItem | PlanItem): void {
    if (startedAt.has(item.id)) return
    const atMs = clock.now()
    startedAt.set(item.id, atMs)
    scope.openStreamed({ ...item, startedAtMs: atMs })
  }

  /** In plan mode the plan is an item of its own, and its text no part of the message. */
  function say(itemId: string, delta: string): void {
    const pieces = isPlanning ? splitter.feed(delta) : [{ kind: 'text', text: delta } as const]
    for (const { kind, text } of pieces) {
      if (kind === 'text') sayText(itemId, text)
      else {
        open({ type: 'plan', id: planId, text: '' })
        scope.delta('plan', planId, { kind, text })
      }
    }
  }

  /** A message that is nothing but a plan has no card: in plan mode the first word opens it. */
  function sayText(itemId: string, text: string): void {
    if (isPlanning && !startedAt.has(itemId)) {
      if (text.trim() === '') return
      open(agentMessage(itemId, '', null))
    }
    scope.delta('agentMessage', itemId, { kind: 'text', text })
  }

  function planEvents(plan: string | null): readonly ThreadEvent[] {
    if (plan === null) return []
    open({ type: 'plan', id: planId, text: '' })
    const times = { startedAtMs: startedAt.get(planId) ?? clock.now(), completedAtMs: clock.now() }
    startedAt.delete(planId)
    const item = { type: 'plan', id: planId, text: plan, ...times } as const
    return [{ type: 'itemCompleted', turnId: scope.turnId, item }]
  }

  /** The finished card with the plan taken out of it; says what was held back of its words. */
  function withoutPlan(card: ReturnType<typeof cardOf>) {
    if (!isPlanning || card?.type !== 'agentMessage') return { card, plan: null }
    for (const { kind, text } of splitter.end()) if (kind === 'text') sayText(card.id, text)
    splitter = createPlanSplitter()
    const { text, plan } = splitPlan(card.text)
    return { card: { ...card, text }, plan }
  }

  async function itemDone(item: ModelItem): Promise<void> {
    if (isToolCall(item)) {
      called = true
      previews?.written(item.call_id)
      const hasCard = await tools.begin(item)
      if (!hasCard) previews?.dropped(item.call_id)
      return
    }
    if (item.type === 'web_search_call')
      return scope.recordSoon(searchEvents(scope.turnId, item, clock.now()))
    const { card, plan } = withoutPlan(cardOf(item))
    const recorded: ThreadEvent = {
      type: 'modelItemsRecorded',
      turnId: scope.turnId,
      items: [item],
    }
    if (!card) return scope.recordSoon([recorded])
    if (plan !== null && isSilent(card) && !startedAt.has(card.id))
      return scope.recordSoon([...planEvents(plan), recorded])
    open(
      card.type === 'agentMessage' ? { ...card, text: '' } : { ...card, summary: [], content: [] },
    )
    const times = { startedAtMs: startedAt.get(card.id) ?? clock.now(), completedAtMs: clock.now() }
    startedAt.delete(card.id) // some servers use an id again within one response
    scope.recordSoon([
      ...planEvents(plan),
      { type: 'itemCompleted', turnId: scope.turnId, item: { ...card, ...times } },
      recorded,
    ])
  }

  return {
    calledTools: () => called,
    async read(event: Exclude<ModelEvent, { type: 'completed' }>): Promise<void> {
      // What extensions may still change is shown as a whole, when it is done.
      if (scope.extensions.changesItems && event.type !== 'itemDone') return
      switch (event.type) {
        case 'messageStarted':
          return isPlanning ? undefined : open(agentMessage(event.itemId, '', null))
        case 'reasoningStarted':
          return open({ type: 'reasoning', id: event.itemId, summary: [], content: [] })
        case 'textDelta':
          return say(event.itemId, event.delta)
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
        case 'callDelta':
          return previews?.heard(event)
        case 'rateLimits':
          return scope.signalNow({
            type: 'rateLimits',
            provider: scope.snapshot.values.modelProvider,
            limits: event.limits,
          })
        case 'itemDone':
          return itemDone(event.item)
      }
    },
  }
}

function isSilent(card: AgentMessageItem | ReasoningItem): boolean {
  return card.type === 'agentMessage' && card.text.trim() === ''
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
