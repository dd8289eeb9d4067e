import { expect, test } from 'vitest'
import { createRowHeights } from './row-heights.ts'
import type { TimelineRow } from './rows.ts'

const row: TimelineRow = { kind: 'item', key: 't/item/a', turnId: 't', itemKey: 'a', role: 'work' }

test('a height is known for the width and the openness it was measured at', () => {
  const heights = createRowHeights()
  const guess = heights.get(row, 800, false)
  heights.set(row, 800, false, 28)
  heights.set(row, 800, true, 400)
  const known = [heights.get(row, 800, false), heights.get(row, 800, true)]
  expect(known).toEqual([28, 400])
  expect(heights.get(row, 500, false)).toBe(guess)
  expect(heights.width).toBe(800)
})
