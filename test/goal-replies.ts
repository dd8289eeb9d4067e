// What a scripted model does in goal turns, and what it was told of goals.
import type { TokenUsage } from '../src/protocol/index.ts'
import { call, end, type Piece, say } from './fake-model.ts'

/** Of a response: 650 tokens by default. */
export function usage(counts: Partial<TokenUsage> = {}): TokenUsage {
  return {
    totalTokens: 1050,
    inputTokens: 1000,
    cachedInputTokens: 400,
    cacheWriteInputTokens: 0,
    outputTokens: 50,
    reasoningOutputTokens: 30,
    ...counts,
  }
}

/** A response of words alone: the turn ends with it. */
export function words(text: string, counts = usage()): readonly Piece[] {
  return [say(text), end({ usage: counts })]
}

export function calls(name: string, args: unknown, counts = usage()): readonly Piece[] {
  return [call(name, args), end({ usage: counts })]
}

/** A step that leads somewhere: its result is new. */
export function echo(text: string): readonly Piece[] {
  return calls('echo', { text })
}

export const done = calls('update_goal', { status: 'complete' })

/** All that a request told the model, as one text. */
export function goalTexts(request: { readonly input: readonly unknown[] } | undefined): string {
  return JSON.stringify(request?.input ?? [])
}

export function count(text: string, part: string): number {
  return text.split(part).length - 1
}
