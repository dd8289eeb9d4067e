// Where a text of the index came from, as its row number: the thread's row above, the place within it below.

/** Places per thread. With 53 bits in a number this leaves room for eight million threads. */
const PLACES = 2 ** 30

/** The name or the first words of a thread come before everything in it. */
export const TITLE_ORD = -1

export function rowOf(threadPk: number, ord: number): number {
  return threadPk * PLACES + ord + 1
}

export function threadOf(row: number): number {
  return Math.floor(row / PLACES)
}

export function ordOf(row: number): number {
  return (row % PLACES) - 1
}

/** A text of the index: the thread whose row it is, which for the beginning of a fork is another one. */
export interface TextPlace {
  readonly threadPk: number
  readonly ord: number
}

/** Where texts of a thread are; `toOrd` is exclusive. */
export interface TextRange {
  readonly threadPk: number
  readonly fromOrd: number
  readonly toOrd: number
}

export const LAST_ORD = PLACES - 2
