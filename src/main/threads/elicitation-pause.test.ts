import { expect, it } from 'vitest'
import { createElicitationPause } from './elicitation-pause.ts'

it('pauses at the first and goes on after the last', () => {
  const pause = createElicitationPause()
  const heard: boolean[] = []
  const stop = pause.onChange((isPaused) => heard.push(isPaused))
  expect(pause.increment()).toEqual({ count: 1, paused: true })
  expect(pause.increment()).toEqual({ count: 2, paused: true })
  expect(pause.decrement()).toEqual({ count: 1, paused: true })
  expect(pause.isPaused).toBe(true)
  expect(pause.decrement()).toEqual({ count: 0, paused: false })
  expect(pause.isPaused).toBe(false)
  stop()
  pause.increment()
  expect(heard).toEqual([true, false])
})

it('refuses to go below zero', () => {
  const pause = createElicitationPause()
  expect(() => pause.decrement()).toThrow('out-of-band elicitation count is already zero')
  expect(pause.increment()).toEqual({ count: 1, paused: true })
})

it('refuses to count further than it can', () => {
  const pause = createElicitationPause(Number.MAX_SAFE_INTEGER)
  expect(() => pause.increment()).toThrow('out-of-band elicitation count overflowed')
  expect(pause.decrement()).toEqual({ count: Number.MAX_SAFE_INTEGER - 1, paused: true })
})
