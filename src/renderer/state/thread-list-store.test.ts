import { describe, expect, it } from 'vitest'
import type {
  Task,
  Thread,
  ThreadReadState,
  ThreadSection,
  ThreadStatus,
} from '../../protocol/index.ts'
import { aMemory } from '../test-support/a-memory.ts'
import { createFakeBridge, type FakeBridge, settled } from '../test-support/fake-bridge.ts'
import { aThread } from '../test-support/thread-builders.ts'
import { createNotificationPump } from './notification-pump.ts'
import { noFilter } from './thread-filter.ts'
import { createThreadListStore } from './thread-list-store.ts'

const anImport: Task = {
  id: 'i',
  kind: 'import',
  status: 'running',
  done: 1,
  total: 2,
  unit: 'threads',
  message: null,
  startedAtMs: 0,
  endedAtMs: null,
}
const running: ThreadStatus = { type: 'active', activeFlags: [] }

function page(threads: Thread[], nextCursor: string | null = null) {
  return { data: threads, nextCursor, backwardsCursor: null, readStates: null }
}

function aList(threads: Thread[], sections: ThreadSection[] = [], memory = aMemory()) {
  const bridge = createFakeBridge({ 'thread/list': () => page(threads) })
  const pump = createNotificationPump(bridge, (run) => run())
  const store = createThreadListStore({ bridge, pump, memory, sections: () => sections })
  return { bridge, store }
}

function status(threadId: string, to: ThreadStatus) {
  return { method: 'thread/status/changed' as const, params: { threadId, status: to } }
}

function readsAs(bridge: FakeBridge, thread: Thread): void {
  const skein = { lastSeq: 1, imported: false }
  bridge.answer({ 'thread/read': () => ({ thread, readState: null, skein }) })
}

function ids(store: ReturnType<typeof aList>['store']): string[] {
  return store.getState().threads.map((thread) => thread.id)
}

describe('the list', () => {
  it('shows the latest activity first, a hundred at a time', async () => {
    const { bridge, store } = aList([aThread({ id: 'b' }), aThread({ id: 'a' })])
    await store.actions.load()
    expect(ids(store)).toEqual(['b', 'a'])
    expect(bridge.calls[0]?.params).toEqual({
      limit: 100,
      sortKey: 'recency_at',
      sortDirection: 'desc',
      archived: false,
    })
  })

  it('goes on where it ended, and shows no thread twice', async () => {
    const { bridge, store } = aList([])
    const pages = [
      page([aThread({ id: 'a' }), aThread({ id: 'b' })], 'next'),
      page([aThread({ id: 'b' }), aThread({ id: 'c' })]),
    ]
    bridge.answer({ 'thread/list': ({ cursor }) => pages[cursor === 'next' ? 1 : 0] ?? page([]) })
    await store.actions.load()
    await store.actions.loadMore()
    await store.actions.loadMore()
    expect(ids(store)).toEqual(['a', 'b', 'c'])
    // Two pages, and what is pinned: that may lie on any page.
    expect(bridge.calls.length).toBe(3)
  })

  it('shows the answer to the latest question only', async () => {
    const { bridge, store } = aList([])
    let answerFirst = (_: ReturnType<typeof page>) => {}
    bridge.answer({
      'thread/list': ({ searchTerm }) =>
        searchTerm === 'slow'
          ? new Promise((resolve) => {
              answerFirst = resolve
            })
          : page([aThread({ id: 'quick' })]),
    })
    const slow = store.actions.search('slow')
    await store.actions.search('quick')
    answerFirst(page([aThread({ id: 'slow' })]))
    await slow
    expect(ids(store)).toEqual(['quick'])
  })

  it('tells when it could not be read', async () => {
    const { bridge, store } = aList([])
    bridge.answer({ 'thread/list': () => Promise.reject(new Error('no disk')) })
    await store.actions.load()
    expect(store.getState().phase).toBe('error')
    expect(store.getState().problem).toBe('no disk')
  })

  it('keeps to one folder, also for threads that come in', async () => {
    const { bridge, store } = aList([aThread({ cwd: '/srv/maps' })])
    await store.actions.filter({ folder: '/srv/maps' })
    expect(bridge.calls.at(-1)?.params).toMatchObject({ cwd: '/srv/maps' })
    readsAs(bridge, aThread({ id: 'new', cwd: '/srv/harbor', status: running }))
    bridge.notify(status('new', running))
    await settled()
    expect(ids(store)).toEqual(['thread-1'])
  })

  it('keeps to one provider, and counts what it leaves out', async () => {
    const { bridge, store } = aList([aThread({ id: 'a' }), aThread({ id: 'b' })])
    await store.actions.filter({ provider: 'mock' })
    expect(bridge.calls.at(-1)?.params).toMatchObject({ modelProviders: ['mock'] })
    expect(await store.actions.countUnfiltered()).toEqual({ count: 2, isMore: false })
    expect(bridge.calls.at(-1)?.params).not.toHaveProperty('modelProviders')
    expect(store.getState().filter.provider).toBe('mock')
    await store.actions.showAll()
    expect(store.getState().filter).toEqual(noFilter)
  })

  it('shows what an import brings while it runs, until there is a page more', async () => {
    const { bridge, store } = aList([])
    await store.actions.load()
    const heard = async (pageNow: ReturnType<typeof page>) => {
      bridge.answer({ 'thread/list': () => pageNow })
      bridge.notify({ method: 'skein/task/updated', params: { task: anImport } })
      await settled()
    }
    await heard(page([aThread({ id: 'a' })]))
    expect(ids(store)).toEqual(['a'])
    await heard(page([aThread({ id: 'b' }), aThread({ id: 'a' })], 'next'))
    expect(ids(store)).toEqual(['b', 'a'])
    await heard(page([]))
    expect(ids(store)).toEqual(['b', 'a'])
  })

  it('shows the archive instead', async () => {
    const { bridge, store } = aList([aThread()])
    await store.actions.show('archived')
    expect(bridge.calls.at(-1)?.params).toMatchObject({ archived: true })
    expect(store.getState().view).toBe('archived')
  })
})

describe('what happens to threads', () => {
  it('changes their names', async () => {
    const { bridge, store } = aList([aThread()])
    await store.actions.load()
    bridge.notify({
      method: 'thread/name/updated',
      params: { threadId: 'thread-1', threadName: 'Tests' },
    })
    expect(store.getState().threads).toEqual([aThread({ name: 'Tests' })])
  })

  it('brings a new thread in with its first message', async () => {
    const { bridge, store } = aList([aThread({ id: 'old', recencyAt: 10 })])
    await store.actions.load()
    readsAs(bridge, aThread({ id: 'new', recencyAt: 20, status: running }))
    bridge.notify(status('new', running))
    await settled()
    expect(ids(store)).toEqual(['new', 'old'])
  })

  it('leaves out a thread that was never used', async () => {
    const { bridge, store } = aList([aThread({ id: 'old' })])
    await store.actions.load()
    readsAs(bridge, aThread({ id: 'new', preview: '' }))
    bridge.notify(status('new', running))
    await settled()
    expect(ids(store)).toEqual(['old'])
  })

  it('moves a thread to its place when a turn starts', async () => {
    const { bridge, store } = aList([
      aThread({ id: 'b', recencyAt: 20 }),
      aThread({ id: 'a', recencyAt: 10 }),
    ])
    await store.actions.load()
    readsAs(bridge, aThread({ id: 'a', recencyAt: 30, status: running }))
    bridge.notify(status('a', running))
    await settled()
    expect(ids(store)).toEqual(['a', 'b'])
  })

  it('puts the thread in which something happened last first, also within one second', async () => {
    const { bridge, store } = aList([aThread({ id: 'b', recencyAt: 20 })])
    await store.actions.load()
    readsAs(bridge, aThread({ id: 'a', recencyAt: 20, status: running }))
    bridge.notify(status('a', running))
    await settled()
    expect(ids(store)).toEqual(['a', 'b'])
  })

  it('takes archived and deleted ones away', async () => {
    const { bridge, store } = aList([aThread({ id: 'a' }), aThread({ id: 'b' })])
    await store.actions.load()
    bridge.notify({ method: 'thread/deleted', params: { threadId: 'a' } })
    expect(ids(store)).toEqual(['b'])
    bridge.answer({ 'thread/list': () => page([]) })
    bridge.notify({ method: 'thread/archived', params: { threadId: 'b' } })
    await settled()
    expect(ids(store)).toEqual([])
  })
})

describe('read states', () => {
  const unread: ThreadReadState = {
    firstUnread: { type: 'turn', turnId: 'turn-1' },
    revision: 'r1',
  }
  const read: ThreadReadState = { firstUnread: null, revision: 'r2' }

  function anUnread() {
    const list = aList([aThread()])
    list.bridge.answer({
      'thread/read': () => ({
        thread: aThread(),
        readState: unread,
        skein: { lastSeq: 1, imported: false },
      }),
      'thread/readState/update': () => ({ readState: read }),
    })
    return list
  }

  it('are read of a thread that the list does not know, and changed under their revision', async () => {
    const { bridge, store } = anUnread()
    await store.actions.markRead('thread-1')
    const call = bridge.calls.find(({ method }) => method === 'thread/readState/update')
    expect(call?.params).toEqual({
      threadId: 'thread-1',
      operation: { type: 'read' },
      expectedRevision: 'r1',
    })
    expect(store.getState().readStates).toEqual({ 'thread-1': read })
  })

  it('stay unread when they were marked so, until somebody comes back', async () => {
    const { store } = anUnread()
    await store.actions.markUnread('thread-1', 'turn-1')
    expect(store.getState().keptUnread).toBe('thread-1')
    store.actions.leave('thread-1')
    expect(store.getState().keptUnread).toBeNull()
  })
})

describe('arranged threads', () => {
  const section = { id: 's', name: 'S', appearance: null }

  it('of sections are read in the order of the person, and stand before the rest', async () => {
    const { bridge, store } = aList([aThread({ id: 'free' })], [section])
    const placed = ['two', 'one'].map((id) => aThread({ id, section }))
    bridge.answer({
      'thread/list': ({ sectionId }) =>
        page(sectionId === 's' ? placed : [aThread({ id: 'free' }), ...placed.toReversed()]),
    })
    await store.actions.load()
    expect(ids(store)).toEqual(['two', 'one', 'free'])
    expect(bridge.calls.at(-1)?.params).toMatchObject({
      sectionId: 's',
      sortKey: 'section_position',
    })
  })

  it('are read again when they move, and change in place when they are marked', async () => {
    const { bridge, store } = aList([aThread({ id: 'a' })])
    await store.actions.load()
    const before = bridge.calls.length
    bridge.notify({
      method: 'thread/section/changed',
      params: { threadId: 'a', sectionId: null },
    })
    await settled()
    expect(bridge.calls.length).toBe(before + 1)
  })

  it('are asked for in the order that is kept over a restart', async () => {
    const memory = aMemory()
    await aList([], [], memory).store.actions.arrange({ order: 'title', grouping: 'project' })
    const { bridge, store } = aList([], [], memory)
    await store.actions.load()
    expect(store.getState()).toMatchObject({ order: 'title', grouping: 'project' })
    expect(bridge.calls[0]?.params).toMatchObject({
      sortDirection: 'asc',
      skein: { sortKey: 'title' },
    })
  })
})
