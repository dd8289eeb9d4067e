import { expect, it } from 'vitest'
import { count, duration, relativeTime } from './relative-time.ts'

const now = new Date(2026, 4, 20, 15, 0).getTime()
const minute = 60_000
const hour = 60 * minute

it.each([
  [30_000, 'now'],
  [5 * minute, '5m ago'],
  [3 * hour, '3h ago'],
  [49 * hour, '2d ago'],
  [30 * 24 * hour, 'Apr 20'],
  [200 * 24 * hour, 'Nov 1, 2025'],
])('%i ms ago reads as "%s"', (age, text) => {
  expect(relativeTime(now - age, now)).toBe(text)
})

it.each([
  [420, '0.4 s'],
  [38_200, '38 s'],
  [125_000, '2 min 5 s'],
  [4_320_000, '1 h 12 min'],
])('%i ms last "%s"', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text)
})

it('shortens large numbers', () => {
  expect([count(812), count(12_400), count(1_230_000)]).toEqual(['812', '12.4K', '1.2M'])
})
