// A store whose commits search hears of.
import type { Store } from '../store.ts'
import type { Search } from './search.ts'

export function indexedStore(store: Store, search: Pick<Search, 'touched'>): Store {
  return {
    ...store,
    journal: {
      ...store.journal,
      async commit(threadId, after, atMs, events) {
        const seq = await store.journal.commit(threadId, after, atMs, events)
        search.touched(threadId)
        return seq
      },
    },
  }
}
