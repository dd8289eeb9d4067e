import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createElicitationPause } from '../../threads/elicitation-pause.ts'
import { settlesWithin } from './settles-within.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const never = new Promise<void>(() => undefined)
const { signal } = new AbortController()

/** When the wait was over, by the fake clock, in milliseconds after its beginning. */
function over(waits: Promise<boolean>): { at: number | null } {
  const beganAt = performance.now()
  const noted: { at: number | null } = { at: null }
  void waits.then(() => {
    noted.at = performance.now() - beganAt
  })
  return noted
}

it('ends when its time is over, and not before', async () => {
  const noted = over(settlesWithin(never, 500, signal, createElicitationPause()))
  await vi.advanceTimersByTimeAsync(499)
  expect(noted.at).toBeNull()
  await vi.advanceTimersByTimeAsync(1)
  expect(noted.at).toBe(500)
})

it('is longer by the time it was paused', async () => {
  const pause = createElicitationPause()
  const noted = over(settlesWithin(never, 500, signal, pause))
  await vi.advanceTimersByTimeAsync(200)
  pause.increment()
  pause.increment()
  await vi.advanceTimersByTimeAsync(10_000)
  pause.decrement()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(noted.at).toBeNull()
  pause.decrement()
  await vi.advanceTimersByTimeAsync(299)
  expect(noted.at).toBeNull()
  await vi.advanceTimersByTimeAsync(1)
  expect(noted.at).toBe(11_500)
})

it('has its whole time left when it began in a pause, and hears of an end during one', async () => {
  const pause = createElicitationPause()
  pause.increment()
  const noted = over(settlesWithin(never, 500, signal, pause))
  await vi.advanceTimersByTimeAsync(3_050)
  expect(noted.at).toBeNull()
  expect(await settlesWithin(Promise.resolve(), 500, signal, pause)).toBe(true)
  pause.decrement()
  await vi.advanceTimersByTimeAsync(500)
  expect(noted.at).toBe(3_550)
})

it('is cut by its signal in a pause too', async () => {
  const pause = createElicitationPause()
  pause.increment()
  const cut = new AbortController()
  const waits = settlesWithin(never, 500, cut.signal, pause)
  cut.abort(new Error('cut'))
  await expect(waits).rejects.toThrow('cut')
})
