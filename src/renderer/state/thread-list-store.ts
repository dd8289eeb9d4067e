// The list of threads: one page after the other, kept up to date by what every window hears.
import { createStore } from 'zustand/vanilla'
import type {
  Bridge,
  Notification,
  Thread,
  ThreadReadState,
  ThreadSection,
  ThreadStatus,
} from '../../protocol/index.ts'
import { messageOf } from './failures.ts'
import { createListedThreadActions, type ListedThreadActions } from './listed-thread-actions.ts'
import { type LocalMemory, recall, remember } from './local-memory.ts'
import type { NotificationPump } from './notification-pump.ts'
import { isOfPlace, noFilter, type ThreadFilter } from './thread-filter.ts'
import type { Grouping } from './thread-groups.ts'
import { createThreadListPages, type ListQuestion, type ThreadPage } from './thread-list-pages.ts'
import { inOrder, type ListOrder } from './thread-order.ts'
import type { ReadonlyStore } from './thread-store.ts'

const ARRANGED_NAME = 'threadList'

export interface ThreadListState {
  readonly phase: 'loading' | 'ready' | 'error'
  readonly problem: string | null
  /** In `order`; inside a section, in the order of the person. */
  readonly threads: readonly Thread[]
  /** Fetches the next page; null when all are here. */
  readonly nextCursor: string | null
  readonly isLoadingMore: boolean
  readonly searchTerm: string
  /** Its folder and provider hold for `threads`; its status is for whoever shows them. */
  readonly filter: ThreadFilter
  readonly view: 'active' | 'archived'
  readonly order: ListOrder
  readonly grouping: Grouping
  /** Marked unread while it is open: it stays so until somebody comes back to it. */
  readonly keptUnread: string | null
  /** Where reading stopped, by thread id; absent: not known here yet. */
  readonly readStates: Readonly<Record<string, ThreadReadState>>
}

export interface ThreadListActions extends ListedThreadActions {
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
  arrange(change: { readonly order?: ListOrder; readonly grouping?: Grouping }): Promise<void>
  /** All of it has been seen. Never rejects: what cannot be marked stays unread. */
  markRead(threadId: string): Promise<void>
  /** The thread is no longer shown. */
  leave(threadId: string): void
  /** From that turn on; without one, all of it. */
  markUnread(threadId: string, fromTurnId?: string): Promise<void>
}

export interface ThreadListStore extends ReadonlyStore<ThreadListState> {
  readonly actions: ThreadListActions
}

export interface ThreadListOptions {
  readonly bridge: Bridge
  readonly pump: NotificationPump
  readonly memory: LocalMemory
  /** The sections of the person, in their order. */
  readonly sections: () => readonly ThreadSection[]
}

export function createThreadListStore(options: ThreadListOptions): ThreadListStore {
  const { bridge, pump, memory, sections } = options
  const arranged = recall<{ order?: ListOrder; grouping?: Grouping }>(memory, ARRANGED_NAME, {})
  const store = createStore<ThreadListState>(() => ({
    phase: 'loading',
    problem: null,
    threads: [],
    nextCursor: null,
    isLoadingMore: false,
    searchTerm: '',
    filter: noFilter,
    view: 'active',
    order: arranged.order ?? 'activity',
    grouping: arranged.grouping ?? 'time',
    keptUnread: null,
    readStates: {},
  }))
  const pages = createThreadListPages(bridge, sections)
  /** Counts readings: the answer to an older question is not shown. */
  let reading = 0
  let isArriving = false

  let askedMs = Date.now()

  function question(): ListQuestion {
    return { ...store.getState(), askedMs }
  }

  async function load(): Promise<void> {
    const asked = ++reading
    askedMs = Date.now()
    try {
      const page = await pages.page(question(), null)
      const top = asked === reading ? await pages.top(question(), page.nextCursor !== null) : []
      if (asked !== reading) return
      noteReadStates([page, ...top])
      store.setState({
        phase: 'ready',
        problem: null,
        threads: onceEach(
          [...top.flatMap(({ data }) => data), ...page.data],
          store.getState().order,
        ),
        nextCursor: page.nextCursor,
        isLoadingMore: false,
      })
    } catch (error) {
      if (asked === reading) store.setState({ phase: 'error', problem: messageOf(error) })
    }
  }

  /** An import brings the newest first: once there is a page more, what comes next is not in sight. */
  async function showArrivals(): Promise<void> {
    if (isArriving || store.getState().nextCursor !== null) return
    isArriving = true
    await load()
    isArriving = false
  }

  async function loadMore(): Promise<void> {
    const { nextCursor, isLoadingMore, phase } = store.getState()
    if (nextCursor === null || isLoadingMore || phase !== 'ready') return
    const asked = reading
    store.setState({ isLoadingMore: true })
    try {
      const page = await pages.page(question(), nextCursor)
      if (asked !== reading) return
      const { threads } = store.getState()
      const known = new Set(threads.map((thread) => thread.id))
      const added = page.data.filter((thread) => !known.has(thread.id))
      noteReadStates([page])
      store.setState({ threads: [...threads, ...added], nextCursor: page.nextCursor })
    } catch {
      // The rows that are here stay; scrolling on asks again.
    } finally {
      if (asked === reading) store.setState({ isLoadingMore: false })
    }
  }

  /** Reads one row anew: its title, its place and whether it belongs here may have changed. */
  async function refresh(threadId: string): Promise<void> {
    try {
      const { thread, readState } = await bridge.request('thread/read', { threadId })
      if (readState) noteReadState(threadId, readState)
      const { threads, view, searchTerm, filter } = store.getState()
      const isListed = threads.some((row) => row.id === threadId)
      const isFiltered = searchTerm !== '' || !isOfPlace(thread, filter, askedMs)
      const belongs = view === 'active' && !isFiltered && thread.preview !== ''
      if (isListed || (belongs && !thread.ephemeral)) place(thread)
    } catch {
      // Gone meanwhile: its own notification takes the row away.
    }
  }

  function place(thread: Thread): void {
    const { threads, order } = store.getState()
    // A place that a person gave it is known to the app alone: until it is read again the row stays where it is.
    if (thread.section !== null && changeRow(thread.id, () => thread)) return
    if (order === 'manual' && changeRow(thread.id, () => thread)) return
    const others = threads.filter((row) => row.id !== thread.id)
    // Recency is in whole seconds: of two in the same one, that in which something happened now is the later.
    store.setState({ threads: inOrder([thread, ...others], order) })
  }

  function changeRow(threadId: string, change: (row: Thread) => Thread): boolean {
    const { threads } = store.getState()
    const index = threads.findIndex((row) => row.id === threadId)
    const row = threads[index]
    if (!row) return false
    store.setState({ threads: threads.with(index, change(row)) })
    return true
  }

  function changeExtras(threadId: string, change: Partial<NonNullable<Thread['skein']>>): boolean {
    return changeRow(threadId, (row) =>
      row.skein ? { ...row, skein: { ...row.skein, ...change } } : row,
    )
  }

  function dropRow(threadId: string): void {
    store.setState({ threads: store.getState().threads.filter((row) => row.id !== threadId) })
  }

  function noteReadState(threadId: string, readState: ThreadReadState): void {
    store.setState({ readStates: { ...store.getState().readStates, [threadId]: readState } })
  }

  function noteReadStates(pages: readonly ThreadPage[]): void {
    const states = pages.map(({ readStates }) => readStates ?? {})
    store.setState({ readStates: Object.assign({}, store.getState().readStates, ...states) })
  }

  async function readStateOf(threadId: string): Promise<ThreadReadState | null> {
    const known = store.getState().readStates[threadId]
    return known ?? (await bridge.request('thread/read', { threadId })).readState
  }

  async function updateReadState(
    threadId: string,
    type: 'read' | 'unread',
    fromTurnId?: string,
  ): Promise<void> {
    const readState = await readStateOf(threadId)
    if (!readState || (type === 'read' && readState.firstUnread === null)) return
    const changed = await bridge.request('thread/readState/update', {
      threadId,
      operation: { type },
      expectedRevision: readState.revision,
      ...(fromTurnId !== undefined && { skein: { fromTurnId } }),
    })
    noteReadState(threadId, changed.readState)
  }

  function changeStatus(threadId: string, status: ThreadStatus): void {
    const before = store.getState().threads.find((row) => row.id === threadId)?.status
    changeRow(threadId, (row) => ({ ...row, status }))
    const isRunning = status.type === 'active'
    const wasRunning = before?.type === 'active'
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
        return
      case 'thread/readState/changed':
        noteReadState(params.threadId, params.readState)
        if (params.readState.firstUnread === null) changeExtras(params.threadId, { unread: 0 })
        else void refresh(params.threadId)
        return
      case 'thread/reverted':
        void refresh(params.threadId)
        return
      case 'skein/thread/marked': {
        const { threadId, pinned, snoozedUntilMs } = params
        if (!changeExtras(threadId, { pinned, snoozedUntilMs })) void load()
        return
      }
      case 'thread/section/changed':
        void load()
        return
      case 'thread/project/updated':
        changeRow(params.threadId, (row) => ({ ...row, projectId: params.projectId }))
        return
      case 'skein/resync':
        void load()
        return
      case 'skein/task/updated':
        if (params.task.kind === 'import') void showArrivals()
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
      ...createListedThreadActions(bridge),
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
          const { data, nextCursor } = await pages.page({ ...question(), filter: noFilter }, null)
          return { count: data.length, isMore: nextCursor !== null }
        } catch {
          return null
        }
      },
      show(view) {
        store.setState({ view, threads: [], nextCursor: null, phase: 'loading' })
        return load()
      },
      arrange(change) {
        store.setState(change)
        const { order, grouping } = store.getState()
        remember(memory, ARRANGED_NAME, { order, grouping })
        return load()
      },
      async markRead(threadId) {
        try {
          await updateReadState(threadId, 'read')
        } catch {
          void refresh(threadId)
        }
      },
      async markUnread(threadId, fromTurnId) {
        store.setState({ keptUnread: threadId })
        await updateReadState(threadId, 'unread', fromTurnId)
      },
      leave(threadId) {
        if (store.getState().keptUnread === threadId) store.setState({ keptUnread: null })
      },
    },
  }
}

/** Those that were read apart stand first, in their own order; the rest follows the order of the list. */
function onceEach(threads: readonly Thread[], order: ListOrder): readonly Thread[] {
  const byId = new Map<string, Thread>()
  for (const thread of threads) if (!byId.has(thread.id)) byId.set(thread.id, thread)
  return inOrder([...byId.values()], order)
}
