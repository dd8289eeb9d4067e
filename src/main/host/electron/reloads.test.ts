import { expect, test } from 'vitest'
import { createReloadBudget } from './reloads.ts'

test('a window comes back three times within a minute, then no more until the minute is over', () => {
  let nowMs = 0
  const mayReload = createReloadBudget(() => nowMs)
  const results: boolean[] = []
  for (const atMs of [0, 1_000, 59_000, 59_999, 60_000, 60_500, 61_000]) {
    nowMs = atMs
    results.push(mayReload())
  }
  expect(results).toEqual([true, true, true, false, true, false, true])
})
