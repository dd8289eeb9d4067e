// The state of the store.
import type { Store } from '../../storage/store.ts'
import type { Handlers } from '../router.ts'

export function storeHandlers(store: Store): Pick<Handlers, 'skein/store/health'> {
  return { 'skein/store/health': () => store.health() }
}
