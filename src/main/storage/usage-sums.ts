// The thread's token counts as the row of each response keeps them, so that they are known at any place of its story.
import type { ThreadTokenUsage, TokenUsage } from '../../protocol/index.ts'

export interface UsageRow {
  readonly input: number
  readonly cached_input: number
  readonly cache_write: number
  readonly output: number
  readonly reasoning: number
  readonly total: number
  readonly context_window: number | null
  readonly total_json: string | null
}

const noUsage: TokenUsage = {
  totalTokens: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
}

/** What a response left behind: its own counts, and the sums of the thread after it. */
export function usageOf(row: UsageRow): ThreadTokenUsage {
  const own: TokenUsage = {
    totalTokens: row.total,
    inputTokens: row.input,
    cachedInputTokens: row.cached_input,
    cacheWriteInputTokens: row.cache_write,
    outputTokens: row.output,
    reasoningOutputTokens: row.reasoning,
  }
  const modelContextWindow = row.context_window
  if (row.total_json === null) return { total: own, last: own, modelContextWindow }
  const [total = 0, input = 0, cached = 0, written = 0, output = 0, reasoning = 0, last = 0] =
    JSON.parse(row.total_json) as readonly number[]
  return {
    total: {
      totalTokens: total,
      inputTokens: input,
      cachedInputTokens: cached,
      cacheWriteInputTokens: written,
      outputTokens: output,
      reasoningOutputTokens: reasoning,
    },
    last: last === row.total ? own : { ...noUsage, totalTokens: last },
    modelContextWindow,
  }
}

/** The sums after a response, as its row keeps them. */
export function usageSums({ total, last }: ThreadTokenUsage): string {
  return JSON.stringify(
    [
      total.totalTokens,
      total.inputTokens,
      total.cachedInputTokens,
      total.cacheWriteInputTokens,
      total.outputTokens,
      total.reasoningOutputTokens,
      last.totalTokens,
    ].map(Math.round),
  )
}
