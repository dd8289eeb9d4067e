import { expect, it } from 'vitest'
import { openTestStore } from '../../../test/open-test-store.ts'
import {
  answer,
  threadCreated,
  turnCompleted,
  turnStarted,
  userMessage,
} from './test-support/events.ts'
import type { ThreadEvent } from './thread-event.ts'

it('hands out a thread in pages that are bounded by places and by bytes, each row once', async () => {
  const store = await openTestStore()
  const long = 'long words '.repeat(10_000)
  const answers = Array.from({ length: 6 }, (_, n) => answer(`long-${n}`, `${n} ${long}`))
  const notes = Array.from({ length: 120 }, (_, n) => userMessage(`note-${n}`, `${n}`))
  const completed = [...answers, ...notes].map(
    (item): ThreadEvent => ({ type: 'itemCompleted', turnId: 't1', item }),
  )
  await store.journal.commit('t', 0, 1, [
    threadCreated(),
    turnStarted('t1'),
    ...completed,
    turnCompleted('t1'),
  ])

  const pages: string[][] = []
  for (let start: number | null = 0; start !== null; ) {
    const { rows, next } = await store.exportPage('t', start)
    pages.push(rows.flatMap((row) => (row.k === 'item' ? [row.item.id] : [])))
    start = next
  }
  expect(pages.flat()).toEqual([...answers, ...notes].map(({ id }) => id))
  expect(pages.slice(0, 2)).toEqual([
    ['long-0', 'long-1'],
    ['long-2', 'long-3'],
  ])
  expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(50)
})
