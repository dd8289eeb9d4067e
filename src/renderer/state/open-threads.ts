// The threads this window holds in full: the ones looked at last, at most three. Others are let go and read again.
import type { Bridge, CallParams } from '../../protocol/index.ts'
import type { NotificationPump } from './notification-pump.ts'
import { createThreadStore, type ThreadStore } from './thread-store.ts'

const HYDRATED_THREADS_MAX = 3

export interface OpenThreads {
  /** The store of that thread; reads it when this window does not hold it yet. */
  open(threadId: string): ThreadStore
  /** Starts a thread and opens it. Rejects with a BridgeFailure. */
  start(params: CallParams<'thread/start'>): Promise<ThreadStore>
  /** The store of that thread if it is held. */
  find(threadId: string): ThreadStore | undefined
  /** Reads every held thread again. */
  reload(): void
}

export function createOpenThreads(bridge: Bridge, pump: NotificationPump): OpenThreads {
  /** In the order they were looked at, the latest last. */
  const held = new Map<string, ThreadStore>()

  function hold(store: ThreadStore): ThreadStore {
    held.delete(store.threadId)
    held.set(store.threadId, store)
    for (const [threadId, oldest] of held) {
      if (held.size <= HYDRATED_THREADS_MAX) break
      held.delete(threadId)
      oldest.close()
    }
    return store
  }

  return {
    open(threadId) {
      const known = held.get(threadId)
      if (known) {
        if (known.getState().phase !== 'ready') void known.actions.open()
        return hold(known)
      }
      const store = createThreadStore({ bridge, pump, threadId })
      void store.actions.open()
      return hold(store)
    },
    async start(params) {
      const started = await bridge.request('thread/start', params)
      const threadId = started.thread.id
      return hold(createThreadStore({ bridge, pump, threadId, started }))
    },
    find: (threadId) => held.get(threadId),
    reload() {
      for (const store of held.values()) void store.actions.open()
    },
  }
}
