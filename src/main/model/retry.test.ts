import { describe, expect, it } from 'vitest'
import { retryAfterInWords, retryAfterOf, retryDelayMs, sleep } from './retry.ts'

describe('pauses between attempts', () => {
  it.each([
    [1, 200],
    [2, 400],
    [3, 800],
    [4, 1600],
    [5, 3200],
  ])('after attempt %i about %i ms', (attempt, middle) => {
    expect(retryDelayMs(attempt, null, () => 0.5)).toBeCloseTo(middle)
    expect(retryDelayMs(attempt, null, () => 0)).toBeCloseTo(middle * 0.9)
    expect(retryDelayMs(attempt, null, () => 1)).toBeCloseTo(middle * 1.1)
  })

  it('a delay the server asks for wins', () => {
    expect(retryDelayMs(5, 7)).toBe(7)
  })

  it.each([
    ['2', 2000],
    ['0.5', 500],
    ['Thu, 01 Jan 1970 00:00:03 GMT', 2000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', null],
    ['', null],
  ])('retry-after %j', (value, ms) => {
    expect(retryAfterOf(new Headers({ 'retry-after': value }), 1000)).toBe(ms)
  })

  it.each([
    ['Please try again in 1.898s.', 1898],
    ['Try again in 35 seconds', 35_000],
    ['try again in 28ms', 28],
    ['try again in a minute', null],
  ])('%j', (words, ms) => {
    expect(retryAfterInWords(words)).toBe(ms)
  })
})

describe('sleep', () => {
  it('ends with the reason of its signal, before and while it waits', async () => {
    const reason = new Error('stopped')
    await expect(sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason)
    const controller = new AbortController()
    const asleep = sleep(60_000, controller.signal)
    controller.abort(reason)
    await expect(asleep).rejects.toBe(reason)
  })

  it('ends by itself and leaves its signal alone', async () => {
    await expect(sleep(1, new AbortController().signal)).resolves.toBeUndefined()
  })
})
