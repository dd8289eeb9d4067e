// Reads of recorded events: what happened to a thread after one of them, told with the rows as they are now.
import type { Database } from 'better-sqlite3'
import type { PlanStep, ThreadItem, Turn, TurnError } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { BlobStore } from './blobs.ts'
import type { DamageLog } from './damage.ts'
import type { RecordedEvents } from './store.ts'
import { loadItem, type StoredItem } from './stored-json.ts'
import type { NumberedEvent, RetoldFact } from './thread-event.ts'
import { type TurnRow, turnColumns, turnOf } from './turn-rows.ts'
import { type UsageRow, usageOf } from './usage-sums.ts'
import type { Reads } from './worker-messages.ts'

interface EventRow {
  readonly seq: number
  readonly type: NumberedEvent['type']
  readonly turn_id: string | null
  readonly item_id: string | null
  readonly json: string
  readonly at_ms: number
}

interface ToldTurnRow extends TurnRow {
  readonly plan_json: string | null
  readonly diff: string | null
}

interface StoredPlan {
  readonly explanation: string | null
  readonly plan: readonly PlanStep[]
}

interface ThreadRow {
  readonly pk: number
  readonly last_seq: number
}

export function createEventRepository(
  db: Database,
  blobs: BlobStore,
  damage: DamageLog,
): Pick<Reads, 'recordedEvents'> {
  const selectThread = db.prepare<[string], ThreadRow>(
    'SELECT pk, next_seq - 1 AS last_seq FROM thread WHERE id = ?',
  )
  const selectFirst = db
    .prepare<[number], number | null>('SELECT min(seq) FROM event WHERE thread_pk = ?')
    .pluck()
  const selectEvents = db.prepare<[number, number], EventRow>(
    `SELECT seq, type, turn_id, item_id, json, at_ms FROM event
     WHERE thread_pk = ? AND seq > ? ORDER BY seq`,
  )
  const selectTurn = db.prepare<[number, string], ToldTurnRow>(
    `SELECT ${turnColumns}, plan_json, diff FROM turn WHERE thread_pk = ? AND id = ?`,
  )
  const itemColumns = 'json, blob_hash, out_hash, out_size'
  const selectItem = db.prepare<[number, string, number], StoredItem>(
    `SELECT ${itemColumns} FROM item INDEXED BY item_id
     WHERE thread_pk = ? AND id = ? AND turn_pk = ?`,
  )
  const selectAnswer = db.prepare<[number], StoredItem>(
    `SELECT ${itemColumns} FROM item
     WHERE turn_pk = ? AND kind = 'agentMessage' ORDER BY ord DESC LIMIT 1`,
  )
  const selectUsage = db.prepare<[number, number], UsageRow>(
    'SELECT * FROM token_usage WHERE thread_pk = ? AND ord = ?',
  )
  const selectSnapshot = db
    .prepare<[string], string>('SELECT json FROM config_snapshot WHERE hash = ?')
    .pluck()
  const selectApproval = db
    .prepare<[string], Extract<RetoldFact, { approvalId: string }>['state']>(
      'SELECT state FROM approval WHERE id = ?',
    )
    .pluck()

  function read<T>(pk: number, stored: StoredItem | undefined): T | undefined {
    return stored && damage.tolerate(pk, () => loadItem(blobs, stored, true) as T)
  }

  function ended(pk: number, row: TurnRow): Turn {
    const error = row.error_json === null ? null : (parse(row.error_json) as TurnError)
    const answer = row.status === 'completed' && read<ThreadItem>(pk, selectAnswer.get(row.pk))
    return answer
      ? turnOf(row, 'summary', [answer], error, undefined)
      : turnOf(row, 'notLoaded', [], error, undefined)
  }

  function ofTurn(pk: number, event: EventRow, row: ToldTurnRow): RetoldFact | undefined {
    const { type } = event
    const turnId = row.id
    switch (type) {
      case 'turnStarted':
        return { type, turn: turnOf(row, 'notLoaded', [], null, undefined) }
      case 'turnCompleted':
        return { type, turn: ended(pk, row) }
      case 'itemStarted':
      case 'itemCompleted': {
        const item = read<ThreadItem>(pk, selectItem.get(pk, event.item_id ?? '', row.pk))
        return item && { type, turnId, item }
      }
      case 'tokenUsageRecorded': {
        const usage = selectUsage.get(pk, Number(bodyOf(event).ord))
        return usage && { type, turnId, threadUsage: usageOf(usage) }
      }
      default:
        return latestOf(type, row)
    }
  }

  function factOf(pk: number, row: EventRow): RetoldFact | undefined {
    const { type } = row
    switch (type) {
      case 'threadArchived':
      case 'threadUnarchived':
      case 'threadDeleted':
      case 'threadReverted':
      case 'queueChanged':
        return { type }
      case 'threadRenamed':
        return { type, name: (bodyOf(row).name ?? null) as string | null }
      case 'settingsChanged': {
        const id = String(bodyOf(row).snapshotId)
        const json = selectSnapshot.get(id)
        return json === undefined ? undefined : { type, snapshot: { id, json } }
      }
      case 'approvalRequested':
      case 'approvalDecided': {
        const approvalId = String(bodyOf(row).approvalId)
        const state = type === 'approvalRequested' ? 'pending' : selectApproval.get(approvalId)
        return state && { type, approvalId, state }
      }
      default: {
        const turn = row.turn_id === null ? undefined : selectTurn.get(pk, row.turn_id)
        return turn && ofTurn(pk, row, turn)
      }
    }
  }

  return {
    recordedEvents({ threadId, afterSeq, limit }) {
      const thread = selectThread.get(threadId)
      if (!thread) throw new SkeinError('notFound', `thread not found: ${threadId}`)
      const { pk, last_seq: lastSeq } = thread
      const first = selectFirst.get(pk) ?? lastSeq + 1
      const isKept = afterSeq >= first - 1 && afterSeq <= lastSeq
      if (!isKept) return { events: [], isKept, lastSeq }
      const events: RecordedEvents['events'][number][] = []
      for (const row of selectEvents.iterate(pk, afterSeq)) {
        const fact = factOf(pk, row)
        if (fact) events.push({ seq: row.seq, atMs: row.at_ms, fact })
        if (events.length === limit) break
      }
      return { events, isKept, lastSeq }
    },
  }
}

/** Of a plan and a diff the latest one counts, and is kept. */
function latestOf(type: EventRow['type'], row: ToldTurnRow): RetoldFact | undefined {
  const turnId = row.id
  if (type === 'diffUpdated')
    return row.diff === null ? undefined : { type, turnId, diff: row.diff }
  if (type !== 'planUpdated' || row.plan_json === null) return undefined
  const { explanation, plan } = parse(row.plan_json) as StoredPlan
  return { type, turnId, explanation, plan }
}

function bodyOf({ json }: EventRow): Readonly<Record<string, unknown>> {
  return parse(json) as Readonly<Record<string, unknown>>
}

function parse(json: string): unknown {
  return JSON.parse(json)
}
