// Every place in one thread where words occur, in the order of the conversation.
import type { Database } from 'better-sqlite3'
import { SkeinError } from '../../lib/errors.ts'
import type { BlobStore } from '../blobs.ts'
import { listName, readCursor, turnsList, writeCursor } from '../cursors.ts'
import { loadItem, type StoredItem } from '../stored-json.ts'
import { createStory } from '../story.ts'
import { spokenText } from './indexed-text.ts'
import type { Occurrence, OccurrencesQuery } from './search.ts'
import { cut, folded, oneLine } from './snippet.ts'

interface Row extends StoredItem {
  readonly ord: number
  readonly id: string
  readonly turn_id: string
  readonly turn_ord: number
}

export interface Occurrences {
  readonly data: readonly Occurrence[]
  readonly nextCursor: string | null
}

export function createFindOccurrences(
  threads: Database,
  blobs: BlobStore,
): (query: OccurrencesQuery) => Occurrences {
  const selectThread = threads
    .prepare<[string], number>('SELECT pk FROM thread WHERE id = ? AND deleted_ms IS NULL')
    .pluck()
  const story = createStory(threads)
  const selectRows = threads.prepare<[number, number, number], Row>(
    `SELECT item.ord, item.id, item.json, item.blob_hash, item.out_hash, item.out_size,
       turn.id AS turn_id, turn.ord AS turn_ord
     FROM item JOIN turn ON turn.pk = item.turn_pk
     WHERE item.thread_pk = ? AND item.ord >= ? AND item.ord < ? AND item.kind IN ('userMessage', 'agentMessage')
     ORDER BY item.ord`,
  )

  function lineOf(row: Row): string {
    try {
      return oneLine(spokenText(loadItem(blobs, row, false)) ?? '')
    } catch {
      return ''
    }
  }

  function* rowsOf(pk: number, from: number): Iterable<Row> {
    for (const { source_pk, from_ord, to_ord } of story.segments(pk))
      if (to_ord > from) yield* selectRows.iterate(source_pk, Math.max(from, from_ord), to_ord)
  }

  function* matchesOf(pk: number, needle: string, from: readonly number[]): Iterable<Match> {
    const [fromOrd = 0, fromIndex = 0] = from
    for (const row of rowsOf(pk, fromOrd)) {
      const line = lineOf(row)
      const first = row.ord === fromOrd ? fromIndex : 0
      for (const at of placesOf(needle, line, first)) yield { row, line, at }
    }
  }

  return ({ threadId, term, cursor, limit }) => {
    const pk = selectThread.get(threadId)
    if (pk === undefined) throw new SkeinError('notFound', `thread not found: ${threadId}`)
    const needle = folded(oneLine(term))
    const list = listName('occurrences', threadId, needle)
    const from = readCursor(list, cursor, 2)?.key ?? []
    const turns = turnsList(threadId)
    const data: Occurrence[] = []
    for (const { row, line, at } of matchesOf(pk, needle, from)) {
      if (data.length === limit)
        return { data, nextCursor: writeCursor(list, { key: [row.ord, at], isInclusive: true }) }
      const { snippet, range } = cut(line, { start: at, end: at + needle.length })
      data.push({
        turnId: row.turn_id,
        itemId: row.id,
        snippet,
        snippetMatchRange: range,
        turnCursor: writeCursor(turns, { key: [row.turn_ord], isInclusive: true }),
      })
    }
    return { data, nextCursor: null }
  }
}

interface Match {
  readonly row: Row
  /** The words of the row, and where in them the match begins. */
  readonly line: string
  readonly at: number
}

function* placesOf(needle: string, line: string, from: number): Iterable<number> {
  const text = folded(line)
  for (
    let at = text.indexOf(needle, from);
    at !== -1;
    at = text.indexOf(needle, at + needle.length)
  )
    yield at
}
