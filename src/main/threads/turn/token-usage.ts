// Arithmetic of token counts.
import type { ThreadTokenUsage, TokenUsage } from '../../../protocol/index.ts'
import type { ModelInfo } from '../../model/model-client.ts'
import type { ThreadEvent } from '../../storage/thread-event.ts'
import type { TurnScope } from './turn-scope.ts'

export const zeroUsage: TokenUsage = {
  totalTokens: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
}

/** Per response: `total` grows by its usage, `last` becomes it. */
export function tokenUsageAfter(
  before: ThreadTokenUsage | null,
  usage: TokenUsage,
  modelContextWindow: number | null,
): ThreadTokenUsage {
  const sum = before?.total ?? zeroUsage
  return {
    total: {
      totalTokens: sum.totalTokens + usage.totalTokens,
      inputTokens: sum.inputTokens + usage.inputTokens,
      cachedInputTokens: sum.cachedInputTokens + usage.cachedInputTokens,
      cacheWriteInputTokens: sum.cacheWriteInputTokens + usage.cacheWriteInputTokens,
      outputTokens: sum.outputTokens + usage.outputTokens,
      reasoningOutputTokens: sum.reasoningOutputTokens + usage.reasoningOutputTokens,
    },
    last: usage,
    modelContextWindow,
  }
}

/** When a provider says that the window is full: that much is used, whatever was counted before. */
export function fullWindow(before: ThreadTokenUsage | null, window: number): ThreadTokenUsage {
  const grown = Math.max(0, window - (before?.total.totalTokens ?? 0))
  return {
    total: { ...zeroUsage, totalTokens: window },
    last: { ...zeroUsage, totalTokens: grown },
    modelContextWindow: window,
  }
}

/** The part of the window that may be filled, in tokens. */
export function windowOf(info: ModelInfo): number {
  return Math.floor((info.contextWindow * info.effectivePercent) / 100)
}

/** True when a provider said so and nothing was counted since: only the sum is known then. */
export function isFullWindow({ total }: ThreadTokenUsage): boolean {
  return total.totalTokens > 0 && total.inputTokens === 0 && total.outputTokens === 0
}

/** `usage` is that of one response, `threadUsage` what is known of the thread after it. */
export function usageEvent(
  { turnId, snapshot }: Pick<TurnScope, 'turnId' | 'snapshot'>,
  responseId: string | null,
  usage: TokenUsage,
  threadUsage: ThreadTokenUsage,
): ThreadEvent {
  const { model } = snapshot.values
  return { type: 'tokenUsageRecorded', turnId, responseId, model, usage, threadUsage }
}
