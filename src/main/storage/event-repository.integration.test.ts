import { expect, it } from 'vitest'
import { openTestStore } from '../../../test/open-test-store.ts'
import { threadCreated } from './test-support/events.ts'
import type { ThreadEvent } from './thread-event.ts'

it('keeps the latest events of a thread and says when the ones asked for are gone', async () => {
  const store = await openTestStore()
  const threadId = 'thread-1'
  await store.journal.commit(threadId, 0, 1000, [threadCreated()])
  const renames = Array.from(
    { length: 2_600 },
    (_, index): ThreadEvent => ({ type: 'threadRenamed', name: `name ${index + 1}` }),
  )
  const lastSeq = await store.journal.commit(threadId, 0, 2000, renames)
  const after = (afterSeq: number) => store.recordedEvents({ threadId, afterSeq, limit: 2 })
  expect(await after(0)).toEqual({ events: [], isKept: false, lastSeq })
  expect(await after(lastSeq + 1)).toMatchObject({ isKept: false })
  expect(await after(lastSeq)).toEqual({ events: [], isKept: true, lastSeq })
  expect(await after(lastSeq - 1_000)).toMatchObject({
    isKept: true,
    events: [
      { seq: 1_601, atMs: 2000, fact: { type: 'threadRenamed', name: 'name 1601' } },
      { seq: 1_602 },
    ],
  })
})
