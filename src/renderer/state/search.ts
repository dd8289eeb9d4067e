// Questions to the search of the app: over all threads, and within one.
import type { Bridge, Result } from '../../protocol/index.ts'

const RESULTS_PER_PAGE = 20
const OCCURRENCES_PER_PAGE = 100
/** More are not counted one by one. */
export const OCCURRENCES_MAX = 1_000

export type SearchResults = Result<'thread/search'>
export type FoundThread = SearchResults['data'][number]
export type Occurrence = Result<'thread/searchOccurrences'>['data'][number]

/** Each rejects with a BridgeFailure. */
export interface Search {
  /** With operators; newest activity first. */
  find(term: string, archived: boolean, cursor?: string): Promise<SearchResults>
  /** In the order of the conversation, at most `OCCURRENCES_MAX`. */
  occurrences(threadId: string, term: string): Promise<readonly Occurrence[]>
}

export function createSearch(bridge: Bridge): Search {
  return {
    find: (searchTerm, archived, cursor) =>
      bridge.request('thread/search', {
        searchTerm,
        archived,
        limit: RESULTS_PER_PAGE,
        sortKey: 'recency_at',
        skein: { operators: true },
        ...(cursor !== undefined && { cursor }),
      }),
    async occurrences(threadId, searchTerm) {
      const all: Occurrence[] = []
      let cursor: string | null = null
      do {
        const page: Result<'thread/searchOccurrences'> = await bridge.request(
          'thread/searchOccurrences',
          {
            threadId,
            searchTerm,
            limit: OCCURRENCES_PER_PAGE,
            ...(cursor !== null && { cursor }),
          },
        )
        all.push(...page.data)
        cursor = page.nextCursor
      } while (cursor !== null && all.length < OCCURRENCES_MAX)
      return all
    },
  }
}
