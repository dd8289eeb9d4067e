import { expect, test } from 'vitest'
import { withScreenAround } from './screen-around.ts'

test('rows are added on either side until a screen is full', () => {
  const range = { startIndex: 10, endIndex: 12, count: 40 }
  const rows = withScreenAround(range, () => 100, 250)
  expect([rows[0], rows.at(-1), rows.length]).toEqual([7, 15, 9])
})

test('the ends of the list are its ends', () => {
  expect(withScreenAround({ startIndex: 0, endIndex: 1, count: 3 }, () => 10, 500)).toEqual([
    0, 1, 2,
  ])
})

test('rows without a height do not go on for ever', () => {
  const rows = withScreenAround({ startIndex: 500, endIndex: 500, count: 1000 }, () => 0, 500)
  expect(rows.length).toBe(121)
})
