// Everything that is stored of one thread, in its order and by page: what an export is made of.
import type { Database } from 'better-sqlite3'
import type { TurnError } from '../../protocol/index.ts'
import type { BlobStore } from './blobs.ts'
import type { DamageLog } from './damage.ts'
import type { ExportRow } from './export-row.ts'
import { loadItem, loadModelItem, type StoredItem, type StoredJson } from './stored-json.ts'
import type { Reads } from './worker-messages.ts'

export type ExportReads = Pick<Reads, 'exportPage'>

interface Part {
  readonly pk: number
  readonly from: number
  readonly to: number
}

interface TurnRow {
  readonly ord: number
  readonly end_ord: number | null
  readonly id: string
  readonly kind: string
  readonly status: string
  readonly end_reason: string | null
  readonly error_json: string | null
  readonly config_hash: string | null
  readonly root_turn_id: string | null
  readonly started_ms: number | null
  readonly ended_ms: number | null
  readonly duration_ms: number | null
}

type ItemRow = StoredItem & { readonly ord: number; readonly turn: string }
type ModelRow = StoredJson & { readonly ord: number; readonly turn: string | null }

/** Of one page: bounds what it holds, and how long its reader works on it without a pause. A longer item has its own. */
const PLACES_MAX = 50
const PAGE_BYTES_MAX = 256 * 1024

export function createExportRepository(
  db: Database,
  blobs: BlobStore,
  damage: DamageLog,
): ExportReads {
  const selectThread = db.prepare<[string], { pk: number; own_from: number; next_ord: number }>(
    'SELECT pk, own_from, next_ord FROM thread WHERE id = ? AND deleted_ms IS NULL',
  )
  const selectParts = db.prepare<[number], Part>(
    `SELECT source_pk AS pk, from_ord AS "from", to_ord AS "to" FROM thread_segment
     WHERE thread_pk = ? ORDER BY from_ord`,
  )
  const within = 'thread_pk = ? AND ord >= ? AND ord < ?'
  const selectTurns = db.prepare<[number, number, number], TurnRow>(
    `SELECT * FROM turn WHERE ${within} ORDER BY ord`,
  )
  const selectEnds = db.prepare<[number, number, number], { ord: number; turn: string }>(
    `SELECT end_ord AS ord, id AS turn FROM turn WHERE thread_pk = ? AND end_ord >= ? AND end_ord < ?`,
  )
  const selectCompactions = db
    .prepare<[number, number, number], number>(`SELECT ord FROM compaction WHERE ${within}`)
    .pluck()
  const selectItems = db.prepare<[number, number, number], ItemRow>(
    `SELECT item.*, turn.id AS turn FROM item JOIN turn ON turn.pk = item.turn_pk
     WHERE item.thread_pk = ? AND item.ord >= ? AND item.ord < ?`,
  )
  const selectModel = db.prepare<[number, number, number], ModelRow>(
    `SELECT model_item.*, turn.id AS turn FROM model_item LEFT JOIN turn ON turn.pk = model_item.turn_pk
     WHERE model_item.thread_pk = ? AND model_item.ord >= ? AND model_item.ord < ?`,
  )

  const bytesOf = (table: string, more: string): string =>
    `SELECT ord, coalesce(octet_length(json), blob.size, 0) ${more} AS bytes FROM ${table}
     LEFT JOIN blob ON blob.hash = blob_hash WHERE ${within}`
  const selectBytes = db.prepare<(number | string)[], { ord: number; bytes: number }>(
    `${bytesOf('item', '+ iif(out_hash IS NULL, 0, out_size)')}
     UNION ALL ${bytesOf('model_item', '')} ORDER BY ord`,
  )

  /** Where a page that begins with the first of these parts ends: behind as many places as fit. */
  function endOf(parts: readonly Part[], end: number): number {
    let bytes = 0
    let isFirst = true
    for (const { pk, from, to } of parts)
      for (const place of selectBytes.iterate(pk, from, to, pk, from, to)) {
        bytes += place.bytes
        if (bytes > PAGE_BYTES_MAX && !isFirst) return place.ord
        isFirst = false
      }
    return end
  }

  function turnRow(row: TurnRow): ExportRow {
    return {
      k: 'turn',
      ord: row.ord,
      id: row.id,
      kind: row.kind,
      status: row.status,
      reason: row.end_reason,
      error: row.error_json === null ? null : (JSON.parse(row.error_json) as TurnError),
      snapshotId: row.config_hash,
      rootTurnId: row.root_turn_id,
      startedMs: row.started_ms,
      endedMs: row.ended_ms,
      durationMs: row.duration_ms,
    }
  }

  function rowsIn({ pk, from, to }: Part): ExportRow[] {
    const rows: ExportRow[] = selectTurns.all(pk, from, to).map(turnRow)
    for (const { ord, turn } of selectEnds.all(pk, from, to)) rows.push({ k: 'end', ord, turn })
    for (const ord of selectCompactions.all(pk, from, to)) rows.push({ k: 'compaction', ord })
    for (const row of selectItems.all(pk, from, to)) {
      const item = damage.tolerate(pk, () => loadItem(blobs, row, true))
      if (item) rows.push({ k: 'item', ord: row.ord, turn: row.turn, item })
    }
    for (const row of selectModel.all(pk, from, to)) {
      const item = damage.tolerate(pk, () => loadModelItem(blobs, row))
      if (item) rows.push({ k: 'model', ord: row.ord, turn: row.turn, item })
    }
    return rows.sort((a, b) => a.ord - b.ord)
  }

  return {
    exportPage(threadId, start) {
      const thread = selectThread.get(threadId)
      if (!thread) return { rows: [], next: null }
      const own = { pk: thread.pk, from: thread.own_from, to: thread.next_ord }
      const all = [...selectParts.all(thread.pk), own]
      const end = endOf(partsWithin(all, start, start + PLACES_MAX), start + PLACES_MAX)
      const rows = partsWithin(all, start, end).flatMap(rowsIn)
      return { rows, next: end < thread.next_ord ? end : null }
    },
  }
}

function partsWithin(parts: readonly Part[], start: number, end: number): Part[] {
  return parts
    .map(({ pk, from, to }) => ({ pk, from: Math.max(from, start), to: Math.min(to, end) }))
    .filter(({ from, to }) => from < to)
}
