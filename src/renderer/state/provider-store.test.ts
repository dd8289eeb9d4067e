import { expect, it } from 'vitest'
import { providerId } from './provider-store.ts'

it('makes an id of a name, and never one that is taken', () => {
  expect(providerId('My Server (local)', [])).toBe('my-server-local')
  expect(providerId('My Server', ['my-server', 'my-server-2'])).toBe('my-server-3')
  expect(providerId('漢字', [])).toBe('provider')
})
