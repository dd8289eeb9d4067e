// What a person opened and closed in a thread. Kept beside the thread, not in the cards: cards come and go while
// one scrolls.
import { createStore } from 'zustand/vanilla'
import type { ReadonlyStore, ThreadStore } from '../../state/thread-store.ts'

export type Disclosed = ReadonlyMap<string, boolean>

export interface Disclosure extends ReadonlyStore<Disclosed> {
  set(key: string, isOpen: boolean): void
}

const ofThreads = new WeakMap<ThreadStore, Disclosure>()

/** Lives as long as the window holds the thread. */
export function disclosureOf(thread: ThreadStore): Disclosure {
  const known = ofThreads.get(thread)
  if (known) return known
  const disclosure = createDisclosure()
  ofThreads.set(thread, disclosure)
  return disclosure
}

export function createDisclosure(): Disclosure {
  const store = createStore<Disclosed>(() => new Map())
  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    set(key, isOpen) {
      if (store.getState().get(key) === isOpen) return
      store.setState(new Map(store.getState()).set(key, isOpen), true)
    },
  }
}
