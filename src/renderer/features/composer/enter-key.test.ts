import { expect, test } from 'vitest'
import { wayOfKey } from './enter-key.ts'

const enter = { key: 'Enter', shiftKey: false, altKey: false, ctrlKey: false, metaKey: false }

test('Enter sends, and writes a new line with Shift', () => {
  expect(wayOfKey(enter, false, 'steer', false)).toBe('send')
  expect(wayOfKey({ ...enter, shiftKey: true }, false, 'steer', false)).toBeNull()
  expect(wayOfKey({ ...enter, key: 'a' }, false, 'steer', false)).toBeNull()
})

test('while a turn runs Enter does what is preferred, with Mod the other', () => {
  const withControl = { ...enter, ctrlKey: true }
  expect(wayOfKey(enter, true, 'steer', false)).toBe('steer')
  expect(wayOfKey(withControl, true, 'steer', false)).toBe('queue')
  expect(wayOfKey(enter, true, 'queue', false)).toBe('queue')
  expect(wayOfKey({ ...enter, metaKey: true }, true, 'queue', true)).toBe('steer')
  expect(wayOfKey(withControl, true, 'steer', true)).toBeNull()
})
