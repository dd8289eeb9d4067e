import { expect, it } from 'vitest'
import { ThreadItem } from './index.ts'

it('an item of a kind nobody knows passes as it is', () => {
  const item = { type: 'hologram', id: 'h', depth: { of: 3 }, startedAtMs: 1 }
  expect(ThreadItem.parse(item)).toEqual(item)
})

it.each([
  { type: 'agentMessage', id: 'a' },
  { type: 'hologram' },
  { type: 'hologram', id: 'h', startedAtMs: 'soon' },
  { id: 'h' },
])('an item of a known kind, or without a name, is held to what it must have: %j', (item) => {
  expect(ThreadItem.safeParse(item).success).toBe(false)
})
