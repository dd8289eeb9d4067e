import { expect, it } from 'vitest'
import type { ThreadStatus } from '../../protocol/index.ts'
import { aThread } from '../test-support/thread-builders.ts'
import { groupThreads, statusWords } from './thread-groups.ts'

const now = new Date(2026, 4, 20, 15, 0)

function threadAt(id: string, at: Date, status: ThreadStatus = { type: 'idle' }) {
  return aThread({ id, status, recencyAt: at.getTime() / 1000 })
}

function grouped(...threads: ReturnType<typeof threadAt>[]) {
  return groupThreads(threads, now.getTime()).map((group) => [
    group.name,
    group.threads.map((thread) => thread.id),
  ])
}

it('puts those that need the person first, whenever they were active', () => {
  expect(
    grouped(
      threadAt('today', new Date(2026, 4, 20, 9)),
      threadAt('asks', new Date(2026, 3, 1), {
        type: 'active',
        activeFlags: ['waitingOnApproval'],
      }),
      threadAt('failed', new Date(2026, 3, 1), { type: 'systemError' }),
      threadAt('runs', new Date(2026, 4, 20, 8), { type: 'active', activeFlags: [] }),
    ),
  ).toEqual([
    ['Needs you', ['asks', 'failed']],
    ['Today', ['today', 'runs']],
  ])
})

it('counts days by the calendar', () => {
  expect(
    grouped(
      threadAt('a', new Date(2026, 4, 20, 0, 0)),
      threadAt('b', new Date(2026, 4, 19, 23, 59)),
      threadAt('c', new Date(2026, 4, 13, 12)),
      threadAt('d', new Date(2026, 4, 1)),
    ),
  ).toEqual([
    ['Today', ['a']],
    ['Yesterday', ['b']],
    ['Last 7 days', ['c']],
    ['May 2026', ['d']],
  ])
})

it('puts pinned threads and sections first, snoozed ones last, the rest by project', () => {
  const extras = {
    pinned: false,
    snoozedUntilMs: null,
    queued: 0,
    files: null,
    unread: 0,
    goalStatus: null,
    damaged: false,
  }
  const section = { id: 's', name: 'Work', appearance: null }
  const project = {
    id: 'p',
    name: 'Maps',
    roots: [],
    metadata: {},
    position: 0,
    createdAt: 0,
    updatedAt: 0,
    recencyAt: null,
  }
  const threads = [
    aThread({ id: 'plain' }),
    aThread({ id: 'ofProject', projectId: 'p' }),
    aThread({ id: 'late', skein: { ...extras, snoozedUntilMs: now.getTime() + 1 } }),
    aThread({ id: 'woken', section, skein: { ...extras, snoozedUntilMs: now.getTime() } }),
    aThread({ id: 'pinned', skein: { ...extras, pinned: true } }),
  ]
  const options = {
    grouping: 'project',
    sections: [section, { ...section, id: 'empty', name: 'Empty' }],
    projects: [project],
  } as const
  const shown = groupThreads(threads, now.getTime(), options)
  expect(shown.map(({ name, threads }) => [name, threads.map(({ id }) => id)])).toEqual([
    ['Pinned', ['pinned']],
    ['Work', ['woken']],
    ['Maps', ['ofProject']],
    ['No project', ['plain']],
    ['Snoozed', ['late']],
  ])
  const withEmpty = groupThreads(threads, now.getTime(), { ...options, withEmptySections: true })
  expect(withEmpty.map(({ name }) => name)).toContain('Empty')
})

it('says every status in words', () => {
  const statuses: ThreadStatus[] = [
    { type: 'notLoaded' },
    { type: 'idle' },
    { type: 'systemError' },
    { type: 'active', activeFlags: [] },
    { type: 'active', activeFlags: ['waitingOnUserInput'] },
    { type: 'active', activeFlags: ['waitingOnUserInput', 'waitingOnApproval'] },
  ]
  expect(statuses.map(statusWords)).toEqual([
    'not loaded',
    'idle',
    'failed',
    'running',
    'waiting for answer',
    'waiting for approval',
  ])
})
