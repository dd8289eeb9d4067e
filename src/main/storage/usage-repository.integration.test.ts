import { expect, it } from 'vitest'
import { openTestStore } from '../../../test/open-test-store.ts'
import { threadCreated, turnStarted } from './test-support/events.ts'
import type { ThreadEvent } from './thread-event.ts'

function used(turnId: string, model: string, input: number): ThreadEvent {
  const usage = {
    totalTokens: input + 5,
    inputTokens: input,
    cachedInputTokens: 1,
    cacheWriteInputTokens: 0,
    outputTokens: 5,
    reasoningOutputTokens: 2,
  }
  const threadUsage = { total: usage, last: usage, modelContextWindow: null }
  return { type: 'tokenUsageRecorded', turnId, responseId: null, model, usage, threadUsage }
}

it('sums tokens up by model and by turn, of one thread or of all', async () => {
  const store = await openTestStore()
  const ofTurn = (turnId: string, ...responses: ThreadEvent[]) => [
    turnStarted(turnId),
    ...responses,
  ]
  await store.journal.commit('a', 0, 1000, [
    threadCreated(),
    ...ofTurn('t1', used('t1', 'small', 10), used('t1', 'small', 20)),
    ...ofTurn('t2', used('t2', 'large', 100)),
  ])
  await store.journal.commit('b', 0, 5000, [
    threadCreated(),
    ...ofTurn('t3', used('t3', 'small', 1)),
  ])
  const all = { threadId: undefined, sinceMs: undefined, cursor: undefined, limit: 10 }
  const everything = await store.usage(all)
  expect(everything.total).toMatchObject({ responses: 4, inputTokens: 131, outputTokens: 20 })
  expect(everything.byModel.map(({ model, totalTokens }) => [model, totalTokens])).toEqual([
    ['large', 105],
    ['small', 46],
  ])
  expect(everything.byTurn).toEqual([])
  expect((await store.usage({ ...all, sinceMs: 2000 })).total.inputTokens).toBe(1)

  const first = await store.usage({ ...all, threadId: 'a', limit: 1 })
  expect(first.byTurn).toMatchObject([{ turnId: 't2', totalTokens: 105, responses: 1 }])
  const cursor = first.nextCursor ?? undefined
  const second = await store.usage({ ...all, threadId: 'a', limit: 1, cursor })
  expect(second.byTurn).toMatchObject([{ turnId: 't1', totalTokens: 40, responses: 2 }])
  expect(second.nextCursor).toBeNull()
})
