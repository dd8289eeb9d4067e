// What a thread has used, and what providers told of their limits.
import { createStore } from 'zustand/vanilla'
import type { Bridge, RateLimits, Result } from '../../protocol/index.ts'
import type { NotificationPump } from './notification-pump.ts'
import type { ReadonlyStore } from './thread-store.ts'

const TURNS_SHOWN = 50

export type Usage = Result<'skein/usage/read'>

export interface UsageState {
  /** By the id of the provider; only of those that told. */
  readonly limits: Readonly<Record<string, RateLimits>>
}

export interface UsageStore extends ReadonlyStore<UsageState> {
  /** Of the latest turns, and of all together. Rejects with a BridgeFailure. */
  read(threadId: string): Promise<Usage>
}

export function createUsageStore(bridge: Bridge, pump: NotificationPump): UsageStore {
  const store = createStore<UsageState>(() => ({ limits: {} }))
  pump.subscribe((batch) => {
    for (const { method, params } of batch) {
      if (method !== 'skein/rateLimits/updated') continue
      const { limits } = store.getState()
      const latest = merged(limits[params.provider], params.rateLimits)
      store.setState({ limits: { ...limits, [params.provider]: latest } })
    }
  })
  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    read: (threadId) => bridge.request('skein/usage/read', { threadId, limit: TURNS_SHOWN }),
  }
}

/** What a provider leaves out keeps its value. */
function merged(known: RateLimits | undefined, told: RateLimits): RateLimits {
  return {
    primary: told.primary ?? known?.primary ?? null,
    secondary: told.secondary ?? known?.secondary ?? null,
    planType: told.planType ?? known?.planType ?? null,
  }
}
