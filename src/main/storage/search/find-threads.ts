// Answers a search: which threads, in the order of their list, and the first hits of each.
import type { Database } from 'better-sqlite3'
import type { SearchHit, SearchProgress } from '../../../protocol/index.ts'
import type { BlobStore } from '../blobs.ts'
import { fromPlace, listName, type Place, pageOf, readCursor } from '../cursors.ts'
import { createPrepared } from '../prepared.ts'
import { createMatchPlaces, type Matches } from './match-places.ts'
import { type TextPlace, TITLE_ORD } from './places.ts'
import { createReadHit } from './read-hit.ts'
import type { FoundThread, SearchPage, SearchQuery } from './search.ts'
import { literalMatch, readTerms, type SearchTerms } from './search-terms.ts'
import { narrows, sortColumns, type ThreadRow, threadFilter } from './thread-filter.ts'

const HITS_PER_THREAD = 3
/** Hits of one thread that are looked at for a time that fits. */
const HITS_TRIED = 100

/** How a search is carried out. */
interface Plan {
  /** Words to mark in snippets. */
  readonly marks: readonly string[]
  readonly terms: SearchTerms | null
  /** Undefined when only the filters count. */
  readonly matches: Matches | undefined
}

interface Found {
  readonly row: ThreadRow
  readonly hits: readonly SearchHit[]
}

export type FindThreads = (query: SearchQuery, progress: SearchProgress) => SearchPage

export function createFindThreads(
  threads: Database,
  index: Database,
  blobs: BlobStore,
): FindThreads {
  const places = createMatchPlaces(threads, index, blobs)
  const readHit = createReadHit(threads, blobs)
  const prepared = createPrepared(threads)

  /** Undefined when nothing is asked for. */
  function planOf({ term }: SearchQuery, terms: SearchTerms | null): Plan | undefined {
    const match = terms ? terms.match : literalMatch(term)
    if (match === null && !(terms && narrows(terms))) return undefined
    const marks = terms?.marks ?? [term]
    if (match === null) return { marks, terms, matches: undefined }
    const matches = places.find(match)
    if (terms || matches.threadPks.size > 0) return { marks, terms, matches }
    return { marks, terms, matches: places.insideWords(term) }
  }

  function placesOf({ pk }: ThreadRow, { matches, terms }: Plan): readonly TextPlace[] {
    if (!matches) return [{ threadPk: pk, ord: TITLE_ORD }]
    return matches.placesIn(pk).slice(0, terms ? HITS_TRIED : 1)
  }

  function hitsOf(thread: ThreadRow, plan: Plan): readonly SearchHit[] {
    const hits: SearchHit[] = []
    for (const place of placesOf(thread, plan)) {
      const hit = readHit(thread, place, plan.marks)
      if (hit && isTimely(hit, plan.terms)) hits.push(hit)
      if (hits.length === HITS_PER_THREAD) break
    }
    return hits
  }

  /** Threads that may have hits, in the order of the list, fetched as they are needed. */
  function* rowsFrom(query: SearchQuery, plan: Plan, from: Place | undefined): Iterable<ThreadRow> {
    const { limit, sortDirection, archived } = query
    const key = sortColumns[query.sortKey]
    const { sql, values } = threadFilter(query, archived, plan.terms, plan.matches?.threadPks)
    for (let place = from; ; ) {
      const rows = prepared<ThreadRow>(
        `${sql} ${fromPlace(`${key}, pk`, place, sortDirection)}
         ORDER BY ${key} ${sortDirection}, pk ${sortDirection} LIMIT ?`,
      ).all(...values, ...(place?.key ?? []), limit + 1)
      yield* rows
      const last = rows.at(-1)
      if (rows.length <= limit || !last) return
      place = { key: [last[key], last.pk], isInclusive: false }
    }
  }

  /** One more than a page has, so that it knows whether there is another. */
  function take(query: SearchQuery, plan: Plan, from: Place | undefined): readonly Found[] {
    const found: Found[] = []
    for (const row of rowsFrom(query, plan, from)) {
      const hits = hitsOf(row, plan)
      if (hits.length > 0) found.push({ row, hits })
      if (found.length > query.limit) break
    }
    return found
  }

  function page(query: SearchQuery, plan: Plan) {
    const { term, operators, archived, sources, sortKey } = query
    const key = sortColumns[sortKey]
    const list = listName('search', sortKey, term, operators, archived, sources)
    const found = take(query, plan, readCursor(list, query.cursor, 2))
    return pageOf(
      list,
      found,
      query.limit,
      ({ row }) => [row[key], row.pk],
      ({ row, hits }): FoundThread => ({ threadId: row.id, hits }),
    )
  }

  function countElsewhere(query: SearchQuery, { matches, terms }: Plan): number | null {
    if (!matches?.isWhole) return null
    const { sql, values } = threadFilter(query, !query.archived, terms, matches.threadPks)
    return prepared<ThreadRow>(sql).all(...values).length
  }

  return (query, progress) => {
    const terms = query.operators ? readTerms(query.term) : null
    const plan = planOf(query, terms)
    const problem = terms?.problem ?? null
    if (!plan) return { ...nothing, problem, index: progress }
    const elsewhere = query.operators ? countElsewhere(query, plan) : null
    return { ...page(query, plan), elsewhere, problem, index: progress }
  }
}

const nothing = { data: [], nextCursor: null, backwardsCursor: null, elsewhere: 0 }

function isTimely({ atMs }: SearchHit, terms: SearchTerms | null): boolean {
  if (!terms || atMs === null) return true
  return (terms.afterMs ?? 0) <= atMs && atMs < (terms.beforeMs ?? Number.POSITIVE_INFINITY)
}
