import { expect, it } from 'vitest'
import { openTestStore } from '../../../test/open-test-store.ts'
import { answer, threadCreated, turnStarted } from '../storage/test-support/events.ts'
import { largestThreads } from './largest-threads.ts'

it('tells what threads take, shared content with each, and finds the largest piece by piece', async () => {
  const store = await openTestStore()
  const say = (id: string, n: number) =>
    Array.from({ length: n * 500 }, (_, k) => (id.length + k * 2_654_435_761).toString(36)).join(
      ' ',
    )
  for (let n = 1; n <= 60; n += 1) {
    const item = answer('a1', say(`t${n}`, n % 7))
    await store.journal.commit(`t${n}`, 0, 1, [
      threadCreated(),
      turnStarted('t'),
      { type: 'itemCompleted', turnId: 't', item },
    ])
  }
  await store.journal.commit('t60', 2, 1, [{ type: 'threadDeleted' }])

  const [one, six] = await store.threadSizes(['t1', 't6', 't60', 'unknown'])
  expect(one?.threadId).toBe('t1')
  expect(six?.threadId).toBe('t6')
  expect(six?.bytes).toBeGreaterThan(4 * (one?.bytes ?? 0))
  const largest = await largestThreads(store, 8)
  expect(largest.map(({ threadId }) => threadId).toSorted()).toEqual(
    ['t6', 't13', 't20', 't27', 't34', 't41', 't48', 't55'].toSorted(),
  )
})
