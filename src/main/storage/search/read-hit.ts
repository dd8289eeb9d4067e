// A place of the index as a hit: what was found there, with a few words around it.
import type { Database } from 'better-sqlite3'
import type { SearchHit, SearchKind } from '../../../protocol/index.ts'
import type { BlobStore } from '../blobs.ts'
import { loadItem, type StoredItem } from '../stored-json.ts'
import { textsOf } from './indexed-text.ts'
import { type TextPlace, TITLE_ORD } from './places.ts'
import { oneLine, snippetOf } from './snippet.ts'
import type { ThreadRow } from './thread-filter.ts'

/** Undefined for what is gone or cannot be read. */
export type ReadHit = (
  thread: ThreadRow,
  place: TextPlace,
  marks: readonly string[],
) => SearchHit | undefined

interface ItemRow extends StoredItem {
  readonly id: string
  readonly turn_id: string
  readonly ended_ms: number | null
}

interface ErrorRow {
  readonly id: string
  readonly error_json: string | null
  readonly ended_ms: number | null
}

export function createReadHit(threads: Database, blobs: BlobStore): ReadHit {
  const selectItem = threads.prepare<[number, number], ItemRow>(
    `SELECT item.id, turn.id AS turn_id, item.json, item.blob_hash, item.out_hash, item.out_size, item.ended_ms
     FROM item JOIN turn ON turn.pk = item.turn_pk WHERE item.thread_pk = ? AND item.ord = ?`,
  )
  const selectError = threads.prepare<[number, number], ErrorRow>(
    'SELECT id, error_json, ended_ms FROM turn WHERE thread_pk = ? AND ord = ?',
  )

  function itemHit(row: ItemRow, marks: readonly string[]): SearchHit {
    const [kind, text] = bestOf(textsOf(loadItem(blobs, row, true)) ?? {}, marks)
    const place = { kind, turnId: row.turn_id, itemId: row.id, atMs: row.ended_ms }
    return { ...place, ...snippetOf(oneLine(text), marks) }
  }

  function errorHit(row: ErrorRow | undefined, marks: readonly string[]): SearchHit | undefined {
    if (!row?.error_json) return undefined
    const { message = '' } = JSON.parse(row.error_json) as { message?: string }
    const place = { kind: 'error', turnId: row.id, itemId: null, atMs: row.ended_ms } as const
    return { ...place, ...snippetOf(oneLine(message), marks) }
  }

  return (thread, { threadPk, ord }, marks) => {
    if (ord === TITLE_ORD) {
      const place = { kind: 'title', turnId: null, itemId: null, atMs: thread.recency_ms } as const
      return { ...place, ...snippetOf(oneLine(thread.name ?? thread.preview), marks) }
    }
    try {
      const item = selectItem.get(threadPk, ord)
      return item ? itemHit(item, marks) : errorHit(selectError.get(threadPk, ord), marks)
    } catch {
      return undefined
    }
  }
}

/** The text that has one of the marks, or the first. */
function bestOf(
  texts: Partial<Record<SearchKind, string>>,
  marks: readonly string[],
): [SearchKind, string] {
  const entries = Object.entries(texts) as [SearchKind, string][]
  const best = entries.find(([, text]) => snippetOf(oneLine(text), marks).range !== null)
  return best ?? entries[0] ?? ['agent', '']
}
