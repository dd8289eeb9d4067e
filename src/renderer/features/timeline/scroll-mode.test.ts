import { expect, test } from 'vitest'
import {
  atTheEnd,
  isAwayFromEnd,
  nextScrollMode,
  type ScrollInput,
  type ScrollMode,
} from './scroll-mode.ts'

const following: ScrollMode = { isFollowing: true, top: 1000, topMax: 1000 }

function after(mode: ScrollMode, ...inputs: ScrollInput[]): ScrollMode {
  return inputs.reduce(nextScrollMode, mode)
}

test('a thread is followed from the start', () => {
  expect(atTheEnd.isFollowing).toBe(true)
})

test('any upward wish releases at once, even within the last 48 px', () => {
  expect(after(following, { type: 'wentUp' }).isFollowing).toBe(false)
  const nudged = after(following, { type: 'wentUp' }, { type: 'scrolled', top: 990, topMax: 1000 })
  expect(nudged).toEqual({ isFollowing: false, top: 990, topMax: 1000 })
})

test('a wheel turned up at the very top releases nothing', () => {
  expect(after({ ...following, top: 0, topMax: 0 }, { type: 'wentUp' }).isFollowing).toBe(true)
})

test('growth below never turns following on', () => {
  const released = after(following, { type: 'wentUp' })
  expect(after(released, { type: 'settled', top: 1000, topMax: 1020 }).isFollowing).toBe(false)
})

test('coming down to within 48 px of the end follows again', () => {
  const released = { isFollowing: false, top: 500, topMax: 1000 }
  expect(after(released, { type: 'scrolled', top: 951, topMax: 1000 }).isFollowing).toBe(false)
  expect(after(released, { type: 'scrolled', top: 952, topMax: 1000 }).isFollowing).toBe(true)
})

test('going up within the last 48 px does not follow again', () => {
  const released = { isFollowing: false, top: 990, topMax: 1000 }
  expect(after(released, { type: 'scrolled', top: 980, topMax: 1000 }).isFollowing).toBe(false)
})

test('a late scroll event does not release what merely grew', () => {
  expect(after(following, { type: 'scrolled', top: 1000, topMax: 1300 }).isFollowing).toBe(true)
})

test('a move by something else, such as a focused link above, releases', () => {
  expect(after(following, { type: 'scrolled', top: 300, topMax: 1000 }).isFollowing).toBe(false)
})

test('it releases also while rows are measured, which changes the size a little', () => {
  expect(after(following, { type: 'scrolled', top: 300, topMax: 1012 }).isFollowing).toBe(false)
  expect(after(following, { type: 'scrolled', top: 990, topMax: 1300 }).isFollowing).toBe(true)
})

test('opening a card releases; jumping follows again', () => {
  const opened = after(following, { type: 'disclosed' })
  expect(opened.isFollowing).toBe(false)
  expect(after(opened, { type: 'jumped' }).isFollowing).toBe(true)
})

test('a card that opened without moving the end out of sight is no reason to stay behind', () => {
  const opened = after(following, { type: 'disclosed' })
  const drawn = (topMax: number) => after(opened, { type: 'disclosureDrawn', top: 1000, topMax })
  expect([drawn(1020).isFollowing, drawn(1200).isFollowing]).toEqual([true, false])
})

test('only who is more than 48 px away misses something', () => {
  expect(isAwayFromEnd({ isFollowing: false, top: 952, topMax: 1000 })).toBe(false)
  expect(isAwayFromEnd({ isFollowing: false, top: 951, topMax: 1000 })).toBe(true)
  expect(isAwayFromEnd({ isFollowing: true, top: 0, topMax: 1000 })).toBe(false)
})
