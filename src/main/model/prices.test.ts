import { expect, it } from 'vitest'
import { usage } from '../../../test/goal-replies.ts'
import { costOf } from './prices.ts'

it('charges fresh, cached and written input and output at prices of their own', () => {
  const price = { input: 2, cached_input: 0.5, cache_write_input: 3, output: 10 }
  const counts = usage({ cacheWriteInputTokens: 100 }) // 1000 in, of them 400 cached; 50 out
  expect(costOf(price, counts)).toBe(500 * 2 + 400 * 0.5 + 100 * 3 + 50 * 10)
})

it('takes input as input where a price names no other', () => {
  expect(costOf({ input: 1, output: 0 }, usage())).toBe(1000)
})

it('knows no cost without a price', () => {
  expect(costOf(undefined, usage())).toBeNull()
})
