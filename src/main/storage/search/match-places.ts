// Questions to the index. Rows of a thread lie together, so whole threads can be stepped over.
import type { Database } from 'better-sqlite3'
import type { BlobStore } from '../blobs.ts'
import { loadItem, type StoredItem } from '../stored-json.ts'
import { spokenText } from './indexed-text.ts'
import {
  LAST_ORD,
  ordOf,
  rowOf,
  type TextPlace,
  type TextRange,
  TITLE_ORD,
  threadOf,
} from './places.ts'
import { folded, oneLine } from './snippet.ts'

/** More threads than this are not collected: then they are tried in the order of the list. */
const THREADS_COLLECTED = 300
/** Messages looked through for part of a word, newest first, when no word begins with it. */
const MESSAGES_SCANNED = 4_000

export interface MatchPlaces {
  /** All threads with a match; undefined when there are too many to collect. */
  threadsWith(match: string): ReadonlySet<number> | undefined
  /** The first places in what a thread tells. */
  placesIn(match: string, threadPk: number, limit: number): readonly TextPlace[]
  /** Threads among the newest with a message that has the term inside of a word, and the place of one. */
  insideWords(term: string): ReadonlyMap<number, TextPlace>
}

export function createMatchPlaces(
  threads: Database,
  index: Database,
  blobs: BlobStore,
): MatchPlaces {
  const selectNext = index
    .prepare<[string, number], number>(
      'SELECT rowid FROM doc WHERE doc MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT 1',
    )
    .pluck()
  const selectRows = index
    .prepare<[string, number, number, number], number>(
      'SELECT rowid FROM doc WHERE doc MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?',
    )
    .pluck()
  const selectLast = index
    .prepare<[], number | null>('SELECT rowid FROM doc ORDER BY rowid DESC LIMIT 1')
    .pluck()
  const selectSpoken = threads.prepare<
    [number],
    StoredItem & { readonly thread_pk: number; readonly ord: number }
  >(
    `SELECT thread_pk, ord, json, blob_hash, out_hash, out_size FROM item
     WHERE kind IN ('userMessage', 'agentMessage') ORDER BY thread_pk DESC, ord DESC LIMIT ?`,
  )

  // What was taken out of a thread is not found; what a fork shares is found in its source while that is there.
  const selectOwn = threads
    .prepare<[number], number>('SELECT own_from FROM thread WHERE pk = ?')
    .pluck()
  const selectRanges = threads.prepare<[number], TextRange>(
    `SELECT part.source_pk AS threadPk, part.from_ord AS fromOrd, part.to_ord AS toOrd
     FROM thread_segment AS part JOIN thread AS source ON source.pk = part.source_pk
     WHERE part.thread_pk = ? AND (part.source_pk = part.thread_pk OR source.deleted_ms IS NOT NULL)
     ORDER BY part.from_ord`,
  )
  const selectHeirs = threads
    .prepare<[string], number>(
      `SELECT part.thread_pk FROM thread_segment AS part JOIN thread AS source ON source.pk = part.source_pk
       WHERE part.source_pk IN (SELECT value FROM json_each(?)) AND source.deleted_ms IS NOT NULL`,
    )
    .pluck()

  function rangesOf(threadPk: number): readonly TextRange[] {
    const title = { threadPk, fromOrd: TITLE_ORD, toOrd: 0 }
    const own = { threadPk, fromOrd: selectOwn.get(threadPk) ?? 0, toOrd: LAST_ORD }
    return [title, ...selectRanges.all(threadPk), own]
  }

  function isTold(threadPk: number, ord: number): boolean {
    return rangesOf(threadPk).some(
      (range) => range.threadPk === threadPk && range.fromOrd <= ord && ord < range.toOrd,
    )
  }

  function spoken(row: StoredItem): string {
    try {
      return spokenText(loadItem(blobs, row, false)) ?? ''
    } catch {
      return ''
    }
  }

  /** With the forks that go on telling what deleted threads told. */
  function withHeirs(found: Set<number>): Set<number> {
    for (const heir of selectHeirs.all(JSON.stringify([...found]))) found.add(heir)
    return found
  }

  return {
    threadsWith(match) {
      const found = new Set<number>()
      for (let below = (selectLast.get() ?? 0) + 1; ; ) {
        const row = selectNext.get(match, below)
        if (row === undefined) return withHeirs(found)
        if (found.size === THREADS_COLLECTED) return undefined
        found.add(threadOf(row))
        below = rowOf(threadOf(row), TITLE_ORD)
      }
    },
    placesIn(match, threadPk, limit) {
      const places: TextPlace[] = []
      for (const range of rangesOf(threadPk)) {
        if (places.length >= limit) break
        const first = rowOf(range.threadPk, range.fromOrd)
        const last = rowOf(range.threadPk, range.toOrd) - 1
        const rows = selectRows.all(match, first, last, limit - places.length)
        places.push(...rows.map((row) => ({ threadPk: range.threadPk, ord: ordOf(row) })))
      }
      return places
    },
    insideWords(term) {
      const found = new Map<number, TextPlace>()
      const needle = folded(oneLine(term))
      for (const row of selectSpoken.all(MESSAGES_SCANNED)) {
        const { thread_pk: threadPk, ord } = row
        if (folded(oneLine(spoken(row))).includes(needle) && isTold(threadPk, ord))
          found.set(threadPk, { threadPk, ord })
      }
      return found
    },
  }
}
