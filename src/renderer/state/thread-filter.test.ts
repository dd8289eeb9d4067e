import { expect, it } from 'vitest'
import type { ThreadStatus } from '../../protocol/index.ts'
import { aThread } from '../test-support/thread-builders.ts'
import {
  askedFor,
  hasStatus,
  isOfPlace,
  narrows,
  noFilter,
  projectOfFolder,
} from './thread-filter.ts'

const noExtras = {
  pinned: null,
  snoozedUntilMs: null,
  queued: null,
  files: null,
  unread: null,
  goalStatus: null,
  damaged: null,
}
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
  expect(hasStatus(aThread({ status: status as ThreadStatus }), filter)).toBe(shown)
})

it('takes unread threads by their count', () => {
  const withUnread = (unread: number) => aThread({ skein: { ...noExtras, unread } })
  expect(hasStatus(withUnread(2), 'unread')).toBe(true)
  expect(hasStatus(withUnread(0), 'unread')).toBe(false)
})

it('keeps to a folder and to a provider', () => {
  const thread = aThread({ cwd: '/srv/maps', modelProvider: 'mock' })
  expect(isOfPlace(thread, noFilter, 0)).toBe(true)
  expect(isOfPlace(thread, { ...noFilter, folder: '/srv/harbor' }, 0)).toBe(false)
  expect(isOfPlace(thread, { ...noFilter, folder: '/srv/maps', provider: 'mock' }, 0)).toBe(true)
  expect(isOfPlace(thread, { ...noFilter, provider: 'other' }, 0)).toBe(false)
})

it('narrows by any one of its parts', () => {
  expect(narrows(noFilter)).toBe(false)
  expect(narrows({ ...noFilter, status: 'failed' })).toBe(true)
})

it('asks the app for all that rows know', () => {
  const filter = { ...noFilter, project: 'p', model: 'm', days: 7, changes: true } as const
  const nowMs = 8 * 86_400_000
  expect(askedFor(filter, nowMs)).toEqual({
    projectId: 'p',
    own: { model: 'm', afterMs: 86_400_000, hasChanges: true },
  })
  const changed = aThread({
    projectId: 'p',
    model: 'm',
    recencyAt: 2 * 86_400,
    skein: { ...noExtras, files: { added: 1, removed: 0 } },
  })
  expect(isOfPlace(changed, filter, nowMs)).toBe(true)
  expect(isOfPlace({ ...changed, recencyAt: 1 }, filter, nowMs)).toBe(false)
})

it('knows the closest project of a folder', () => {
  const project = (id: string, path: string) => ({
    id,
    name: id,
    roots: [{ path }],
    metadata: {},
    position: 0,
    createdAt: 0,
    updatedAt: 0,
    recencyAt: null,
  })
  const projects = [project('srv', '/srv'), project('maps', '/srv/maps')]
  expect(projectOfFolder(projects, '/srv/maps/north')?.id).toBe('maps')
  expect(projectOfFolder(projects, '/srv/mapsnot')?.id).toBe('srv')
  expect(projectOfFolder(projects, '/home')).toBeUndefined()
})
