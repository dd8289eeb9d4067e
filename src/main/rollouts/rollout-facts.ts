// Counts, goals and errors as rollout files have them, in our shapes.
import type { ThreadTokenUsage, TokenUsage, TurnError } from '../../protocol/index.ts'
import type { ImportedGoal } from '../storage/imported-thread.ts'
import { type Json, number, record, text } from './json.ts'

export function errorOf(error: Json): TurnError {
  return {
    message: text(error.message) ?? 'the turn failed',
    codexErrorInfo: 'other',
    additionalDetails: null,
  } as TurnError
}

export function tokens(usage: Json): TokenUsage {
  return {
    totalTokens: number(usage.total_tokens) ?? 0,
    inputTokens: number(usage.input_tokens) ?? 0,
    cachedInputTokens: number(usage.cached_input_tokens) ?? 0,
    cacheWriteInputTokens: number(usage.cache_write_input_tokens) ?? 0,
    outputTokens: number(usage.output_tokens) ?? 0,
    reasoningOutputTokens: number(usage.reasoning_output_tokens) ?? 0,
  }
}

export function usageOf(info: Json | undefined): ThreadTokenUsage | null {
  const total = record(info?.total_token_usage)
  const last = record(info?.last_token_usage)
  if (!total || !last) return null
  return {
    total: tokens(total),
    last: tokens(last),
    modelContextWindow: number(info?.model_context_window) ?? null,
  }
}

export function goalOf(goal: Json | undefined): ImportedGoal | null {
  const objective = text(goal?.objective)
  if (!goal || objective === undefined) return null
  return {
    objective,
    status: text(goal.status) ?? 'paused',
    tokenBudget: number(goal.tokenBudget) ?? null,
    tokensUsed: number(goal.tokensUsed) ?? 0,
    timeUsedSeconds: number(goal.timeUsedSeconds) ?? 0,
    createdAt: number(goal.createdAt) ?? 0,
    updatedAt: number(goal.updatedAt) ?? 0,
  }
}
