// Which settings the turns of a thread ran under: neighbours with the same snapshot are one span.
import type { Database } from 'better-sqlite3'
import type { SnapshotSpan } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import { listName, pageOf, readCursor } from './cursors.ts'
import type { Reads } from './worker-messages.ts'

interface SpanRow {
  readonly ord: number
  readonly id: string
  readonly config_hash: string
}

interface Span extends SnapshotSpan {
  /** Of its oldest turn: the next page begins below it. */
  readonly ord: number
}

export function createSnapshotRepository(db: Database): Pick<Reads, 'snapshotSpans'> {
  const selectThread = db
    .prepare<[string], number>('SELECT pk FROM thread WHERE id = ? AND deleted_ms IS NULL')
    .pluck()
  const selectTurns = db.prepare<[number, number], SpanRow>(
    `SELECT ord, id, config_hash FROM turn
     WHERE thread_pk = ? AND ord < ? AND config_hash IS NOT NULL ORDER BY ord DESC`,
  )
  return {
    snapshotSpans({ threadId, cursor, limit }) {
      const thread = selectThread.get(threadId)
      if (thread === undefined) throw new SkeinError('notFound', `thread not found: ${threadId}`)
      const list = listName('snapshots', threadId)
      const [below = Number.MAX_SAFE_INTEGER] = readCursor(list, cursor, 1)?.key ?? []
      const spans: Span[] = []
      for (const { ord, id, config_hash: snapshotId } of selectTurns.iterate(thread, below)) {
        const last = spans.at(-1)
        if (last?.snapshotId === snapshotId) {
          spans[spans.length - 1] = { ...last, ord, firstTurnId: id, turns: last.turns + 1 }
          continue
        }
        if (spans.length > limit) break
        spans.push({ ord, snapshotId, firstTurnId: id, lastTurnId: id, turns: 1 })
      }
      return pageOf(
        list,
        spans,
        limit,
        ({ ord }) => [ord],
        ({ ord: _, ...span }) => span,
      )
    },
  }
}
