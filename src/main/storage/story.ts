// Which rows tell a thread's story: its own newest part, and before it parts of its own past and of the threads it
// was forked from. Nothing is copied: a fork or a revert costs the same however long the thread is.
import type { Database } from 'better-sqlite3'

/** Rows of one thread from a place up to another. Places of one story only grow, whatever thread they are of. */
export interface Segment {
  readonly source_pk: number
  readonly from_ord: number
  /** Exclusive. */
  readonly to_ord: number
}

export interface TurnPlace {
  readonly pk: number
  /** The thread whose row it is. */
  readonly thread_pk: number
  readonly ord: number
  readonly number: number
  readonly status: string
  readonly config_hash: string | null
}

export interface Story {
  /** Oldest first; the last one is open. */
  segments(threadPk: number): readonly Segment[]
  /** Only turns that are still told. */
  findTurn(threadPk: number, turnId: string): TurnPlace | undefined
  /** What precedes `ord` in a story of these segments. */
  clip(segments: readonly Segment[], ord: number): readonly Segment[]
  /** Gives a new thread what another tells before `ord`. */
  inherit(threadPk: number, sourcePk: number, ord: number): void
  /** Takes everything from `ord` on out of the story; what is told next has places from `nextOrd` on. */
  cut(threadPk: number, ord: number, nextOrd: number): void
}

const END = Number.MAX_SAFE_INTEGER

export function createStory(db: Database): Story {
  const selectOwn = db.prepare<[number], number>('SELECT own_from FROM thread WHERE pk = ?').pluck()
  const selectSegments = db.prepare<[number], Segment>(
    'SELECT source_pk, from_ord, to_ord FROM thread_segment WHERE thread_pk = ? ORDER BY from_ord',
  )
  const selectTurn = db.prepare<[number, string], TurnPlace>(
    'SELECT pk, thread_pk, ord, number, status, config_hash FROM turn WHERE thread_pk = ? AND id = ?',
  )
  const insertSegment = db.prepare(
    'INSERT INTO thread_segment(thread_pk, from_ord, to_ord, source_pk) VALUES (?, ?, ?, ?)',
  )
  const deleteFrom = db.prepare('DELETE FROM thread_segment WHERE thread_pk = ? AND from_ord >= ?')
  const shorten = db.prepare(
    'UPDATE thread_segment SET to_ord = ? WHERE thread_pk = ? AND to_ord > ?',
  )
  const updateOwn = db.prepare('UPDATE thread SET own_from = ? WHERE pk = ?')

  function segments(threadPk: number): readonly Segment[] {
    const own = { source_pk: threadPk, from_ord: selectOwn.get(threadPk) ?? 0, to_ord: END }
    return [...selectSegments.all(threadPk), own]
  }

  function clip(all: readonly Segment[], ord: number): readonly Segment[] {
    return all
      .filter((segment) => segment.from_ord < ord)
      .map((segment) => ({ ...segment, to_ord: Math.min(segment.to_ord, ord) }))
  }

  return {
    segments,
    clip,
    findTurn(threadPk, turnId) {
      for (const { source_pk, from_ord, to_ord } of segments(threadPk)) {
        const turn = selectTurn.get(source_pk, turnId)
        if (turn && turn.ord >= from_ord && turn.ord < to_ord) return turn
      }
      return undefined
    },
    inherit(threadPk, sourcePk, ord) {
      for (const { source_pk, from_ord, to_ord } of clip(segments(sourcePk), ord))
        insertSegment.run(threadPk, from_ord, to_ord, source_pk)
      updateOwn.run(ord, threadPk)
    },
    cut(threadPk, ord, nextOrd) {
      const ownFrom = selectOwn.get(threadPk) ?? 0
      if (ord > ownFrom) insertSegment.run(threadPk, ownFrom, ord, threadPk)
      else {
        deleteFrom.run(threadPk, ord)
        shorten.run(ord, threadPk, ord)
      }
      updateOwn.run(nextOrd, threadPk)
    },
  }
}

/** Up to `limit` rows over the segments, in order; `select` reads them from one. */
export function readAcross<R>(
  segments: readonly Segment[],
  direction: 'asc' | 'desc',
  limit: number,
  select: (segment: Segment, limit: number) => readonly R[],
): readonly R[] {
  const rows: R[] = []
  const ordered = direction === 'asc' ? segments : [...segments].reverse()
  for (const segment of ordered) {
    if (rows.length >= limit) break
    rows.push(...select(segment, limit - rows.length))
  }
  return rows
}
