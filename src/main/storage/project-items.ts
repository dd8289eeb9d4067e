// Items, the model's history and steered input, to their rows.
import type { Database } from 'better-sqlite3'
import type { ThreadItem } from '../../protocol/index.ts'
import type { BlobStore } from './blobs.ts'
import { type CommitScope, type EventNote, type ProjectionsOf, whole } from './commit-scope.ts'
import { createModelItemWriter } from './model-item-writer.ts'
import { previewOf } from './preview.ts'
import { createTurnFinder } from './project-turn.ts'
import { storeItem } from './stored-json.ts'

interface ItemFact {
  readonly turnId: string
  readonly item: ThreadItem
}

export function itemProjections(
  db: Database,
  blobs: BlobStore,
): ProjectionsOf<
  | 'itemStarted'
  | 'itemCompleted'
  | 'itemCut'
  | 'modelItemsRecorded'
  | 'inputSteered'
  | 'steersConsumed'
> {
  const findTurn = createTurnFinder(db)
  const insertItem = db.prepare(
    `INSERT INTO item(thread_pk, ord, id, turn_pk, kind, status, json, blob_hash, out_hash, out_size,
       started_ms, ended_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const countItem = db.prepare('UPDATE thread SET item_count = item_count + 1 WHERE pk = ?')
  // Ids come from providers and may repeat: the open row is the one that is meant.
  const selectOpen = db
    .prepare<[number, string, number], number>(
      `SELECT ord FROM item INDEXED BY item_open
       WHERE turn_pk = ? AND id = ? AND status = 'in_progress' AND thread_pk = ?
       ORDER BY ord DESC LIMIT 1`,
    )
    .pluck()
  const replaceItem = db.prepare(
    `UPDATE item SET kind = ?, status = ?, json = ?, blob_hash = ?, out_hash = ?, out_size = ?,
       started_ms = coalesce(?, started_ms), ended_ms = ? WHERE thread_pk = ? AND ord = ?`,
  )
  const deletePartial = db.prepare(
    'DELETE FROM item_partial WHERE thread_pk = ? AND turn_id = ? AND item_id = ?',
  )
  const setPreview = db.prepare(`UPDATE thread SET preview = ? WHERE pk = ? AND preview = ''`)
  const writeModelItem = createModelItemWriter(db, blobs)
  const insertSteer = db.prepare(
    `INSERT OR REPLACE INTO queued_input(id, thread_pk, turn_id, position, json, created_ms)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const deleteSteer = db.prepare(
    'DELETE FROM queued_input WHERE id = ? AND thread_pk = ? AND turn_id IS NOT NULL',
  )

  function insert(
    scope: CommitScope,
    fact: ItemFact,
    status: string,
    endedMs: number | null,
  ): number {
    const { item } = fact
    const turnPk = findTurn(scope.threadPk, fact.turnId)
    const stored = storeItem(blobs, item, scope.atMs)
    const ord = scope.takeOrd()
    const startedMs = item.startedAtMs ?? (status === 'in_progress' ? scope.atMs : null)
    insertItem.run(
      scope.threadPk,
      ord,
      item.id,
      turnPk,
      item.type,
      status,
      stored.json,
      stored.blob_hash,
      stored.out_hash,
      stored.out_size,
      startedMs === null ? null : whole(startedMs),
      endedMs,
    )
    countItem.run(scope.threadPk)
    return ord
  }

  function replace(
    scope: CommitScope,
    item: ThreadItem,
    ord: number,
    status: string,
    endedMs: number,
  ): void {
    const stored = storeItem(blobs, item, scope.atMs)
    const startedMs = item.startedAtMs ?? null
    replaceItem.run(
      item.type,
      status,
      stored.json,
      stored.blob_hash,
      stored.out_hash,
      stored.out_size,
      startedMs === null ? null : whole(startedMs),
      endedMs,
      scope.threadPk,
      ord,
    )
  }

  function close(
    scope: CommitScope,
    fact: ItemFact,
    status: 'completed' | 'interrupted',
  ): EventNote {
    const { turnId, item } = fact
    const endedMs = whole(item.completedAtMs ?? scope.atMs)
    let ord = selectOpen.get(findTurn(scope.threadPk, turnId), item.id, scope.threadPk)
    if (ord === undefined) ord = insert(scope, fact, status, endedMs)
    else replace(scope, item, ord, status, endedMs)
    deletePartial.run(scope.threadPk, turnId, item.id)
    if (item.type === 'userMessage') setPreview.run(previewOf(item), scope.threadPk)
    scope.touch()
    return { turnId, itemId: item.id, body: { ord } }
  }

  return {
    itemStarted(scope, event) {
      const ord = insert(scope, event, 'in_progress', null)
      scope.touch()
      return { turnId: event.turnId, itemId: event.item.id, body: { ord } }
    },
    itemCompleted: (scope, event) => close(scope, event, 'completed'),
    itemCut(scope, event) {
      close(scope, event, 'interrupted')
      return undefined
    },
    modelItemsRecorded(scope, { turnId, items }) {
      for (const item of items) writeModelItem(scope, turnId, item)
      scope.touch()
      return undefined
    },
    inputSteered(scope, { steer }) {
      const json = JSON.stringify(steer)
      insertSteer.run(steer.id, scope.threadPk, steer.turnId, scope.takeOrd(), json, scope.atMs)
      return undefined
    },
    steersConsumed(scope, { ids }) {
      for (const id of ids) deleteSteer.run(id, scope.threadPk)
      return undefined
    },
  }
}
