// What threads have used, in tokens.
import type { Store } from '../../storage/store.ts'
import type { Handlers } from '../router.ts'
import { limitOf } from './paging.ts'

export function usageHandlers(store: Store): Pick<Handlers, 'skein/usage/read'> {
  return {
    async 'skein/usage/read'({ threadId, sinceMs, cursor, limit }) {
      const read = await store.usage({ threadId, sinceMs, cursor, limit: limitOf(limit) })
      const { total, byModel, byTurn, nextCursor } = read
      // Prices are not known here: a cost of 0 would be a lie.
      return { total, byModel: [...byModel], byTurn: [...byTurn], nextCursor, costMicros: null }
    },
  }
}
