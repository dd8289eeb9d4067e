// What responses cost by the prices a person configured. An estimate: providers bill by rules of their own.
import type { TokenUsage } from '../../protocol/index.ts'

/** US dollars per million tokens; what is left out costs as much as other input. */
export interface ModelPrice {
  readonly input: number
  readonly cached_input?: number | undefined
  readonly cache_write_input?: number | undefined
  readonly output: number
}

/** Millionths of a US dollar, whole ones; null without a price. */
export function costOf(price: ModelPrice | undefined, usage: TokenUsage): number | null {
  if (!price) return null
  const { inputTokens, cachedInputTokens: cached, cacheWriteInputTokens: written } = usage
  const fresh = Math.max(0, inputTokens - cached - written)
  return Math.round(
    fresh * price.input +
      cached * (price.cached_input ?? price.input) +
      written * (price.cache_write_input ?? price.input) +
      usage.outputTokens * price.output,
  )
}
