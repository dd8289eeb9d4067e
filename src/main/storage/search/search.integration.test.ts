import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { makeTestHome, openTestStore } from '../../../../test/open-test-store.ts'
import {
  rolloutLines,
  wholeTurn as turnLines,
  writeRollout,
} from '../../../../test/rollout-files.ts'
import { importHome } from '../../../../test/rollout-import.ts'
import { silentLogger } from '../../lib/logger.ts'
import type { Store } from '../store.ts'
import { threadCreated, turnStarted, userMessage, wholeTurn } from '../test-support/events.ts'
import type { ThreadEvent } from '../thread-event.ts'
import { createSearch } from './create-search.ts'
import { indexFile } from './index-file.ts'
import { indexedStore } from './indexed-store.ts'
import type { Search, SearchQuery } from './search.ts'

async function open(given?: string) {
  const home = given ?? (await makeTestHome())
  const plain = await openTestStore({ home })
  const search = createSearch({ home, logger: silentLogger, opened: plain.opened })
  onTestFinished(() => search.close())
  return { home, search, store: indexedStore(plain, search), plain }
}

function add(store: Store, threadId: string, atMs: number, ...turns: (readonly ThreadEvent[])[]) {
  const created = threadCreated({
    columns: { cwd: `/srv/${threadId}`, modelProvider: 'fake', model: 'm', effort: null },
  })
  return store.journal.commit(threadId, 0, atMs, [created, ...turns.flat()])
}

function query(term: string, overrides: Partial<SearchQuery> = {}): SearchQuery {
  return {
    term,
    operators: false,
    cursor: undefined,
    limit: 25,
    sortKey: 'created_at',
    sortDirection: 'desc',
    archived: false,
    sources: [],
    ...overrides,
  }
}

async function ids(search: Search, term: string, overrides: Partial<SearchQuery> = {}) {
  return (await search.find(query(term, overrides))).data.map(({ threadId }) => threadId)
}

it('finds what was said before it was started and what is said after', async () => {
  const { store, search } = await open()
  await add(store, 'a', 1000, wholeTurn('t1', 'the walrus sleeps'))
  expect(await ids(search, 'WALRUS sleeps')).toEqual(['a'])
  await add(store, 'b', 2000, wholeTurn('t1', 'another walrus'))
  expect(await ids(search, 'walrus')).toEqual(['b', 'a'])
  expect(await ids(search, 'sleeps walrus')).toEqual([])
  expect(await ids(search, 'alrus')).toEqual(['b', 'a'])
})

it('keeps up with items that complete out of order', async () => {
  const { store, search } = await open()
  const item = { type: 'plan', id: 'p', text: 'later words' } as const
  const turn: ThreadEvent[] = [
    turnStarted('t1'),
    { type: 'itemCompleted', turnId: 't1', item: userMessage('u', 'go') },
    { type: 'itemStarted', turnId: 't1', item: { ...item, text: '' } },
    { type: 'itemCompleted', turnId: 't1', item: { ...item, id: 'q', text: 'earlier words' } },
  ]
  const seq = await add(store, 'a', 1000, turn)
  expect(await ids(search, 'earlier')).toEqual(['a'])
  expect(await ids(search, 'later')).toEqual([])
  await store.journal.commit('a', seq, 2000, [{ type: 'itemCompleted', turnId: 't1', item }])
  expect(await ids(search, 'later')).toEqual(['a'])
  expect(await ids(search, 'earlier')).toEqual(['a'])
})

it('pages through many threads, once each, whatever their number', async () => {
  const { store, search } = await open()
  const names = Array.from({ length: 330 }, (_, index) => `t${String(index).padStart(3, '0')}`)
  await Promise.all(
    names.map((name, index) => add(store, name, 1000 + index, wholeTurn('t', 'common'))),
  )
  const seen: string[] = []
  let cursor: string | null | undefined
  do {
    const page = await search.find(query('common', { limit: 100, cursor: cursor ?? undefined }))
    seen.push(...page.data.map(({ threadId }) => threadId))
    cursor = page.nextCursor
  } while (cursor)
  expect(seen).toEqual(names.toReversed())
  await expect(search.find(query('other', { cursor: 'bad' }))).rejects.toMatchObject({
    code: 'invalidParams',
  })
})

it('understands operators, and counts what lies in the archive', async () => {
  const { store, search } = await open()
  const seq = await add(store, 'one', 1000, wholeTurn('t', 'alpha beta'))
  await add(store, 'two', 2000, wholeTurn('t', 'alpha gamma'))
  await store.journal.commit('one', seq, 3000, [{ type: 'threadArchived' }])
  const operators = { operators: true }
  expect(await ids(search, 'alpha -beta', operators)).toEqual(['two'])
  expect(await ids(search, 'project:two', operators)).toEqual(['two'])
  expect(await ids(search, 'project:one', { ...operators, archived: true })).toEqual(['one'])
  expect(await ids(search, 'status:failed alpha', operators)).toEqual([])
  const found = await search.find(query('alpha', operators))
  expect(found.elsewhere).toBe(1)
  expect(found.data[0]?.hits.map(({ kind }) => kind)).toEqual(['title', 'user', 'agent'])
})

it('forgets deleted threads', async () => {
  const { store, search } = await open()
  const seq = await add(store, 'a', 1000, wholeTurn('t', 'secret'))
  expect(await ids(search, 'secret')).toEqual(['a'])
  await store.journal.commit('a', seq, 2000, [{ type: 'threadDeleted' }])
  expect(await ids(search, 'secret')).toEqual([])
})

it('lists every occurrence in one thread, page by page, with the turn to open', async () => {
  const { store, search } = await open()
  await add(store, 'a', 1000, wholeTurn('t1', 'Zeb and zeb'), wholeTurn('t2', 'ZEB'))
  const first = await search.occurrences({
    threadId: 'a',
    term: 'zeb',
    cursor: undefined,
    limit: 4,
  })
  const cursor = first.nextCursor ?? undefined
  const second = await search.occurrences({ threadId: 'a', term: 'zeb', cursor, limit: 4 })
  const all = [...first.data, ...second.data]
  expect(second.nextCursor).toBeNull()
  expect(all.map(({ itemId }) => itemId)).toEqual([
    't1-in',
    't1-in',
    't1-out',
    't1-out',
    't2-in',
    't2-out',
  ])
  for (const {
    snippet,
    snippetMatchRange: { start, end },
  } of all)
    expect(snippet.slice(start, end).toLowerCase()).toBe('zeb')
  const page = await store.turnsPage({
    threadId: 'a',
    cursor: second.data[0]?.turnCursor,
    limit: 1,
    sortDirection: 'asc',
    itemsView: 'notLoaded',
  })
  expect(page.data.map(({ id }) => id)).toEqual(['t2'])
})

it('does not find what was taken out of a thread', async () => {
  const { store, search } = await open()
  const seq = await add(store, 'a', 1000, wholeTurn('t1', 'keep'), wholeTurn('t2', 'regret'))
  expect(await ids(search, 'regret')).toEqual(['a'])
  const reverted = { type: 'threadReverted', beforeTurnId: 't2', turnCount: 1 } as const
  await store.journal.commit('a', seq, 2000, [{ ...reverted, tokenUsage: null, failed: false }])
  expect(await ids(search, 'regret')).toEqual([])
  expect(await ids(search, 'egre')).toEqual([])
  expect(await ids(search, 'keep')).toEqual(['a'])
  const regrets = { threadId: 'a', term: 'regret', cursor: undefined, limit: 10 }
  expect((await search.occurrences(regrets)).data).toEqual([])
})

it('finds what a fork shares in its source, and in the fork once the source is gone', async () => {
  const { store, search } = await open()
  const seq = await add(store, 'a', 1000, wholeTurn('t1', 'inherited'))
  const base = { threadId: 'a', ord: 100, turnCount: 1, preview: 'inherited', tokenUsage: null }
  await store.journal.commit('b', 0, 2000, [threadCreated({ base }), ...wholeTurn('t2', 'own')])
  expect(await ids(search, 'inherited')).toEqual(['a'])
  const shared = { threadId: 'b', term: 'inherited', cursor: undefined, limit: 10 }
  const found = (await search.occurrences(shared)).data.map(({ itemId }) => itemId)
  expect(found).toEqual(['t1-in', 't1-out'])
  await store.journal.commit('a', seq, 3000, [{ type: 'threadDeleted' }])
  expect(await ids(search, 'inherited')).toEqual(['b'])
})

it('is made anew when its file is damaged, without anybody noticing', async () => {
  const { home, store, search } = await open()
  await add(store, 'a', 1000, wholeTurn('t', 'durable'))
  expect(await ids(search, 'durable')).toEqual(['a'])
  await search.close()
  for (const suffix of ['-wal', '-shm']) await rm(indexFile(home) + suffix, { force: true })
  await writeFile(indexFile(home), 'this is no database, not at all'.repeat(400))
  const again = createSearch({ home, logger: silentLogger, opened: store.opened })
  onTestFinished(() => again.close())
  const ready = new Promise((resolve) => again.onReady(resolve))
  again.start()
  await ready
  expect(await ids(again, 'durable')).toEqual(['a'])
  expect(again.bytes()).toBeGreaterThan(0)
})

it('goes on while its file is taken away, and is made anew by the next start', async () => {
  const { home, store, search } = await open()
  await add(store, 'a', 1000, wholeTurn('t', 'durable'))
  expect(await ids(search, 'durable')).toEqual(['a'])
  for (const suffix of ['', '-wal', '-shm']) await rm(indexFile(home) + suffix, { force: true })
  await add(store, 'b', 2000, wholeTurn('t', 'durable'))
  expect(await ids(search, 'durable')).toEqual(['b', 'a'])
  await search.close()
  const again = createSearch({ home, logger: silentLogger, opened: store.opened })
  onTestFinished(() => again.close())
  expect(await ids(again, 'durable')).toEqual(['b', 'a'])
})

it('reads and finds more than its heap holds', async () => {
  const { home, store } = await open()
  const [heapMax, count] = [24, 64]
  const failures: string[] = []
  const logger = { log: (_: string, message: string) => void failures.push(message) }
  const search = createSearch({ home, logger, opened: store.opened, heapMax })
  onTestFinished(() => search.close())
  const words = ` ${'long'.repeat(64)}`.repeat(1100)
  const numbers = Array.from({ length: count }, (_, number) => number)
  await Promise.all(
    numbers.map((number) => add(store, `t${number}`, number, wholeTurn('t', `walrus${words}`))),
  )
  expect(await ids(search, 'walrus', { limit: 100 })).toHaveLength(count)
  expect(failures).toEqual([])
})

it('reads nothing up while it is held back, unless it is asked', async () => {
  const { home, store, search } = await open()
  await add(store, 'a', 1000, wholeTurn('t', 'durable'))
  search.holdBack()
  search.start()
  await search.close()
  expect(existsSync(indexFile(home))).toBe(false)

  const again = createSearch({ home, logger: silentLogger, opened: store.opened })
  onTestFinished(() => again.close())
  const releases = [again.holdBack(), again.holdBack()]
  expect(await ids(again, 'durable')).toEqual(['a'])
  for (const release of releases) release()
})

it('starts when those who held it back let go', async () => {
  const { store, search } = await open()
  await add(store, 'a', 1000, wholeTurn('t', 'durable'))
  const releases = [search.holdBack(), search.holdBack()]
  const ready = new Promise((resolve) => search.onReady(resolve))
  search.start()
  for (const release of releases) release()
  await ready
  expect(search.progress()).toMatchObject({ ready: true, done: 1 })
})

it('hears of an import that came in while it was held back', async () => {
  const { plain, search } = await open()
  plain.onPacked(search.packed)
  plain.onUnpacked(search.touched)
  expect(await ids(search, 'anything')).toEqual([])
  const release = search.holdBack()
  const home = await makeTestHome()
  const id = '01960000-0000-7000-8000-000000000001'
  await writeRollout(home, id, rolloutLines({ id }, turnLines('legacy', 't1', 'a walrus', 'yes')))
  const packed = new Promise<void>((resolve) => plain.onPacked(resolve))
  await Promise.all([packed, importHome(plain, home)])
  expect(search.progress().ready).toBe(false)
  const ready = new Promise<void>((resolve) => {
    search.onReady((progress) => progress.ready && resolve())
  })
  release()
  await ready
  expect(await ids(search, 'walrus')).toEqual([id])
})

it('is not ready before all of an import is in rows; who asks meanwhile waits for it', async () => {
  const { plain, search } = await open()
  plain.onPacked(search.packed)
  plain.onUnpacked(search.touched)
  expect(await ids(search, 'anything')).toEqual([])
  expect(search.progress().ready).toBe(true)
  const home = await makeTestHome()
  const names = Array.from(
    { length: 20 },
    (_, n) => `01960000-0000-7000-8000-${`${n}`.padStart(12, '0')}`,
  )
  for (const id of names)
    await writeRollout(home, id, rolloutLines({ id }, turnLines('legacy', 't1', 'a walrus', 'yes')))
  const packed = new Promise<void>((resolve) => plain.onPacked(resolve))
  // Said on two ways of their own.
  await Promise.all([packed, importHome(plain, home)])
  expect(search.progress().ready).toBe(false)
  expect((await ids(search, 'walrus')).toSorted()).toEqual(names)
  expect(search.progress()).toMatchObject({ ready: true })
})
