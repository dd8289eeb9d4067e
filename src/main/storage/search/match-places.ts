// Questions to the index. Rows of a thread lie together, so whole threads can be stepped over.
import type { Database } from 'better-sqlite3'
import type { BlobStore } from '../blobs.ts'
import { loadItem, type StoredItem } from '../stored-json.ts'
import { spokenText } from './indexed-text.ts'
import { ordOf, rowOf, TITLE_ORD, threadOf } from './places.ts'
import { folded, oneLine } from './snippet.ts'

/** More threads than this are not collected: then they are tried in the order of the list. */
const THREADS_COLLECTED = 300
/** Messages looked through for part of a word, newest first, when no word begins with it. */
const MESSAGES_SCANNED = 4_000

export interface MatchPlaces {
  /** All threads with a match; undefined when there are too many to collect. */
  threadsWith(match: string): ReadonlySet<number> | undefined
  /** The first places in a thread. */
  placesIn(match: string, threadPk: number, limit: number): readonly number[]
  /** Threads among the newest with a message that has the term inside of a word, and the place of one. */
  insideWords(term: string): ReadonlyMap<number, number>
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

  function spoken(row: StoredItem): string {
    try {
      return spokenText(loadItem(blobs, row, false)) ?? ''
    } catch {
      return ''
    }
  }

  return {
    threadsWith(match) {
      const found = new Set<number>()
      for (let below = (selectLast.get() ?? 0) + 1; ; ) {
        const row = selectNext.get(match, below)
        if (row === undefined) return found
        if (found.size === THREADS_COLLECTED) return undefined
        found.add(threadOf(row))
        below = rowOf(threadOf(row), TITLE_ORD)
      }
    },
    placesIn(match, threadPk, limit) {
      const first = rowOf(threadPk, TITLE_ORD)
      const last = rowOf(threadPk + 1, TITLE_ORD) - 1
      return selectRows.all(match, first, last, limit).map(ordOf)
    },
    insideWords(term) {
      const found = new Map<number, number>()
      const needle = folded(oneLine(term))
      for (const row of selectSpoken.all(MESSAGES_SCANNED))
        if (folded(oneLine(spoken(row))).includes(needle)) found.set(row.thread_pk, row.ord)
      return found
    },
  }
}
