// What a person marks threads with: pins, snoozes, and where reading stopped.
import type { Database } from 'better-sqlite3'
import type { ThreadReadState } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import { createThreadFinder } from './find-thread-pk.ts'
import { createStory } from './story.ts'
import type { Changes } from './worker-messages.ts'

export interface ReadStateRow {
  readonly first_unread_turn: string | null
  readonly read_rev: number
}

export function readStateOf({ first_unread_turn, read_rev }: ReadStateRow): ThreadReadState {
  return { firstUnread: positionOf(first_unread_turn), revision: String(read_rev) }
}

function positionOf(turnId: string | null): ThreadReadState['firstUnread'] {
  if (turnId === null) return null
  return turnId === '' ? { type: 'threadStart' } : { type: 'turn', turnId }
}

interface MarkRow {
  readonly pinned: number
  readonly snoozed_until_ms: number | null
}

export function createMarkChanges(db: Database): Pick<Changes, 'changeReadState' | 'markThreads'> {
  const threadPkOf = createThreadFinder(db)
  const story = createStory(db)
  const selectRead = db.prepare<[number], ReadStateRow & { turn_count: number }>(
    'SELECT first_unread_turn, read_rev, turn_count FROM thread WHERE pk = ?',
  )
  const updateRead = db.prepare(
    `UPDATE thread SET first_unread_turn = ?, first_unread_number = ?, read_rev = read_rev + 1
     WHERE pk = ?`,
  )
  const selectMark = db.prepare<[number], MarkRow>(
    'SELECT pinned, snoozed_until_ms FROM thread WHERE pk = ?',
  )
  const updateMark = db.prepare('UPDATE thread SET pinned = ?, snoozed_until_ms = ? WHERE pk = ?')

  function read(pk: number): ThreadReadState {
    const row = selectRead.get(pk)
    if (!row || row.turn_count === 0)
      throw new SkeinError('conflict', 'thread read state unavailable')
    return readStateOf(row)
  }

  return {
    changeReadState({ threadId, operation, fromTurnId, expectedRevision }) {
      const pk = threadPkOf(threadId)
      const before = read(pk)
      if (before.revision !== expectedRevision)
        throw new SkeinError('conflict', 'read state changed', {
          reason: 'readStateConflict',
          readState: before,
        })
      if (operation === 'read') updateRead.run(null, null, pk)
      else if (fromTurnId === undefined) updateRead.run('', 1, pk)
      else {
        const turn = story.findTurn(pk, fromTurnId)
        if (!turn) throw new SkeinError('notFound', `turn not found: ${fromTurnId}`)
        updateRead.run(fromTurnId, turn.number, pk)
      }
      return read(pk)
    },
    markThreads({ threadIds, pinned, snoozedUntilMs }) {
      const marked = new Map(threadIds.map((threadId) => [threadId, threadPkOf(threadId)]))
      return [...marked].map(([threadId, pk]) => {
        const before = selectMark.get(pk)
        const mark = {
          threadId,
          pinned: pinned ?? before?.pinned === 1,
          snoozedUntilMs:
            snoozedUntilMs === undefined ? (before?.snoozed_until_ms ?? null) : snoozedUntilMs,
        }
        updateMark.run(mark.pinned ? 1 : 0, mark.snoozedUntilMs, pk)
        return mark
      })
    },
  }
}
