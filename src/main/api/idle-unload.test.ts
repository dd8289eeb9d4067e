import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import { createIdleUnload } from './idle-unload.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function threads() {
  const loaded = new Set(['t'])
  const watched = new Set<string>()
  const busy = new Set<string>()
  const heard: unknown[] = []
  const idle = createIdleUnload({
    afterMs: 100,
    logger: silentLogger,
    isBusy: (id) => busy.has(id),
    isWatched: (id) => watched.has(id),
    unload: async (id) => loaded.delete(id),
    broadcast: (notification) => heard.push(notification),
  })
  return { idle, loaded, watched, busy, heard }
}

it('unloads a thread that nobody came back to, and says so', async () => {
  const { idle, loaded, heard } = threads()
  idle.left('t')
  await vi.advanceTimersByTimeAsync(99)
  expect(loaded.size).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(loaded.size).toBe(0)
  expect(heard).toEqual([{ method: 'thread/closed', params: { threadId: 't' } }])
})

it('leaves it when somebody came back, and waits for it while it works', async () => {
  const { idle, loaded, watched, busy } = threads()
  watched.add('t')
  idle.left('t')
  await vi.advanceTimersByTimeAsync(100)
  watched.clear()
  busy.add('t')
  idle.left('t')
  await vi.advanceTimersByTimeAsync(250)
  expect(loaded.size).toBe(1)
  busy.clear()
  await vi.advanceTimersByTimeAsync(100)
  expect(loaded.size).toBe(0)
})

it('says nothing of a thread that was gone already', async () => {
  const { idle, loaded, heard } = threads()
  loaded.clear()
  idle.left('t')
  await vi.advanceTimersByTimeAsync(100)
  expect(heard).toEqual([])
})
