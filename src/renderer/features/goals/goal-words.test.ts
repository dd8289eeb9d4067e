import { describe, expect, it } from 'vitest'
import { lintObjective, timeText, tokenText } from './goal-words.ts'

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
})

describe('what an objective lacks', () => {
  it('is nothing when it names an end and has a check', () => {
    expect(lintObjective('Fix the parser until all its tests pass', true)).toEqual([])
  })

  it('is an end state, a check, and a reason to stop', () => {
    expect(lintObjective('keep going forever', false)).toHaveLength(3)
  })
})
