import { expect, it } from 'vitest'
import type { ThreadStatus } from '../../protocol/index.ts'
import { aThread } from '../test-support/thread-builders.ts'
import { hasStatus, isOfPlace, narrows, noFilter } from './thread-filter.ts'

const waiting: ThreadStatus = { type: 'active', activeFlags: ['waitingOnApproval'] }
const running: ThreadStatus = { type: 'active', activeFlags: [] }

it.each([
  ['needsYou', waiting, true],
  ['needsYou', { type: 'systemError' }, true],
  ['needsYou', running, false],
  ['running', waiting, true],
  ['running', { type: 'idle' }, false],
  ['failed', { type: 'systemError' }, true],
  ['failed', running, false],
  [null, { type: 'idle' }, true],
] as const)('%s takes %o: %s', (filter, status, shown) => {
  expect(hasStatus(aThread({ status: status as ThreadStatus }), filter, 0)).toBe(shown)
})

it('takes unread threads by their count', () => {
  expect(hasStatus(aThread(), 'unread', 2)).toBe(true)
  expect(hasStatus(aThread(), 'unread', 0)).toBe(false)
})

it('keeps to a folder and to a provider', () => {
  const thread = aThread({ cwd: '/srv/maps', modelProvider: 'mock' })
  expect(isOfPlace(thread, noFilter)).toBe(true)
  expect(isOfPlace(thread, { ...noFilter, folder: '/srv/harbor' })).toBe(false)
  expect(isOfPlace(thread, { ...noFilter, folder: '/srv/maps', provider: 'mock' })).toBe(true)
  expect(isOfPlace(thread, { ...noFilter, provider: 'other' })).toBe(false)
})

it('narrows by any one of its parts', () => {
  expect(narrows(noFilter)).toBe(false)
  expect(narrows({ ...noFilter, status: 'failed' })).toBe(true)
})
