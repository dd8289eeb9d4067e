// The order in which a person put threads: numbers with room between them, so that a move changes one row.
import type { Database } from 'better-sqlite3'

/** As in the indexes, word for word: threads that were never moved come by age, the newest first. */
export const PLACE = 'coalesce(position, -pk * 65536)'
const STEP = 65_536

export interface ThreadPositions {
  /** A place right before a thread of that section (null: of none). */
  before(threadPk: number, sectionPk: number | null): number
  /** A place behind all threads of that section. */
  atEnd(sectionPk: number): number
}

export function createThreadPositions(db: Database): ThreadPositions {
  const selectPlace = db
    .prepare<[number], number>(`SELECT ${PLACE} FROM thread WHERE pk = ?`)
    .pluck()
  const selectPrevious = db
    .prepare<{ section: number | null; place: number; pk: number }, number>(
      `SELECT ${PLACE} FROM thread INDEXED BY thread_section
       WHERE section_pk IS @section AND (${PLACE}, pk) < (@place, @pk)
       ORDER BY ${PLACE} DESC, pk DESC LIMIT 1`,
    )
    .pluck()
  const selectLast = db
    .prepare<[number], number>(
      `SELECT ${PLACE} FROM thread INDEXED BY thread_section WHERE section_pk = ?
       ORDER BY ${PLACE} DESC, pk DESC LIMIT 1`,
    )
    .pluck()
  // No thread is put there or above: the next new one comes on top.
  const nextNew = db.prepare<[], number>(`SELECT -(max(pk) + 1) * ${STEP} FROM thread`).pluck()
  // Below the place of any thread that is still to come, so that those stay on top.
  const spread = db.prepare(
    `WITH ordered AS (
       SELECT pk AS row, row_number() OVER (ORDER BY ${PLACE}, pk) - 1 - count(*) OVER () AS number
       FROM thread WHERE section_pk IS ?)
     UPDATE thread SET position = number * ${STEP} FROM ordered WHERE ordered.row = thread.pk`,
  )

  function between(threadPk: number, sectionPk: number | null): number | undefined {
    const place = selectPlace.get(threadPk) ?? 0
    const previous =
      selectPrevious.get({ section: sectionPk, place, pk: threadPk }) ?? nextNew.get() ?? -STEP
    const middle = Math.floor((previous + place) / 2)
    return middle > previous && middle < place ? middle : undefined
  }

  return {
    before(threadPk, sectionPk) {
      const free = between(threadPk, sectionPk)
      if (free !== undefined) return free
      spread.run(sectionPk)
      return between(threadPk, sectionPk) ?? 0
    },
    atEnd: (sectionPk) => (selectLast.get(sectionPk) ?? 0) + STEP,
  }
}
