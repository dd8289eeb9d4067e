// Writes items of the model's history to their rows.
import type { Database } from 'better-sqlite3'
import type { ModelItem } from '../model/model-item.ts'
import type { BlobStore } from './blobs.ts'
import type { CommitScope } from './commit-scope.ts'
import { createTurnFinder } from './project-turn.ts'
import { storeJson } from './stored-json.ts'

/** Answers with the item's place. */
export type WriteModelItem = (scope: CommitScope, turnId: string | null, item: ModelItem) => number

export function createModelItemWriter(db: Database, blobs: BlobStore): WriteModelItem {
  const findTurn = createTurnFinder(db)
  const insert = db.prepare(
    `INSERT INTO model_item(thread_pk, ord, turn_pk, kind, role, call_id, json, blob_hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return (scope, turnId, item) => {
    const turnPk = turnId === null ? null : findTurn(scope.threadPk, turnId)
    const stored = storeJson(blobs, JSON.stringify(item), scope.atMs)
    const ord = scope.takeOrd()
    insert.run(
      scope.threadPk,
      ord,
      turnPk,
      item.type,
      typeof item.role === 'string' ? item.role : null,
      typeof item.call_id === 'string' ? item.call_id : null,
      stored.json,
      stored.blob_hash,
    )
    return ord
  }
}
