// What a process that died left open: turns in progress with all that is needed to close them, and items of
// background commands whose turn had ended.
import type { Database } from 'better-sqlite3'
import type { ServerRequestMethod, ThreadItem } from '../../protocol/index.ts'
import type { ModelItem } from '../model/model-item.ts'
import type { BlobStore } from './blobs.ts'
import type { DamageLog } from './damage.ts'
import { emptyItem, type PartialText, withText } from './partial-items.ts'
import { type PartialRow, textOf } from './partial-text.ts'
import {
  loadItem,
  loadJson,
  loadModelItem,
  type StoredItem,
  type StoredJson,
} from './stored-json.ts'
import type { PendingSteer, StoredApproval, TurnKind } from './thread-event.ts'
import type { Reads } from './worker-messages.ts'

interface OpenTurnRow {
  readonly pk: number
  readonly id: string
  readonly ord: number
  readonly kind: TurnKind
  readonly started_ms: number
  readonly thread_pk: number
  readonly thread_id: string
  readonly cwd: string
  readonly next_seq: number
}

interface OpenItemRow extends StoredItem {
  readonly id: string
  readonly ord: number
  readonly started_ms: number | null
}

interface ApprovalRow {
  readonly id: string
  readonly item_id: string | null
  readonly kind: string
  readonly request_json: string
  readonly created_ms: number
}

interface Known {
  readonly item: ThreadItem
  readonly atMs: number
}

export function createOpenTurnReader(
  db: Database,
  blobs: BlobStore,
  damage: DamageLog,
): Pick<Reads, 'openTurns' | 'strayItems'> {
  const columns = `turn.pk, turn.id, turn.ord, turn.kind, turn.started_ms, turn.thread_pk, thread.id AS thread_id,
    thread.cwd, thread.next_seq`
  const selectRunning = db.prepare<[], OpenTurnRow>(
    `SELECT ${columns} FROM turn INDEXED BY turn_open JOIN thread ON thread.pk = turn.thread_pk
     WHERE turn.status = 'in_progress' AND thread.deleted_ms IS NULL ORDER BY turn.thread_pk, turn.pk`,
  )
  const selectEnded = db.prepare<[], OpenTurnRow>(
    `SELECT ${columns} FROM turn JOIN thread ON thread.pk = turn.thread_pk
     WHERE turn.pk IN (SELECT turn_pk FROM item WHERE status = 'in_progress')
       AND turn.status <> 'in_progress' AND thread.deleted_ms IS NULL ORDER BY turn.pk`,
  )
  const selectItems = db.prepare<[number], OpenItemRow>(
    `SELECT id, ord, json, blob_hash, out_hash, out_size, started_ms FROM item INDEXED BY item_open
     WHERE turn_pk = ? AND status = 'in_progress'`,
  )
  const selectPartials = db.prepare<[number, string], PartialText & PartialRow>(
    `SELECT item_id AS itemId, kind, field, text, packed, updated_ms AS atMs FROM item_partial
     WHERE thread_pk = ? AND turn_id = ? ORDER BY item_id, field, part`,
  )
  const selectModelItems = db.prepare<[number, number], StoredJson>(
    'SELECT json, blob_hash FROM model_item WHERE thread_pk = ? AND ord > ? ORDER BY ord',
  )
  const selectApprovals = db.prepare<[number, string], ApprovalRow>(
    `SELECT id, item_id, kind, request_json, created_ms FROM approval
     WHERE thread_pk = ? AND state = 'pending' AND turn_id = ? ORDER BY created_ms, rowid`,
  )
  const selectSteers = db.prepare<[number, string], StoredJson>(
    `SELECT json, NULL AS blob_hash FROM queued_input WHERE thread_pk = ? AND turn_id = ?
     ORDER BY position`,
  )
  const selectLastEvent = db
    .prepare<[number], number>(
      'SELECT at_ms FROM event WHERE thread_pk = ? ORDER BY seq DESC LIMIT 1',
    )
    .pluck()

  function openItems(turn: OpenTurnRow, partials: readonly PartialText[]): ThreadItem[] {
    const known = new Map<string, Known>()
    for (const row of selectItems.all(turn.pk).sort((a, b) => a.ord - b.ord)) {
      const item = damage.tolerate(turn.thread_pk, () => loadItem(blobs, row, true))
      if (item) known.set(row.id, { item, atMs: row.started_ms ?? turn.started_ms })
    }
    const began = new Map<string, number>()
    for (const { itemId, atMs } of partials)
      began.set(itemId, Math.min(atMs, began.get(itemId) ?? atMs))
    for (const partial of partials) {
      const { itemId, kind } = partial
      const atMs = began.get(itemId) ?? partial.atMs
      const before = known.get(itemId) ?? { item: emptyItem(kind, itemId, turn.cwd, atMs), atMs }
      known.set(itemId, { ...before, item: withText(before.item, partial) })
    }
    // A stable sort: at the same millisecond, rows come before streamed ones.
    return [...known.values()].sort((a, b) => a.atMs - b.atMs).map(({ item }) => item)
  }

  function partialsOf(turn: Pick<OpenTurnRow, 'thread_pk' | 'id'>): PartialText[] {
    return selectPartials.all(turn.thread_pk, turn.id).flatMap((row) => {
      const text = damage.tolerate(turn.thread_pk, () => textOf(row))
      return text === undefined ? [] : { ...row, text }
    })
  }

  function unanswered(turn: OpenTurnRow): ModelItem[] {
    const calls = new Map<string, ModelItem>()
    for (const row of selectModelItems.all(turn.thread_pk, turn.ord)) {
      const item = damage.tolerate(turn.thread_pk, () => loadModelItem(blobs, row))
      if (typeof item?.call_id !== 'string') continue
      if (item.type.endsWith('_output')) calls.delete(item.call_id)
      else if (item.type.endsWith('_call')) calls.set(item.call_id, item)
    }
    return [...calls.values()]
  }

  function approvals(turn: OpenTurnRow): StoredApproval[] {
    return selectApprovals.all(turn.thread_pk, turn.id).map((row) => ({
      approvalId: row.id,
      turnId: turn.id,
      itemId: row.item_id ?? '',
      method: row.kind as ServerRequestMethod,
      params: damage.tolerate(turn.thread_pk, () =>
        loadJson(blobs, { json: row.request_json, blob_hash: null }),
      ),
      createdAtMs: row.created_ms,
    }))
  }

  function steers(turn: OpenTurnRow): PendingSteer[] {
    const read = (row: StoredJson) =>
      damage.tolerate(turn.thread_pk, () => loadJson(blobs, row) as PendingSteer)
    return selectSteers.all(turn.thread_pk, turn.id).flatMap((row) => read(row) ?? [])
  }

  return {
    openTurns: () =>
      selectRunning.all().map((turn) => {
        const partials = partialsOf(turn)
        const lastEventMs = selectLastEvent.get(turn.thread_pk) ?? 0
        return {
          threadId: turn.thread_id,
          lastSeq: turn.next_seq - 1,
          turnId: turn.id,
          kind: turn.kind,
          startedMs: turn.started_ms,
          lastKnownMs: partials.reduce(
            (latest, partial) => Math.max(latest, partial.atMs),
            Math.max(turn.started_ms, lastEventMs),
          ),
          openItems: openItems(turn, partials),
          unansweredCalls: unanswered(turn),
          pendingApprovals: approvals(turn),
          pendingSteers: steers(turn),
        }
      }),
    strayItems: () =>
      selectEnded.all().flatMap((turn) => {
        const ofRows = new Set(selectItems.all(turn.pk).map((row) => row.id))
        const partials = partialsOf(turn).filter((partial) => ofRows.has(partial.itemId))
        return openItems(turn, partials).map((item) => ({
          threadId: turn.thread_id,
          lastSeq: turn.next_seq - 1,
          turnId: turn.id,
          item,
        }))
      }),
  }
}
