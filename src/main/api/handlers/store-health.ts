// The health of the store with what search adds to it.
import type { Search } from '../../storage/search/search.ts'
import type { StoreHealth } from '../../storage/store.ts'

export function withSearch(health: StoreHealth, search: Search): StoreHealth {
  const bytes = { ...health.bytes, search: search.bytes() }
  return { ...health, bytes, search: search.progress() }
}
