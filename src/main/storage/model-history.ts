// What the model sees of a thread: the items since the newest summing-up, and those it kept, by reference.
import type { Database } from 'better-sqlite3'
import type { ModelItem } from '../model/model-item.ts'
import type { BlobStore } from './blobs.ts'
import type { DamageLog } from './damage.ts'
import { loadModelItem, type StoredJson } from './stored-json.ts'
import type { Segment } from './story.ts'

/** A row of the history: the thread it belongs to and its place there. */
export type HistoryRef = readonly [threadPk: number, ord: number]

export interface HistoryEntry {
  readonly ref: HistoryRef
  readonly item: ModelItem
}

interface ModelRow extends StoredJson {
  readonly ord: number
}

/** Reads the history of a story; rows that cannot be read are left out and noted. */
export type ReadHistory = (segments: readonly Segment[]) => readonly HistoryEntry[]

export function createHistoryReader(
  db: Database,
  blobs: BlobStore,
  damage: DamageLog,
): ReadHistory {
  const selectCompaction = db.prepare<[number, number, number], { ord: number; kept_json: string }>(
    `SELECT ord, kept_json FROM compaction WHERE thread_pk = ? AND ord >= ? AND ord < ?
     ORDER BY ord DESC LIMIT 1`,
  )
  const selectRange = db.prepare<[number, number, number], ModelRow>(
    `SELECT ord, json, blob_hash FROM model_item WHERE thread_pk = ? AND ord >= ? AND ord < ?
     ORDER BY ord`,
  )
  const selectOne = db.prepare<[number, number], ModelRow>(
    'SELECT ord, json, blob_hash FROM model_item WHERE thread_pk = ? AND ord = ?',
  )

  function entryOf(threadPk: number, row: ModelRow): readonly HistoryEntry[] {
    const item = damage.tolerate(threadPk, () => loadModelItem(blobs, row))
    return item ? [{ ref: [threadPk, row.ord], item }] : []
  }

  function newestCompaction(segments: readonly Segment[]) {
    for (const { source_pk, from_ord, to_ord } of [...segments].reverse()) {
      const found = selectCompaction.get(source_pk, from_ord, to_ord)
      if (found) return found
    }
    return undefined
  }

  function kept(json: string): readonly HistoryEntry[] {
    const refs = JSON.parse(json) as readonly HistoryRef[]
    return refs.flatMap(([threadPk, ord]) => {
      const row = selectOne.get(threadPk, ord)
      return row ? entryOf(threadPk, row) : []
    })
  }

  return (segments) => {
    const compaction = newestCompaction(segments)
    const entries: HistoryEntry[] = compaction ? [...kept(compaction.kept_json)] : []
    const since = compaction ? compaction.ord + 1 : 0
    for (const { source_pk, from_ord, to_ord } of segments)
      for (const row of selectRange.all(source_pk, Math.max(from_ord, since), to_ord))
        entries.push(...entryOf(source_pk, row))
    return entries
  }
}
