import { expect, test } from 'vitest'
import { moved, orderWith } from './queue-moves.ts'

test('an entry changes places with its neighbour, if it has one', () => {
  expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c'])
  expect(moved(['a', 'b', 'c'], 1, 1)).toEqual(['a', 'c', 'b'])
  expect(moved(['a', 'b'], 0, -1)).toBeNull()
  expect(moved(['a', 'b'], 1, 1)).toBeNull()
})

test('an entry that is put back stands where it was among those still there', () => {
  expect(orderWith('x', 'b', ['a', 'b', 'c'], ['a', 'c', 'x'])).toEqual(['a', 'x', 'c'])
  expect(orderWith('x', 'b', ['a', 'b', 'c'], ['c', 'late', 'x'])).toEqual(['x', 'c', 'late'])
  expect(orderWith('x', 'b', ['a', 'b'], ['a', 'late', 'x'])).toEqual(['a', 'x', 'late'])
  expect(orderWith('x', 'b', ['b'], ['x'])).toEqual(['x'])
})
