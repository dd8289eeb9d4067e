// Full-text search over threads, and literal search within one.
import { SkeinError } from '../../lib/errors.ts'
import type { FoundThread, Search } from '../../storage/search/search.ts'
import type { Store } from '../../storage/store.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import type { Handlers } from '../router.ts'
import { threadFromRecord, threadFromState } from '../thread-view.ts'
import { interactiveSources, limitOf } from './paging.ts'

export function searchHandlers(ports: {
  readonly manager: ThreadManager
  readonly store: Store
  readonly search: Search
}): Pick<Handlers, 'thread/search' | 'thread/searchOccurrences'> {
  const { manager, store, search } = ports

  /** Undefined for a thread that was deleted meanwhile. */
  async function viewOf({ threadId, hits }: FoundThread, withHits: boolean) {
    const live = manager.find(threadId)?.actor
    const record = await store.findThread(threadId)
    if (!live && !record) return undefined
    const thread = live
      ? {
          ...threadFromState(live.state(), live.status(), [], record),
          canAcceptDirectInput: null,
        }
      : record && threadFromRecord(record, { type: 'notLoaded' })
    const snippet = hits[0]?.snippet ?? ''
    return thread && { thread, snippet, ...(withHits && { skein: { hits: [...hits] } }) }
  }

  return {
    async 'thread/search'(params) {
      if (params.searchTerm.trim() === '')
        throw new SkeinError('invalidParams', 'thread/search requires a non-empty searchTerm')
      const operators = params.skein?.operators ?? false
      const { sourceKinds } = params
      const found = await search.find({
        term: params.searchTerm,
        operators,
        cursor: params.cursor,
        limit: limitOf(params.limit),
        sortKey: params.sortKey ?? 'created_at',
        sortDirection: params.sortDirection ?? 'desc',
        archived: params.archived ?? false,
        sources: sourceKinds && sourceKinds.length > 0 ? sourceKinds : interactiveSources,
      })
      const views = await Promise.all(found.data.map((each) => viewOf(each, operators)))
      const { nextCursor, backwardsCursor, elsewhere, problem, index } = found
      return {
        data: views.filter((view) => view !== undefined),
        nextCursor,
        backwardsCursor,
        ...(operators && { skein: { elsewhere, problem, index } }),
      }
    },

    async 'thread/searchOccurrences'({ threadId, searchTerm, cursor, limit }) {
      if (searchTerm.trim() === '')
        throw new SkeinError(
          'invalidParams',
          'thread/searchOccurrences requires a non-empty searchTerm',
        )
      const live = manager.find(threadId)?.actor.state()
      const hasRows = live
        ? live.stored && !live.snapshot.values.ephemeral
        : await store.findThread(threadId)
      if (!hasRows)
        throw new SkeinError('unsupported', 'thread/searchOccurrences is not supported yet')
      await store.contentThere(threadId)
      const query = { threadId, term: searchTerm, cursor, limit: limitOf(limit) }
      const { data, nextCursor } = await search.occurrences(query)
      return { data: [...data], nextCursor }
    },
  }
}
