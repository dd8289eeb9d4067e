import { expect, it } from 'vitest'
import { text } from '../../../../test/builders.ts'
import { openRuntime, type RuntimeHarness, until } from '../../../../test/runtime-harness.ts'
import type { Turn } from '../../../protocol/index.ts'
import type { Page, Store, ThreadRecord, TurnsQuery } from '../../storage/store.ts'
import type { LoadingThread } from '../../threads/open-thread.ts'
import type { RequestContext } from '../client-connection.ts'
import { joinThread, readAhead } from './join-thread.ts'
import { readOpening } from './thread-turns.ts'

const pageOf = (id: string): Page<Turn> => ({
  data: [{ id } as Turn],
  nextCursor: null,
  backwardsCursor: `at ${id}`,
})

/** Says what it was asked; a page has the name of its order. */
function storeOf(asked: string[], found: Partial<ThreadRecord> | undefined): Store {
  return {
    changes: () => 3,
    findThread: async () => found,
    async turnsPage({ sortDirection, limit, itemsView }: TurnsQuery) {
      asked.push(`${limit} ${sortDirection} ${itemsView}`)
      return pageOf(sortDirection)
    },
    newestItem: async () => 'item',
  } as Partial<Store> as Store
}

it('asks for the newest turn only where the page does not begin with it', async () => {
  const asked: string[] = []
  const store = storeOf(asked, {})
  const down = await readOpening(store, 't', { limit: 20, itemsView: 'full' })
  expect([asked.splice(0), down.newest?.turns.backwardsCursor]).toEqual([
    ['20 desc full'],
    'at desc',
  ])
  const up = await readOpening(store, 't', { sortDirection: 'asc' })
  expect(asked.splice(0)).toEqual(['25 asc summary', '1 desc notLoaded'])
  expect([up.page?.backwardsCursor, up.newest?.turns.backwardsCursor]).toEqual([
    'at asc',
    'at desc',
  ])
  expect((await readOpening(store, 't', undefined)).page).toBeNull()
  expect(asked).toEqual(['1 desc notLoaded'])
})

it('remembers how far thread and store were, and is nothing when something could not be read', async () => {
  const goals = { readAhead: async () => null }
  const store = storeOf([], undefined)
  const loading = Promise.resolve({ record: { lastSeq: 7 } }) as LoadingThread
  const ahead = await readAhead({ store, goals }, 't', {}, loading)
  expect(ahead).toMatchObject({ record: { lastSeq: 7 }, goal: null, changes: 3 })
  expect(ahead?.opening.newest?.itemsCursor).toBe('item')
  const broken = { ...store, newestItem: () => Promise.reject(new Error('no')) }
  expect(await readAhead({ store: broken, goals }, 't', {}, loading)).toBeNull()
})

const ignore = (): void => undefined
const client = { experimental: true, clientName: null, clientVersion: null, isWindow: false }
const request: RequestContext = {
  connection: { ...client, notify: ignore, ask: ignore, settle: ignore },
  holdUntilReplied: ignore,
}

async function say(harness: RuntimeHarness, id: string, words: string): Promise<void> {
  const thread = harness.runtime.manager.require(id)
  harness.answer(`to ${words}`)
  await thread.submit({ type: 'user_input', items: [text(words)] })
  await until(thread, 'task_complete')
}

it('takes what was read ahead, unless something happened to the thread since', async () => {
  const harness = await openRuntime()
  const { manager, store, goals } = harness.runtime
  const { id } = await harness.start()
  await say(harness, id, 'one')
  await manager.unload(id)
  const initialTurnsPage = { limit: 5 }
  const ahead = await readAhead({ store, goals }, id, initialTurnsPage, store.loadThread(id))
  const thread = await manager.load(id)
  let reads: string[] = []
  const counting: Store = {
    ...store,
    turnsPage: (query) => {
      reads.push('turns')
      return store.turnsPage(query)
    },
    findThread: (threadId) => {
      reads.push('row')
      return store.findThread(threadId)
    },
  }
  const ports = { store: counting, goals, subscriptions: { subscribe: ignore }, joined: ignore }
  const join = async () => {
    reads = []
    const params = { initialTurnsPage, excludeTurns: true }
    const { answer } = await joinThread(ports, thread, params, request, Promise.resolve(ahead))
    return [answer.initialTurnsPage?.data.length, answer.thread.skein?.pinned, reads]
  }
  expect(await join()).toEqual([1, false, []])
  await store.markThreads({ threadIds: [id], pinned: true, snoozedUntilMs: undefined })
  expect(await join()).toEqual([1, true, ['row']])
  await say(harness, id, 'two')
  expect(await join()).toEqual([2, true, ['turns', 'row']])
})
