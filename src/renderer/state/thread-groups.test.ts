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
    ['Older', ['d']],
  ])
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
