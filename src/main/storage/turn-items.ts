// Reads the items of many turns at once. A look-up of a single row costs more than walking on to the next one: the
// rows lie in the order of their places, and each comparison on the way down reads a whole row.
import type { Database } from 'better-sqlite3'
import type { StoredItem } from './stored-json.ts'

export interface TurnItemRow extends StoredItem {
  readonly thread_pk: number
  readonly turn_pk: number
}

export const turnItemColumns = 'thread_pk, turn_pk, json, blob_hash, out_hash, out_size'

interface Turn {
  readonly pk: number
  readonly thread_pk: number
}

/**
 * By the pk of their turn, in the order of their places. Turns of one part follow each other in one thread, in
 * either direction, so that little else lies between their items.
 */
export function createTurnItems(db: Database) {
  const selectEnds = db.prepare<[string], { first: number | null; last: number | null }>(
    `SELECT min(ord) AS first, max(ord) AS last FROM item INDEXED BY item_turn
     WHERE turn_pk IN (SELECT value FROM json_each(?))`,
  )
  const selectBetween = db.prepare<[number, number, number], TurnItemRow>(
    `SELECT ${turnItemColumns} FROM item
     WHERE thread_pk = ? AND ord >= ? AND ord <= ? ORDER BY ord`,
  )

  return (parts: readonly (readonly Turn[])[]): ReadonlyMap<number, readonly TurnItemRow[]> => {
    const byTurn = new Map<number, TurnItemRow[]>()
    for (const part of parts) {
      const [first] = part
      if (!first) continue
      const pks = part.map(({ pk }) => pk)
      for (const pk of pks) byTurn.set(pk, [])
      const ends = selectEnds.get(JSON.stringify(pks))
      if (ends?.first == null || ends.last === null) continue
      // What another turn recorded meanwhile lies in between, and is not asked for.
      for (const row of selectBetween.iterate(first.thread_pk, ends.first, ends.last))
        byTurn.get(row.turn_pk)?.push(row)
    }
    return byTurn
  }
}
