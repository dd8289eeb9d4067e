import { expect, it } from 'vitest'
import { openTestStore } from '../../../test/open-test-store.ts'
import { answer, threadCreated, turnStarted } from '../storage/test-support/events.ts'
import { keptDays, trashPreview } from './trash-preview.ts'

const DAY_MS = 24 * 3_600_000

it('tells what deleted threads take, and which of them would go after so many days', async () => {
  const store = await openTestStore()
  const nowMs = 1_000 * DAY_MS
  for (let n = 0; n < 60; n += 1) {
    const item = answer('a1', 'word '.repeat(1_000))
    await store.journal.commit(`t${n}`, 0, 1, [
      threadCreated(),
      turnStarted('t'),
      { type: 'itemCompleted', turnId: 't', item },
    ])
    // One stays, the others were deleted on a day each.
    if (n > 0)
      await store.journal.commit(`t${n}`, 2, nowMs - n * DAY_MS, [{ type: 'threadDeleted' }])
  }
  const month = await trashPreview(store, 30, nowMs)
  expect(month).toMatchObject({ keepDays: 30, threads: 59, due: { threads: 29 } })
  expect(month.due.bytes / month.bytes).toBeCloseTo(29 / 59)
  expect(month.bytes).toBeGreaterThan(59 * 5_000)
  const never = await trashPreview(store, null, nowMs)
  expect(never).toMatchObject({ keepDays: null, threads: 59, due: { threads: 0, bytes: 0 } })
})

it.each([
  [undefined, 30],
  [{}, 30],
  [{ keep_deleted_days: 7 }, 7],
  [{ keep_deleted_days: 'forever' as const }, null],
])('keeps deleted threads as the configuration %j says', (storage, days) => {
  expect(keptDays(storage)).toBe(days)
})
