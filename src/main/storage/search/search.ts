// Port: full-text search over everything stored. Its index is derived and may be deleted at any time.
import type {
  MatchRange,
  SearchHit,
  SearchProgress,
  SortDirection,
  ThreadId,
} from '../../../protocol/index.ts'
import type { Page } from '../store.ts'

export interface SearchQuery {
  readonly term: string
  /** True: `term` has operators; false: it is one phrase of a person's or a model's words. */
  readonly operators: boolean
  readonly cursor: string | undefined
  readonly limit: number
  readonly sortKey: 'created_at' | 'updated_at' | 'recency_at'
  readonly sortDirection: SortDirection
  readonly archived: boolean
  /** Exact values of `source`; empty: all. */
  readonly sources: readonly string[]
}

export interface FoundThread {
  readonly threadId: ThreadId
  /** At least one, best first. */
  readonly hits: readonly SearchHit[]
}

export interface SearchPage extends Page<FoundThread> {
  /** Threads with hits among the archived ones, or the others when those were asked for; null: many. */
  readonly elsewhere: number | null
  /** What of the operators could not be read. */
  readonly problem: string | null
  readonly index: SearchProgress
}

export interface OccurrencesQuery {
  readonly threadId: ThreadId
  /** Found literally, in any case, in the words of persons and models. */
  readonly term: string
  readonly cursor: string | undefined
  readonly limit: number
}

export interface Occurrence {
  readonly turnId: string
  readonly itemId: string
  readonly snippet: string
  readonly snippetMatchRange: MatchRange
  /** For thread/turns/list: the page that starts with this turn. */
  readonly turnCursor: string
}

/** A cursor of another question: SkeinError `invalidParams`. */
export interface Search {
  find(query: SearchQuery): Promise<SearchPage>
  occurrences(query: OccurrencesQuery): Promise<{
    readonly data: readonly Occurrence[]
    readonly nextCursor: string | null
  }>
  /** Something of the thread was committed: it is in the index before the next question is answered. */
  touched(threadId: ThreadId): void
  /** Content came in that is not in rows yet: search is ready again when all of it was touched. */
  packed(): void
  progress(): SearchProgress
  /** Bytes of the index on disk. */
  bytes(): number
  /** Hears when the index becomes ready, or is being built anew. */
  onReady(listener: (progress: SearchProgress) => void): () => void
  /** Starts reading up on what changed, without being asked anything. */
  start(): void
  /** Until the answer is called nothing is read up that nobody asks for: something else needs the machine. */
  holdBack(): () => void
  /** Never rejects. */
  close(): Promise<void>
}
