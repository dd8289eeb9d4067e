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

/** A part ends before the next turn once it is this long, and anywhere once it is twice as long. */
const ROWS = 200
const CHARS = 256 * 1024

/** Oldest first. */
export function* partsOf(rows: readonly ImportRow[]): Generator<PartText> {
  const turns = placedTurns(rows)
  let begun = 0
  let mentioned = new Set<number>()
  let texts: string[] = []
  let chars = 0

  function take(toOrd: number): PartText {
    const own = JSON.stringify([...mentioned].map((index) => turns[index]))
    const json = `{"turns":${own},"rows":[${texts.join()}]}`
    mentioned = new Set()
    texts = []
    chars = 0
    return { toOrd, json }
  }

  for (const [ord, row] of rows.entries()) {
    const fill = Math.max((texts.length + mentioned.size) / ROWS, chars / CHARS)
    if (fill >= (row.k === 'turn' ? 1 : 2)) yield take(ord)
    if (row.k === 'end') continue
    const turn = row.k === 'turn' ? begun++ : row.turn
    if (turn !== null) mentioned.add(turn)
    if (row.k === 'turn') continue
    const text = JSON.stringify({ ord, row })
    texts.push(text)
    chars += text.length
  }
  if (texts.length + mentioned.size > 0) yield take(rows.length)
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
  return Array.isArray(stored) ? wholePart(stored) : (stored as ImportPart)
}

function wholePart(rows: readonly ImportRow[]): ImportPart {
  const content = rows.flatMap((row, ord) =>
    row.k === 'turn' || row.k === 'end' ? [] : [{ ord, row }],
  )
  return { turns: placedTurns(rows), rows: content }
}
