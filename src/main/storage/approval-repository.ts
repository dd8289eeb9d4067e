// Reads of approvals: open questions and settled ones, oldest first.
import type { Database } from 'better-sqlite3'
import type { ApprovalDecision, ApprovalState, ApprovalView } from '../../protocol/index.ts'
import type { BlobStore } from './blobs.ts'
import { fromPlace, listName, pageOf, readCursor } from './cursors.ts'
import type { DamageLog } from './damage.ts'
import { createPrepared } from './prepared.ts'
import { loadJson } from './stored-json.ts'
import type { Reads } from './worker-messages.ts'

interface ApprovalRow {
  readonly rowid: number
  readonly id: string
  readonly thread_pk: number
  readonly thread_id: string
  readonly turn_id: string
  readonly item_id: string | null
  readonly kind: ApprovalView['method']
  readonly request_json: string
  readonly state: ApprovalState
  readonly decision_json: string | null
  readonly reviewer: string | null
  readonly created_ms: number
  readonly decided_ms: number | null
}

export function createApprovalRepository(
  db: Database,
  blobs: BlobStore,
  damage: DamageLog,
): Pick<Reads, 'approvals'> {
  const prepared = createPrepared(db)

  function json<T>(threadPk: number, text: string | null): T | null {
    if (text === null) return null
    const stored = { json: text, blob_hash: null }
    return damage.tolerate(threadPk, () => loadJson(blobs, stored) as T) ?? null
  }

  function viewOf(row: ApprovalRow): ApprovalView {
    return {
      approvalId: row.id,
      threadId: row.thread_id,
      turnId: row.turn_id,
      itemId: row.item_id,
      method: row.kind,
      params: json(row.thread_pk, row.request_json),
      state: row.state,
      decision: json<ApprovalDecision>(row.thread_pk, row.decision_json),
      reviewer: row.reviewer,
      createdAtMs: row.created_ms,
      decidedAtMs: row.decided_ms,
    }
  }

  return {
    approvals({ threadId, state, cursor, limit }) {
      const list = listName('approvals', threadId ?? null, state)
      const place = readCursor(list, cursor, 2)
      const ofThread = threadId === undefined ? '' : 'AND thread.id = ?'
      const rows = prepared<ApprovalRow>(
        `SELECT approval.rowid, approval.*, thread.id AS thread_id
           FROM approval JOIN thread ON thread.pk = approval.thread_pk
           WHERE state = ? ${ofThread} AND thread.deleted_ms IS NULL
             ${fromPlace('approval.created_ms, approval.rowid', place, 'asc')}
           ORDER BY approval.created_ms, approval.rowid LIMIT ?`,
      ).all(state, ...(threadId === undefined ? [] : [threadId]), ...(place?.key ?? []), limit + 1)
      return pageOf(list, rows, limit, (row) => [row.created_ms, row.rowid], viewOf)
    },
  }
}
