import { beforeEach, describe, expect, it } from 'vitest'
import { listThreads } from '../../../test/list-threads.ts'
import { openTestStore } from '../../../test/open-test-store.ts'
import type { Thread } from '../../protocol/index.ts'
import type { Store } from './store.ts'
import { threadCreated, threadQuery, wholeTurn } from './test-support/events.ts'

let store: Store

beforeEach(async () => {
  store = await openTestStore()
})

describe('threads by page', () => {
  async function threads(count: number, from = 0): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, (_, index) => {
        const id = `thread-${from + index}`
        // Pairs share a millisecond: the order must not depend on it.
        const atMs = 1000 + Math.floor((from + index) / 2)
        return store.journal.commit(id, 0, atMs, [
          threadCreated(),
          ...wholeTurn('turn-1', `words of ${id}`),
        ])
      }),
    )
  }
  const ids = (data: readonly Thread[]) => data.map(({ id }) => id)

  it('show no thread twice and miss none while others are being added', async () => {
    await threads(50)
    const seen: string[] = []
    let added = 50
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await listThreads(store, threadQuery({ cursor, limit: 7 }))
      seen.push(...ids(page.data))
      await threads(10, added)
      added += 10
      more = page.nextCursor !== null
      cursor = page.nextCursor ?? undefined
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect([...seen].sort()).toEqual(
      Array.from({ length: 50 }, (_, index) => `thread-${index}`).sort(),
    )
  })

  it('go back from the first one to those that came later', async () => {
    await threads(3)
    const { backwardsCursor } = await listThreads(store, threadQuery({ limit: 1 }))
    await threads(4, 3)
    const query = threadQuery({ cursor: backwardsCursor ?? '', sortDirection: 'asc' })
    expect(ids((await listThreads(store, query)).data)).toEqual([
      'thread-2',
      'thread-3',
      'thread-4',
      'thread-5',
      'thread-6',
    ])
  })

  it('are filtered by what the query names', async () => {
    const create = (
      id: string,
      overrides: Partial<ReturnType<typeof threadCreated>>,
      words: string,
    ) =>
      store.journal.commit(id, 0, 1000, [threadCreated(overrides), ...wholeTurn('turn-1', words)])
    const columns = { cwd: '/srv', modelProvider: 'fake', model: 'm', effort: null }
    await create('a', {}, 'Ein Ärgernis')
    await create('b', { source: 'exec' }, 'plain 100% words')
    await create('c', { columns: { ...columns, cwd: '/other' } }, 'plain words')
    await create('d', { columns: { ...columns, modelProvider: 'other' } }, 'plain words')
    await store.journal.commit('d', 4, 2000, [{ type: 'threadRenamed', name: 'The GIANT' }])
    await store.journal.commit('b', 4, 2000, [{ type: 'threadArchived' }])
    const found = async (query: Parameters<typeof threadQuery>[0]) =>
      ids((await listThreads(store, threadQuery({ sortDirection: 'asc', ...query }))).data)
    expect(await found({})).toEqual(['a', 'c', 'd'])
    expect(await found({ archived: true })).toEqual(['b'])
    expect(await found({ sources: ['exec', 'cli'], archived: true })).toEqual(['b'])
    expect(await found({ sources: ['cli'] })).toEqual([])
    expect(await found({ cwds: ['/other'] })).toEqual(['c'])
    expect(await found({ modelProviders: ['other', 'fake'] })).toEqual(['a', 'c', 'd'])
    expect(await found({ modelProviders: ['other'] })).toEqual(['d'])
    expect(await found({ excluded: ['a', 'd'] })).toEqual(['c'])
    const many = ['a', 'b', 'd', 'e', 'f']
    expect(await found({ excluded: many })).toEqual(['c'])
    expect(await found({ sources: [...many, 'vscode'] })).toEqual(['a', 'c', 'd'])
    expect(await found({ searchTerm: 'ärGER' })).toEqual(['a'])
    expect(await found({ searchTerm: 'giant' })).toEqual(['d'])
    expect(await found({ searchTerm: '100%', archived: true })).toEqual(['b'])
    expect(await found({ searchTerm: '%' })).toEqual([])
  })

  it('refuse a cursor of another filter or order', async () => {
    await threads(3)
    const { nextCursor } = await listThreads(store, threadQuery({ limit: 1 }))
    const cursor = nextCursor ?? ''
    for (const other of [{ archived: true }, { sortKey: 'recency_at' }, { cwds: ['/x'] }] as const)
      await expect(listThreads(store, threadQuery({ cursor, ...other }))).rejects.toMatchObject({
        code: 'invalidParams',
      })
  })
})
