// The list of threads: one page after the other, kept up to date by what every window hears.
import { createStore } from 'zustand/vanilla'
import type { Bridge, Notification, Thread, ThreadStatus } from '../../protocol/index.ts'
import { messageOf } from './failures.ts'
import { type LocalMemory, recall, remember } from './local-memory.ts'
import type { NotificationPump } from './notification-pump.ts'
import { isOfPlace, noFilter, type ThreadFilter } from './thread-filter.ts'
import type { ReadonlyStore } from './thread-store.ts'

const PAGE = 100
const UNREAD_NAME = 'unread'

export interface ThreadListState {
  readonly phase: 'loading' | 'ready' | 'error'
  readonly problem: string | null
  /** Latest activity first. */
  readonly threads: readonly Thread[]
  /** Fetches the next page; null when all are here. */
  readonly nextCursor: string | null
  readonly isLoadingMore: boolean
  readonly searchTerm: string
  /** Its folder and provider hold for `threads`; its status is for whoever shows them. */
  readonly filter: ThreadFilter
  readonly view: 'active' | 'archived'
  /** Turns that ended unseen, by thread id. */
  readonly unread: Readonly<Record<string, number>>
}

export interface ThreadListActions {
  /** Reads the list from its start. Never rejects: the phase tells. */
  load(): Promise<void>
  loadMore(): Promise<void>
  search(term: string): Promise<void>
  /** Narrows by what is named; the rest stays. */
  filter(changes: Partial<ThreadFilter>): Promise<void>
  /** Without search and filters. */
  showAll(): Promise<void>
  /** How many threads this view has without filters, as far as one page tells; null when it could not be read. */
  countUnfiltered(): Promise<{ readonly count: number; readonly isMore: boolean } | null>
  show(view: ThreadListState['view']): Promise<void>
  markRead(threadId: string): void
  /** Each rejects with a BridgeFailure; nothing is changed then. */
  rename(threadId: string, name: string): Promise<void>
  archive(threadId: string): Promise<void>
  unarchive(threadId: string): Promise<void>
  remove(threadId: string): Promise<void>
}

export interface ThreadListStore extends ReadonlyStore<ThreadListState> {
  readonly actions: ThreadListActions
}

export interface ThreadListOptions {
  readonly bridge: Bridge
  readonly pump: NotificationPump
  readonly memory: LocalMemory
  /** True while a person looks at that thread: what ends there is seen. */
  readonly isWatched: (threadId: string) => boolean
}

export function createThreadListStore(options: ThreadListOptions): ThreadListStore {
  const { bridge, pump, memory, isWatched } = options
  const store = createStore<ThreadListState>(() => ({
    phase: 'loading',
    problem: null,
    threads: [],
    nextCursor: null,
    isLoadingMore: false,
    searchTerm: '',
    filter: noFilter,
    view: 'active',
    unread: recall(memory, UNREAD_NAME, {}),
  }))
  /** Counts readings: the answer to an older question is not shown. */
  let question = 0

  function requestPage(cursor: string | null, filter = store.getState().filter) {
    const { searchTerm, view } = store.getState()
    const { folder, provider } = filter
    return bridge.request('thread/list', {
      limit: PAGE,
      sortKey: 'recency_at',
      sortDirection: 'desc',
      archived: view === 'archived',
      ...(searchTerm === '' ? {} : { searchTerm }),
      ...(folder === null ? {} : { cwd: folder }),
      ...(provider === null ? {} : { modelProviders: [provider] }),
      ...(cursor === null ? {} : { cursor }),
    })
  }

  async function load(): Promise<void> {
    const asked = ++question
    try {
      const page = await requestPage(null)
      if (asked !== question) return
      store.setState({
        phase: 'ready',
        problem: null,
        threads: page.data,
        nextCursor: page.nextCursor,
        isLoadingMore: false,
      })
    } catch (error) {
      if (asked === question) store.setState({ phase: 'error', problem: messageOf(error) })
    }
  }

  async function loadMore(): Promise<void> {
    const { nextCursor, isLoadingMore, phase } = store.getState()
    if (nextCursor === null || isLoadingMore || phase !== 'ready') return
    const asked = question
    store.setState({ isLoadingMore: true })
    try {
      const page = await requestPage(nextCursor)
      if (asked !== question) return
      const { threads } = store.getState()
      const known = new Set(threads.map((thread) => thread.id))
      const added = page.data.filter((thread) => !known.has(thread.id))
      store.setState({ threads: [...threads, ...added], nextCursor: page.nextCursor })
    } catch {
      // The rows that are here stay; scrolling on asks again.
    } finally {
      if (asked === question) store.setState({ isLoadingMore: false })
    }
  }

  /** Reads one row anew: its title, its place and whether it belongs here may have changed. */
  async function refresh(threadId: string): Promise<void> {
    try {
      const { thread } = await bridge.request('thread/read', { threadId })
      const { threads, view, searchTerm, filter } = store.getState()
      const isListed = threads.some((row) => row.id === threadId)
      const isFiltered = searchTerm !== '' || !isOfPlace(thread, filter)
      const belongs = view === 'active' && !isFiltered && thread.preview !== ''
      if (isListed || (belongs && !thread.ephemeral)) place(thread)
    } catch {
      // Gone meanwhile: its own notification takes the row away.
    }
  }

  function place(thread: Thread): void {
    const others = store.getState().threads.filter((row) => row.id !== thread.id)
    // Recency is in whole seconds: of two in the same one, that in which something happened now is the later.
    store.setState({ threads: [thread, ...others].sort(latestFirst) })
  }

  function changeRow(threadId: string, change: (row: Thread) => Thread): boolean {
    const { threads } = store.getState()
    const index = threads.findIndex((row) => row.id === threadId)
    const row = threads[index]
    if (!row) return false
    store.setState({ threads: threads.with(index, change(row)) })
    return true
  }

  function dropRow(threadId: string): void {
    store.setState({ threads: store.getState().threads.filter((row) => row.id !== threadId) })
  }

  function setUnread(threadId: string, count: number): void {
    const { [threadId]: before = 0, ...others } = store.getState().unread
    if (count === before) return
    const unread = count === 0 ? others : { ...others, [threadId]: count }
    store.setState({ unread })
    remember(memory, UNREAD_NAME, unread)
  }

  function changeStatus(threadId: string, status: ThreadStatus): void {
    const before = store.getState().threads.find((row) => row.id === threadId)?.status
    changeRow(threadId, (row) => ({ ...row, status }))
    const isRunning = status.type === 'active'
    const wasRunning = before?.type === 'active'
    if (wasRunning && (status.type === 'idle' || status.type === 'systemError')) {
      if (!isWatched(threadId)) setUnread(threadId, (store.getState().unread[threadId] ?? 0) + 1)
    }
    // A turn began or ended: recency, preview and counts come from the app.
    if (isRunning !== wasRunning) void refresh(threadId)
  }

  function hear({ method, params }: Notification): void {
    switch (method) {
      case 'thread/status/changed':
        changeStatus(params.threadId, params.status)
        return
      case 'thread/name/updated':
        changeRow(params.threadId, (row) => ({ ...row, name: params.threadName ?? null }))
        return
      case 'thread/archived':
      case 'thread/unarchived':
        // Which list it is in now depends on the view; the row's place is the app's to say.
        dropRow(params.threadId)
        void load()
        return
      case 'thread/deleted':
        dropRow(params.threadId)
        setUnread(params.threadId, 0)
        return
      case 'skein/resync':
        void load()
        return
      default:
    }
  }

  pump.subscribe((batch) => {
    for (const notification of batch) hear(notification)
  })

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    actions: {
      load,
      loadMore,
      search(searchTerm) {
        store.setState({ searchTerm })
        return load()
      },
      filter(changes) {
        store.setState({ filter: { ...store.getState().filter, ...changes } })
        return load()
      },
      showAll() {
        store.setState({ filter: noFilter, searchTerm: '' })
        return load()
      },
      async countUnfiltered() {
        try {
          const { data, nextCursor } = await requestPage(null, noFilter)
          return { count: data.length, isMore: nextCursor !== null }
        } catch {
          return null
        }
      },
      show(view) {
        store.setState({ view, threads: [], nextCursor: null, phase: 'loading' })
        return load()
      },
      markRead: (threadId) => setUnread(threadId, 0),
      async rename(threadId, name) {
        await bridge.request('thread/name/set', { threadId, name })
      },
      async archive(threadId) {
        await bridge.request('thread/archive', { threadId })
      },
      async unarchive(threadId) {
        await bridge.request('thread/unarchive', { threadId })
      },
      async remove(threadId) {
        await bridge.request('thread/delete', { threadId })
      },
    },
  }
}

function latestFirst(left: Thread, right: Thread): number {
  return (right.recencyAt ?? right.updatedAt) - (left.recencyAt ?? left.updatedAt)
}
