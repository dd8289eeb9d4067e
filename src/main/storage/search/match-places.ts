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

/** Hits that are collected, the newest ones: words that are everywhere are not looked up everywhere. */
const HITS_COLLECTED = 20_000
/** Messages looked through for part of a word, newest first, when no word begins with it. */
const MESSAGES_SCANNED = 1_500

export interface Matches {
  readonly threadPks: ReadonlySet<number>
  /** False: there were more than are collected. */
  readonly isWhole: boolean
  /** Where a thread has them, in the order of its story. */
  placesIn(threadPk: number): readonly TextPlace[]
}

export interface MatchPlaces {
  find(match: string): Matches
  /** Threads among the newest with a message that has the term inside of a word, and the place of one. */
  insideWords(term: string): Matches
}

export function createMatchPlaces(
  threads: Database,
  index: Database,
  blobs: BlobStore,
): MatchPlaces {
  const selectRows = index
    .prepare<[string, number], number>(
      'SELECT rowid FROM doc WHERE doc MATCH ? ORDER BY rowid DESC LIMIT ?',
    )
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

  function spoken(row: StoredItem): string {
    try {
      return spokenText(loadItem(blobs, row, false)) ?? ''
    } catch {
      return ''
    }
  }

  /** `rows` are in falling order. */
  function matchesOf(rows: readonly number[], isWhole: boolean): Matches {
    const byThread = new Map<number, number[]>()
    for (const row of rows) {
      const ords = byThread.get(threadOf(row))
      if (ords) ords.push(ordOf(row))
      else byThread.set(threadOf(row), [ordOf(row)])
    }
    // Forks go on telling what deleted threads told.
    const heirs = selectHeirs.all(JSON.stringify([...byThread.keys()]))
    return {
      threadPks: new Set([...byThread.keys(), ...heirs]),
      isWhole,
      placesIn: (threadPk) =>
        rangesOf(threadPk).flatMap((range) =>
          (byThread.get(range.threadPk) ?? [])
            .filter((ord) => range.fromOrd <= ord && ord < range.toOrd)
            .reverse()
            .map((ord) => ({ threadPk: range.threadPk, ord })),
        ),
    }
  }

  return {
    find(match) {
      const rows = selectRows.all(match, HITS_COLLECTED + 1)
      return matchesOf(rows.slice(0, HITS_COLLECTED), rows.length <= HITS_COLLECTED)
    },
    insideWords(term) {
      const needle = folded(oneLine(term))
      const found = selectSpoken
        .all(MESSAGES_SCANNED)
        .filter((row) => folded(oneLine(spoken(row))).includes(needle))
      return matchesOf(
        found.map((row) => rowOf(row.thread_pk, row.ord)),
        true,
      )
    },
  }
}
