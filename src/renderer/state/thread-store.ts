// One thread of this window, kept in step with the app: read once, then fed by notifications, read again
// whenever one is missing.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Bridge, Notification, Result } from '../../protocol/index.ts'
import { isDelta } from './apply-delta.ts'
import { applyBatch } from './apply-notification.ts'
import { isCallersFault, messageOf } from './failures.ts'
import type { NotificationPump } from './notification-pump.ts'
import { archivedState, resumedState, startedState } from './read-thread.ts'
import { createThreadActions, type ThreadActions, TURNS_PER_PAGE } from './thread-actions.ts'
import { emptyThreadState, type ThreadState } from './thread-state.ts'

const QUEUE_ENTRIES_MAX = 100
/** Notifications held while the thread is read. What is dropped beyond them shows as a gap afterwards. */
const HELD_MAX = 10_000

export interface ReadonlyStore<S>
  extends Pick<StoreApi<S>, 'getState' | 'getInitialState' | 'subscribe'> {}

export interface ThreadStore extends ReadonlyStore<ThreadState> {
  readonly threadId: string
  readonly actions: ThreadActions
  /** Stops listening; the store is of no use afterwards. */
  close(): void
}

export interface ThreadStoreOptions {
  readonly bridge: Bridge
  readonly pump: NotificationPump
  readonly threadId: string
  /** The answer of thread/start: the thread is new, there is nothing to read. */
  readonly started?: Result<'thread/start'>
}

export function createThreadStore(options: ThreadStoreOptions): ThreadStore {
  const { bridge, pump, threadId } = options
  const store = createStore<ThreadState>(() => {
    const empty = emptyThreadState(threadId)
    return options.started ? startedState(empty, options.started) : empty
  })
  /** What comes while the thread is being read; undefined when it is not. */
  let held: Notification[] | undefined
  let reading: Promise<void> | undefined
  let mustReadAgain = false
  let isClosed = false

  function receive(batch: readonly Notification[]): void {
    const own = batch.filter((notification) => isOf(notification, threadId))
    if (own.length === 0) return
    if (held) held.push(...own.slice(0, HELD_MAX - held.length))
    else apply(own)
  }

  function apply(batch: readonly Notification[]): void {
    const { state, mustRead } = applyBatch(store.getState(), batch)
    if (state !== store.getState()) store.setState(state, true)
    // Taken out of the archive, or turns taken out of it: what is shown is no longer what is there.
    const mustLoad = batch.some(
      ({ method }) => method === 'thread/unarchived' || method === 'thread/reverted',
    )
    if (mustRead || mustLoad) void readAgain()
    else if (batch.some(({ method }) => method === 'thread/queue/changed')) void readQueue()
  }

  async function readAgain(): Promise<void> {
    if (reading) mustReadAgain = true
    else await open()
  }

  function open(): Promise<void> {
    if (store.getState().phase !== 'ready') store.setState({ phase: 'loading', problem: null })
    reading ??= read().finally(() => {
      reading = undefined
      held = undefined
      if (!mustReadAgain || isClosed) return
      mustReadAgain = false
      void open()
    })
    return reading
  }

  async function read(): Promise<void> {
    held = []
    try {
      const resumed = await bridge.request('thread/resume', {
        threadId,
        excludeTurns: true,
        initialTurnsPage: { limit: TURNS_PER_PAGE, itemsView: 'full', sortDirection: 'desc' },
      })
      adopt((state) => resumedState(state, resumed))
      await readQueue()
    } catch (error) {
      await readWithoutLoading(error)
    }
  }

  /** Takes over what was read, then what happened since. Pieces of text that came before it are in it. */
  function adopt(next: (state: ThreadState) => ThreadState): void {
    pump.flush()
    const since = (held ?? []).filter((notification) => !isDelta(notification))
    held = undefined
    if (isClosed) return
    store.setState(next(store.getState()), true)
    apply(since)
  }

  /** A thread that cannot be resumed is archived, gone, or out of reach; the second reading tells which. */
  async function readWithoutLoading(reason: unknown): Promise<void> {
    try {
      const thread = await bridge.request('thread/read', { threadId })
      const turns = await bridge.request('thread/turns/list', {
        threadId,
        limit: TURNS_PER_PAGE,
        itemsView: 'full',
        sortDirection: 'desc',
      })
      if (!/archive/i.test(messageOf(reason))) throw reason
      adopt((state) => archivedState(state, thread, turns))
    } catch (error) {
      if (isClosed) return
      const isGone = error !== reason && isCallersFault(error)
      const wasRead = store.getState().phase === 'ready'
      // What was read before stays on screen; the connection's own banner tells that it is not live.
      if (isGone) store.setState({ phase: 'gone', problem: messageOf(error) })
      else if (!wasRead) store.setState({ phase: 'error', problem: messageOf(error) })
    }
  }

  async function readQueue(): Promise<void> {
    try {
      const params = { threadId, limit: QUEUE_ENTRIES_MAX }
      const { data } = await bridge.request('thread/queue/list', params)
      if (!isClosed) store.setState({ queue: data })
    } catch {
      // The entries shown are the last known ones; the next change or reading brings the rest.
    }
  }

  const stopListening = pump.subscribe(receive)
  return {
    threadId,
    actions: createThreadActions(bridge, store, open),
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    close() {
      isClosed = true
      stopListening()
      // Nobody waits for the answer, and a lost connection has unsubscribed already.
      bridge.request('thread/unsubscribe', { threadId }).catch(() => {})
    },
  }
}

/** A call to read everything again is of every thread. */
function isOf({ method, params }: Notification, threadId: string): boolean {
  if (method === 'skein/resync' && params.threadId === null) return true
  if ('threadId' in params) return params.threadId === threadId
  return 'thread' in params && params.thread.id === threadId
}
