// Token counts, all in tokens.
import { z } from 'zod'

export const TokenUsage = z.object({
  totalTokens: z.number(),
  inputTokens: z.number(),
  cachedInputTokens: z.number(),
  cacheWriteInputTokens: z.number(),
  outputTokens: z.number(),
  reasoningOutputTokens: z.number(),
})
export type TokenUsage = z.output<typeof TokenUsage>

/** `last` is the latest model response, `total` the sum over the thread. */
export const ThreadTokenUsage = z.object({
  total: TokenUsage,
  last: TokenUsage,
  modelContextWindow: z.number().nullable(),
})
export type ThreadTokenUsage = z.output<typeof ThreadTokenUsage>
