import { expect, test } from 'vitest'
import type { Result } from '../../../protocol/index.ts'
import { outlook } from './goal-outlook.ts'

const used = (inputTokens: number, cachedInputTokens: number, outputTokens: number) => ({
  inputTokens,
  cachedInputTokens,
  cacheWriteInputTokens: 0,
  outputTokens,
  reasoningOutputTokens: 0,
  totalTokens: inputTokens + outputTokens,
  responses: 1,
})

function usage(
  turns: readonly ReturnType<typeof used>[],
  costMicros: number | null = null,
): Result<'skein/usage/read'> {
  return {
    total: used(
      turns.reduce((sum, turn) => sum + turn.inputTokens, 0),
      turns.reduce((sum, turn) => sum + turn.cachedInputTokens, 0),
      turns.reduce((sum, turn) => sum + turn.outputTokens, 0),
    ),
    byModel: [],
    byTurn: turns.map((turn, index) => ({ ...turn, turnId: `turn-${index}`, atMs: index })),
    nextCursor: null,
    costMicros,
  }
}

test('latest turns times automatic turns, without what was cached', () => {
  const turns = [used(1_500, 1_000, 500), used(4_000, 1_000, 0)]
  expect(outlook(usage(turns), { turns: 50, tokens: 200_000 })).toBe(
    'The latest 2 turns took about 2K tokens each. 50 automatic turns: about 100K tokens.',
  )
  expect(outlook(usage(turns, 40_000), { turns: 50, tokens: null })).toContain(
    '100K tokens, $1.00.',
  )
})

test('a budget that ends before the turns do is told', () => {
  const turns = [used(10_000, 0, 0)]
  expect(outlook(usage(turns), { turns: 50, tokens: 25_000 })).toBe(
    'The latest turn took about 10K tokens. 50 automatic turns: about 500K tokens. The token budget is enough for about 2 turns.',
  )
  expect(outlook(usage(turns), { turns: null, tokens: 10_000 })).toBe(
    'The latest turn took about 10K tokens. The token budget is enough for about 1 turn.',
  )
})

test('without a turn, or with turns that cost nothing, nothing is said', () => {
  expect(outlook(usage([]), { turns: 50, tokens: null })).toBeNull()
  expect(outlook(usage([used(10, 10, 0)]), { turns: 50, tokens: null })).toBeNull()
})
