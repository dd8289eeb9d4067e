import { describe, expect, it } from 'vitest'
import { costText, timeText, tokenText, waitText } from './goal-words.ts'

describe('figures of a goal', () => {
  it.each([
    [999, '999'],
    [50_000, '50K'],
    [63_900, '63.9K'],
    [999_960, '1M'],
    [1_200_000, '1.2M'],
  ])('%i tokens read as %s', (tokens, text) => expect(tokenText(tokens)).toBe(text))

  it.each([
    [0, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [90 * 60_000, '1h 30m'],
    [120 * 60_000, '2h'],
    [(23 * 60 + 59) * 60_000, '23h 59m'],
    [24 * 60 * 60_000, '1d 0h 0m'],
  ])('%i ms read as %s', (ms, text) => expect(timeText(ms)).toBe(text))

  it.each([
    [0, '$0.00'],
    [4_000, 'less than 1 cent'],
    [1_204_000, '$1.20'],
  ])('%i millionths of a dollar read as %s', (micros, text) => expect(costText(micros)).toBe(text))
})

it('a wait says what it is for and how long at most', () => {
  const deadlineAtMs = new Date().setHours(23, 59, 0, 0)
  expect(waitText({ type: 'fileChange', path: 'a.txt', deadlineAtMs })).toBe(
    'waiting for a change of a.txt, at most until 23:59',
  )
  expect(waitText({ type: 'processExit', pid: 7 })).toBe('waiting for the end of process 7')
})
