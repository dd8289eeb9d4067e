// The content of an imported thread cut into parts that are stored, unpacked and read each by itself.
import type { ImportRow } from './imported-thread.ts'

type Row<K extends ImportRow['k']> = Extract<ImportRow, { k: K }>
type Content = Exclude<ImportRow, Row<'turn' | 'end'>>

/** A turn that begins in a part, or that rows of the part belong to. */
export interface PlacedTurn {
  /** Its place among the turns of the thread, from 0: what rows call their turn. */
  readonly index: number
  readonly ord: number
  readonly endOrd: number | null
  readonly turn: Row<'turn'>
}

export interface PlacedRow {
  readonly ord: number
  readonly row: Content
}

/** Says all about its rows: no other part need be there before it. */
export interface ImportPart {
  readonly turns: readonly PlacedTurn[]
  readonly rows: readonly PlacedRow[]
}

/** An `ImportPart` as JSON, with the place behind its last row. */
export interface PartText {
  readonly toOrd: number
  readonly json: string
}

/** A part ends before the next turn once it has so many rows, and anywhere once it has twice as many. */
export const ROWS = 200
/** A longer text is cut in two, and again. One row may be as long as it likes. */
const CHARS_MAX = 512 * 1024

/** Oldest first. */
export function* partsOf(rows: readonly ImportRow[]): Generator<PartText> {
  const cut = createCutter(rows)

  function* textsOf(from: number, to: number): Generator<PartText> {
    const json = JSON.stringify(cut(from, to))
    if (json.length <= CHARS_MAX || to - from === 1) {
      yield { toOrd: to, json }
      return
    }
    const middle = Math.floor((from + to) / 2)
    yield* textsOf(from, middle)
    yield* textsOf(middle, to)
  }

  let from = 0
  for (const [ord, row] of rows.entries()) {
    if (ord - from < (row.k === 'turn' ? ROWS : 2 * ROWS)) continue
    yield* textsOf(from, ord)
    from = ord
  }
  if (rows.length > from) yield* textsOf(from, rows.length)
}

/** Cuts these rows from one place up to another. */
function createCutter(rows: readonly ImportRow[]): (from: number, to: number) => ImportPart {
  const turns = placedTurns(rows)
  const begunAt = new Map(turns.map(({ ord, index }) => [ord, index]))
  return (from, to) => {
    const own: PlacedRow[] = []
    const mentioned = new Set<number | null>()
    for (let ord = from; ord < to; ord += 1) {
      const row = rows[ord]
      if (!row || row.k === 'end') continue
      mentioned.add(row.k === 'turn' ? (begunAt.get(ord) ?? null) : row.turn)
      if (row.k !== 'turn') own.push({ ord, row })
    }
    return { turns: turnsAt([...mentioned], turns), rows: own }
  }
}

function turnsAt(indices: readonly (number | null)[], turns: readonly PlacedTurn[]): PlacedTurn[] {
  return indices.flatMap((index) => (index === null ? [] : (turns[index] ?? [])))
}

function placedTurns(rows: readonly ImportRow[]): PlacedTurn[] {
  const ends = new Map(
    rows.flatMap((row, ord) => (row.k === 'end' ? [[row.turn, ord] as const] : [])),
  )
  const turns: PlacedTurn[] = []
  for (const [ord, turn] of rows.entries()) {
    const index = turns.length
    if (turn.k === 'turn') turns.push({ index, ord, endOrd: ends.get(index) ?? null, turn })
  }
  return turns
}

/** Before there were parts, a thread's rows were stored as a list. */
export function readPart(json: string): ImportPart {
  const stored = JSON.parse(json) as ImportPart | readonly ImportRow[]
  return Array.isArray(stored) ? partOf(stored) : (stored as ImportPart)
}

/** All rows of a thread in one. */
export function partOf(rows: readonly ImportRow[]): ImportPart {
  return createCutter(rows)(0, rows.length)
}
