// Token counts, all in tokens.
import { z } from 'zod'
import { ThreadId, TurnId } from './ids.ts'
import { page, params } from './params.ts'

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

/** How much of a limit is used; what a provider does not tell is null. */
export const RateLimitWindow = z.object({
  usedPercent: z.number(),
  windowDurationMins: z.number().nullable(),
  /** Unix seconds. */
  resetsAt: z.number().nullable(),
})
export type RateLimitWindow = z.output<typeof RateLimitWindow>

export const RateLimits = z.object({
  primary: RateLimitWindow.nullable(),
  secondary: RateLimitWindow.nullable(),
  planType: z.string().nullable(),
})
export type RateLimits = z.output<typeof RateLimits>

const UsageOf = TokenUsage.extend({ responses: z.number() })

/** Sums over what is recorded; costs are estimates by configured prices, null where one is not known. */
export const usageMethods = {
  'skein/usage/read': {
    params: params({
      threadId: ThreadId.optional(),
      sinceMs: z.number().optional(),
      ...page,
    }),
    result: z.object({
      total: UsageOf,
      byModel: z.array(
        UsageOf.extend({ model: z.string().nullable(), costMicros: z.number().nullable() }),
      ),
      /** Of one thread, newest first; empty without `threadId`. */
      byTurn: z.array(UsageOf.extend({ turnId: TurnId.nullable(), atMs: z.number() })),
      nextCursor: z.string().nullable(),
      costMicros: z.number().nullable(),
    }),
  },
} as const
