import { expect, test } from 'vitest'
import { formatCount, formatElapsed } from './format.ts'

test('the time of something that runs has no fractions and never goes backwards', () => {
  expect([-20, 999, 12_800, 61_500].map(formatElapsed)).toEqual(['0 s', '0 s', '12 s', '1 min 1 s'])
})

test('a count agrees with its noun', () => {
  expect(formatCount(1, 'file')).toBe('1 file')
  expect(formatCount(2, 'reply', 'replies')).toBe('2 replies')
  expect(formatCount(1200, 'file')).toBe('1,200 files')
})
