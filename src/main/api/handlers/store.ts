// The state of the store.
import type { Search } from '../../storage/search/search.ts'
import type { Store } from '../../storage/store.ts'
import type { Handlers } from '../router.ts'
import { withSearch } from './store-health.ts'

export function storeHandlers(store: Store, search: Search): Pick<Handlers, 'skein/store/health'> {
  return {
    'skein/store/health': async () => withSearch(await store.health(), search),
  }
}
