// Whether the app can be reached, and how its store is.
import { createStore } from 'zustand/vanilla'
import type { Bridge, Result } from '../../protocol/index.ts'
import type { NotificationPump } from './notification-pump.ts'
import type { ReadonlyStore } from './thread-store.ts'

export type StoreHealth = Result<'skein/store/health'>

export interface ConnectionState {
  readonly connection: 'open' | 'lost'
  /** Null until it was read. */
  readonly health: StoreHealth | null
}

export interface ConnectionStore extends ReadonlyStore<ConnectionState> {
  load(): Promise<void>
  /** Has the whole store looked through; rejects with a BridgeFailure. */
  check(): Promise<StoreHealth>
  /** Tries again at once, where the host can. */
  reconnect(): void
}

export function createConnectionStore(bridge: Bridge, pump: NotificationPump): ConnectionStore {
  const store = createStore<ConnectionState>(() => ({ connection: 'open', health: null }))

  pump.subscribe((batch) => {
    for (const { method, params } of batch) {
      if (method === 'skein/store/updated') store.setState({ health: params })
    }
  })
  bridge.onConnection((connection) => store.setState({ connection }))

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    async load() {
      try {
        store.setState({ health: await bridge.request('skein/store/health', {}) })
      } catch {
        // Unknown health is shown as such; a lost connection has its own banner.
      }
    },
    async check() {
      const health = await bridge.request('skein/store/check', {})
      store.setState({ health })
      return health
    },
    reconnect: () => bridge.reconnect?.(),
  }
}
