// Reads of a thread's story as a whole: what the model sees of it, and what was known at one place of it.
import type { Database } from 'better-sqlite3'
import type { Turn } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { BlobStore } from './blobs.ts'
import type { DamageLog } from './damage.ts'
import { createHistoryReader } from './model-history.ts'
import type { StoryCut, StoryPlace } from './store.ts'
import { createStory, type Segment, type TurnPlace } from './story.ts'
import type { StoredSnapshot } from './thread-event.ts'
import { turnStatusOf } from './turn-rows.ts'
import { type UsageRow, usageOf } from './usage-sums.ts'
import type { Reads } from './worker-messages.ts'

export type StoryReads = Pick<Reads, 'modelHistory' | 'toldSnapshot' | 'placeOf' | 'turnsBack'>

interface LastTurn {
  readonly id: string
  readonly number: number
  readonly status: string
}

export function createStoryRepository(
  db: Database,
  blobs: BlobStore,
  damage: DamageLog,
): StoryReads {
  const story = createStory(db)
  const readHistory = createHistoryReader(db, blobs, damage)
  const selectThread = db.prepare<[string], { pk: number; next_ord: number }>(
    'SELECT pk, next_ord FROM thread WHERE id = ? AND deleted_ms IS NULL',
  )
  const newest = (columns: string, table: string, condition = ''): string =>
    `SELECT ${columns} FROM ${table} WHERE thread_pk = ? AND ord >= ? AND ord < ? ${condition}
     ORDER BY ord DESC LIMIT 1`
  const selectLastTurn = db.prepare<[number, number, number], LastTurn>(
    newest('id, number, status', 'turn'),
  )
  const selectTold = db.prepare<[number, number, number], { config_hash: string | null }>(
    newest('config_hash', 'turn', `AND kind NOT IN ('review', 'compact', 'shell')`),
  )
  const selectUsage = db.prepare<[number, number, number], UsageRow>(
    newest(
      'input, cached_input, cache_write, output, reasoning, total, context_window, total_json',
      'token_usage',
    ),
  )
  const selectSnapshot = db
    .prepare<[string], string>('SELECT json FROM config_snapshot WHERE hash = ?')
    .pluck()
  const selectInputs = db
    .prepare<[number, number, number, number], string>(
      `SELECT id FROM turn WHERE thread_pk = ? AND ord >= ? AND ord < ?
         AND EXISTS (SELECT 1 FROM item INDEXED BY item_turn
           WHERE item.turn_pk = turn.pk AND item.kind = 'userMessage')
       ORDER BY ord DESC LIMIT ?`,
    )
    .pluck()

  const selectNextTurn = db
    .prepare<[number, number, number], number>(
      `SELECT ord FROM turn WHERE thread_pk = ? AND ord >= ? AND ord < ? ORDER BY ord LIMIT 1`,
    )
    .pluck()

  function segmentsOf(threadId: string, before: number | undefined): readonly Segment[] {
    const thread = selectThread.get(threadId)
    if (!thread) return []
    const all = story.segments(thread.pk)
    return before === undefined ? all : story.clip(all, before)
  }

  /** The newest row that a statement finds in the story. */
  function newestIn<R>(
    segments: readonly Segment[],
    statement: { get(pk: number, from: number, to: number): R | undefined },
  ): R | undefined {
    for (const { source_pk, from_ord, to_ord } of [...segments].reverse()) {
      const found = statement.get(source_pk, from_ord, to_ord)
      if (found !== undefined) return found
    }
    return undefined
  }

  function toldIn(segments: readonly Segment[]): StoredSnapshot | null {
    const id = newestIn(segments, selectTold)?.config_hash
    const json = id && selectSnapshot.get(id)
    return id && json ? { id, json } : null
  }

  function ordOf(thread: { pk: number; next_ord: number }, cut: StoryCut): number {
    if (cut.turnId === undefined) return thread.next_ord
    const turn = story.findTurn(thread.pk, cut.turnId)
    if (!turn) throw new SkeinError('notFound', `turn not found: ${cut.turnId}`)
    if (!cut.through) return turn.ord
    if (turn.status === 'in_progress')
      throw new SkeinError('conflict', `turn ${cut.turnId} is still in progress`)
    return afterTurn(thread, turn)
  }

  /** Where the turn behind this one begins, or the end. */
  function afterTurn(thread: { pk: number; next_ord: number }, turn: TurnPlace): number {
    for (const { source_pk, from_ord, to_ord } of story.segments(thread.pk)) {
      if (to_ord <= turn.ord) continue
      const next = selectNextTurn.get(source_pk, Math.max(from_ord, turn.ord + 1), to_ord)
      if (next !== undefined) return next
    }
    return thread.next_ord
  }
  return {
    modelHistory: (id, before) => readHistory(segmentsOf(id, before)).map(({ item }) => item),
    toldSnapshot: (id, before) => toldIn(segmentsOf(id, before)),
    placeOf(threadId, cut): StoryPlace {
      const thread = selectThread.get(threadId)
      if (!thread) throw new SkeinError('notFound', `thread not found: ${threadId}`)
      const ord = ordOf(thread, cut)
      const before = story.clip(story.segments(thread.pk), ord)
      const last = newestIn(before, selectLastTurn)
      const usage = newestIn(before, selectUsage)
      return {
        ord,
        turnCount: last?.number ?? 0,
        lastTurnStatus: last ? (turnStatusOf(last.status) as Turn['status']) : null,
        tokenUsage: usage ? usageOf(usage) : null,
      }
    },
    turnsBack(threadId, count) {
      let left = count
      let first: string | undefined
      for (const { source_pk, from_ord, to_ord } of [
        ...segmentsOf(threadId, undefined),
      ].reverse()) {
        const ids = selectInputs.all(source_pk, from_ord, to_ord, left)
        first = ids.at(-1) ?? first
        if (ids.length === left) break
        left -= ids.length
      }
      return first
    },
  }
}
