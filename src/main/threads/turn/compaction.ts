// Makes room in the window: the model sums its history up, and goes on from the summary. The transcript keeps
// everything; the new history refers to what it keeps.
import type { ThreadTokenUsage, TokenUsage } from '../../../protocol/index.ts'
import { compactionPrompt } from '../../instructions/compaction-prompt.ts'
import type { Clock } from '../../lib/clock.ts'
import { newId } from '../../lib/ids.ts'
import { ModelError, type ModelProvider, type ModelRequest } from '../../model/model-client.ts'
import { type ModelItem, userMessage } from '../../model/model-item.ts'
import type { ThreadEvent } from '../../storage/thread-event.ts'
import type { ThreadSettings } from '../settings.ts'
import { currentTrace } from '../trace-context.ts'
import { compactedHistory, estimateTokens, itemsOf } from './compacted-history.ts'
import { normaliseHistory } from './history.ts'
import { streamClosed, withRetries } from './retries.ts'
import { tokenUsageAfter, usageEvent, windowOf, zeroUsage } from './token-usage.ts'
import type { TurnScope } from './turn-scope.ts'

export interface CompactionPorts {
  readonly provider: ModelProvider
  readonly clock: Clock
  readonly instructions: string
  /** The prompt of the configuration, in place of ours. */
  readonly prompt: string | null
  tokenUsage(): ThreadTokenUsage | null
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export interface CompactionOptions {
  /** The model that writes the summary: the one before, when the new one has less room. */
  readonly model: string
  /** Null: a turn of its own; what the model is told of settings comes with the next turn. */
  readonly during: 'turnStart' | 'turn' | null
}

/** Throws ModelError when no summary can be had; then nothing changed. */
export async function compact(
  scope: TurnScope,
  ports: CompactionPorts,
  { model, during }: CompactionOptions,
): Promise<void> {
  await scope.extensions.compacting(during === null)
  const item = { type: 'contextCompaction', id: newId(), startedAtMs: ports.clock.now() } as const
  await scope.record([{ type: 'itemStarted', turnId: scope.turnId, item }])
  sayUsage(scope, ports.tokenUsage())
  const history = scope.history()
  const { historyStart: from, inputStart: inputFrom } = scope
  const unanswered = during === 'turnStart' ? { from, inputFrom } : null
  const { summary, usage } = await summarise(scope, ports, history.slice(0, unanswered?.from), {
    ...scope.snapshot.values,
    model,
  })
  const context = during === null ? [] : await scope.initialContext()
  const replacement = compactedHistory(history, { summary, context, unanswered })
  await scope.record([
    ...(await usageEvents(
      scope,
      ports,
      { model, usage },
      estimateTokens(itemsOf(replacement, history)),
    )),
    { type: 'historyReplaced', turnId: scope.turnId, history: replacement },
    {
      type: 'itemCompleted',
      turnId: scope.turnId,
      item: { ...item, completedAtMs: ports.clock.now() },
    },
  ])
}

/** What the thread took until now is said once more before the request that makes room. */
function sayUsage({ threadId, turnId, signalNow }: TurnScope, tokenUsage: ThreadTokenUsage | null) {
  if (!tokenUsage) return
  const params = { threadId, turnId, tokenUsage }
  signalNow({ type: 'told', notification: { method: 'thread/tokenUsage/updated', params } })
}

/** The counts of the summary's own request, then what the new history takes. */
async function usageEvents(
  scope: TurnScope,
  ports: CompactionPorts,
  { model, usage }: { readonly model: string; readonly usage: TokenUsage | null },
  estimate: number,
): Promise<readonly ThreadEvent[]> {
  const window = windowOf(ports.provider.info(scope.snapshot.values.model))
  const spent = usage ? tokenUsageAfter(ports.tokenUsage(), usage, window) : ports.tokenUsage()
  if (usage && spent)
    await scope.extensions.tokenUsage({ model, of: 'summary', last: usage, usage: spent })
  const after: ThreadTokenUsage = {
    total: spent?.total ?? zeroUsage,
    last: { ...zeroUsage, totalTokens: estimate },
    modelContextWindow: window,
  }
  return [
    ...(usage && spent ? [usageEvent(scope, null, usage, spent)] : []),
    usageEvent(scope, null, zeroUsage, after),
  ]
}

/** When even the request to sum up does not fit, the oldest goes first. */
async function summarise(
  scope: TurnScope,
  ports: CompactionPorts,
  history: readonly ModelItem[],
  values: ThreadSettings,
): Promise<{ summary: string; usage: TokenUsage | null }> {
  const prompt = userMessage([{ type: 'input_text', text: compactionPrompt(ports.prompt) }])
  for (let left = history; ; left = left.slice(1)) {
    const request = requestOf(scope, ports, [...normaliseHistory(left), prompt], values)
    try {
      return await withRetries(
        scope,
        ports,
        () => readSummary(ports.provider, request, scope.signal),
        async () => undefined,
      )
    } catch (error) {
      const isTooLong = error instanceof ModelError && error.info === 'contextWindowExceeded'
      if (!isTooLong || left.length <= 1) throw error
    }
  }
}

function requestOf(
  scope: TurnScope,
  ports: CompactionPorts,
  input: readonly ModelItem[],
  values: ThreadSettings,
): ModelRequest {
  return {
    model: values.model,
    instructions: ports.instructions,
    input,
    tools: [],
    effort: values.effort ?? ports.provider.info(values.model).defaultEffort,
    summary: values.summary,
    serviceTier: values.serviceTier,
    threadId: scope.threadId,
    turnId: scope.turnId,
    trace: currentTrace(),
    cwd: values.cwd,
  }
}

async function readSummary(
  provider: ModelProvider,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<{ summary: string; usage: TokenUsage | null }> {
  const texts: string[] = []
  for await (const event of provider.client.stream(request, signal)) {
    if (event.type === 'completed') return { summary: texts.join('\n').trim(), usage: event.usage }
    if (event.type === 'itemDone' && event.item.type === 'message') texts.push(wordsOf(event.item))
  }
  throw streamClosed()
}

function wordsOf({ content }: ModelItem): string {
  if (!Array.isArray(content)) return String(content ?? '')
  return content.map((part: { text?: unknown }) => String(part?.text ?? '')).join('')
}
