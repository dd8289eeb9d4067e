// Writes a part of an imported thread into the tables of turns, items, model items and usage.
import type { Database } from 'better-sqlite3'
import type { BlobStore } from './blobs.ts'
import { whole } from './commit-scope.ts'
import type { ImportPart, PlacedRow, PlacedTurn } from './import-part.ts'
import type { HistoryRef } from './model-history.ts'
import { storeItem, storeJson } from './stored-json.ts'

/** `atMs` is when the content came to be. Parts of a thread may come in any order. */
export type WriteImportPart = (threadPk: number, part: ImportPart, atMs: number) => void

type Content<K extends PlacedRow['row']['k']> = Extract<PlacedRow['row'], { k: K }>
type TurnPk = (turn: number | null) => number | null

export function createImportRowWriter(db: Database, blobs: BlobStore): WriteImportPart {
  // The end of a turn may come with a later part than its beginning: each brings the same row.
  const insertTurn = db.prepare(
    `INSERT INTO turn(thread_pk, id, ord, end_ord, number, kind, status, end_reason, error_json, config_hash,
       root_turn_id, started_ms, ended_ms, duration_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(thread_pk, ord) DO NOTHING`,
  )
  const selectTurn = db
    .prepare<[number, number], number>('SELECT pk FROM turn WHERE thread_pk = ? AND ord = ?')
    .pluck()
  const insertItem = db.prepare(
    `INSERT INTO item(thread_pk, ord, id, turn_pk, kind, status, json, blob_hash, out_hash, out_size,
       started_ms, ended_ms) VALUES (?, ?, ?, ?, ?, 'completed', ?, ?, ?, ?, ?, ?)`,
  )
  const insertModelItem = db.prepare(
    `INSERT INTO model_item(thread_pk, ord, turn_pk, kind, role, call_id, json, blob_hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertCompaction = db.prepare(
    'INSERT INTO compaction(thread_pk, ord, kept_json) VALUES (?, ?, ?)',
  )
  const insertUsage = db.prepare(
    `INSERT INTO token_usage(thread_pk, ord, turn_id, response_id, model, input, cached_input, cache_write,
       output, reasoning, total, context_window, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )

  function writeTurn(threadPk: number, { index, ord, endOrd, turn }: PlacedTurn): number {
    const { changes, lastInsertRowid } = insertTurn.run(
      threadPk,
      turn.id,
      ord,
      endOrd,
      index + 1,
      turn.kind,
      turn.status,
      turn.reason,
      turn.error && JSON.stringify(turn.error),
      turn.snapshotId,
      turn.rootTurnId,
      turn.startedMs,
      turn.endedMs,
      turn.durationMs,
    )
    return changes === 0 ? (selectTurn.get(threadPk, ord) ?? 0) : Number(lastInsertRowid)
  }

  function writeItem(
    threadPk: number,
    ord: number,
    turnPk: number | null,
    { item }: Content<'item'>,
    atMs: number,
  ): void {
    const stored = storeItem(blobs, item, atMs)
    insertItem.run(
      threadPk,
      ord,
      item.id,
      turnPk,
      item.type,
      stored.json,
      stored.blob_hash,
      stored.out_hash,
      stored.out_size,
      wholeOrNull(item.startedAtMs),
      wholeOrNull(item.completedAtMs),
    )
  }

  function writeModelItem(
    threadPk: number,
    ord: number,
    turnPk: number | null,
    { item }: Content<'model'>,
    atMs: number,
  ): void {
    const stored = storeJson(blobs, JSON.stringify(item), atMs)
    const [role, callId] = [textOrNull(item.role), textOrNull(item.call_id)]
    const { json, blob_hash } = stored
    insertModelItem.run(threadPk, ord, turnPk, item.type, role, callId, json, blob_hash)
  }

  function writeCompaction(threadPk: number, ord: number, kept: number): void {
    const refs = Array.from(
      { length: kept },
      (_, index): HistoryRef => [threadPk, ord - kept + index],
    )
    insertCompaction.run(threadPk, ord, JSON.stringify(refs))
  }

  function writeUsage(
    threadPk: number,
    ord: number,
    turnId: string | null,
    { usage, ...row }: Content<'usage'>,
  ): void {
    insertUsage.run(
      threadPk,
      ord,
      turnId,
      row.responseId,
      row.model,
      whole(usage.inputTokens),
      whole(usage.cachedInputTokens),
      whole(usage.cacheWriteInputTokens),
      whole(usage.outputTokens),
      whole(usage.reasoningOutputTokens),
      whole(usage.totalTokens),
      row.contextWindow,
      row.atMs,
    )
  }

  return (threadPk, { turns, rows }, atMs) => {
    const pks = new Map(turns.map((placed) => [placed.index, writeTurn(threadPk, placed)]))
    const ids = new Map(turns.map(({ index, turn }) => [index, turn.id]))
    const turnPk: TurnPk = (turn) => (turn === null ? null : (pks.get(turn) ?? null))
    for (const { ord, row } of rows) {
      if (row.k === 'item') writeItem(threadPk, ord, turnPk(row.turn), row, atMs)
      else if (row.k === 'model') writeModelItem(threadPk, ord, turnPk(row.turn), row, atMs)
      else if (row.k === 'compaction') writeCompaction(threadPk, ord, row.kept)
      else writeUsage(threadPk, ord, ids.get(row.turn ?? -1) ?? null, row)
    }
  }
}

function wholeOrNull(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : whole(value)
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
