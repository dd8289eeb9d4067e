// Places in lists, as opaque text: a key of the list's order, and the list it belongs to.
import { createHash } from 'node:crypto'
import { SkeinError } from '../lib/errors.ts'
import type { Page } from './store.ts'

export interface Place<K = number> {
  readonly key: readonly K[]
  /** The row at the place itself belongs to the page that starts here. */
  readonly isInclusive: boolean
}

interface CursorJson {
  readonly v: 1
  /** Which list: a digest, because nobody needs to read it. */
  readonly l: string
  readonly k: readonly (number | string)[]
  readonly i: 0 | 1
}

/** The latest ones: a list is asked for page by page, and again. */
const names = new Map<string, string>()
const NAMES_MAX = 256

/** A list is named by its kind and everything that decides which rows it has and how they are ordered. */
export function listName(kind: string, ...parts: readonly unknown[]): string {
  const text = JSON.stringify([kind, ...parts])
  const known = names.get(text)
  if (known !== undefined) return known
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 16)
  if (names.size >= NAMES_MAX) names.clear()
  names.set(text, name)
  return name
}

/** The list of a thread's turns, whoever makes cursors for it. */
export function turnsList(threadId: string): string {
  return listName('turns', threadId)
}

export function writeCursor(list: string, place: Place<number | string>): string {
  const json: CursorJson = { v: 1, l: list, k: place.key, i: place.isInclusive ? 1 : 0 }
  return Buffer.from(JSON.stringify(json)).toString('base64url')
}

/** Throws SkeinError `invalidParams` for anything that is not a cursor of this very list. */
export function readCursor(
  list: string,
  cursor: string | undefined,
  keyLength: number,
): Place | undefined {
  const place = readMixedCursor(list, cursor, keyLength)
  if (!place?.key.every((part) => Number.isSafeInteger(part))) return place && refuse()
  return place as Place
}

/** As `readCursor`, of a list that is ordered by words. */
export function readMixedCursor(
  list: string,
  cursor: string | undefined,
  keyLength: number,
): Place<number | string> | undefined {
  if (cursor === undefined) return undefined
  const json = parse(cursor)
  if (json?.v !== 1 || json.l !== list || !Array.isArray(json.k) || json.k.length !== keyLength)
    return refuse()
  if (!json.k.every((part) => typeof part === 'string' || Number.isSafeInteger(part)))
    return refuse()
  return { key: json.k, isInclusive: json.i === 1 }
}

function refuse(): never {
  throw new SkeinError('invalidParams', 'invalid cursor')
}

function parse(cursor: string): Partial<CursorJson> | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return typeof json === 'object' && json !== null ? json : undefined
  } catch {
    return undefined
  }
}

/**
 * Makes a page of rows that were read with one more than `limit`. `backwardsCursor` starts at the page's first
 * row, that row included: read in the other direction it shows what came before, and how the first row is now.
 */
export function pageOf<R, T>(
  list: string,
  rows: readonly R[],
  limit: number,
  keyOf: (row: R) => readonly (number | string)[],
  show: (row: R) => T | undefined,
): Page<T> {
  const shown = rows.slice(0, limit)
  const first = shown[0]
  const last = shown.at(-1)
  const hasMore = rows.length > limit
  return {
    data: shown.map(show).filter((row) => row !== undefined),
    nextCursor:
      hasMore && last !== undefined
        ? writeCursor(list, { key: keyOf(last), isInclusive: false })
        : null,
    backwardsCursor:
      first === undefined ? null : writeCursor(list, { key: keyOf(first), isInclusive: true }),
  }
}

/** SQL that continues an order from a place: `(a, b) > (?, ?)`, or nothing without a place. */
export function fromPlace(
  columns: string,
  place: Place<number | string> | undefined,
  direction: 'asc' | 'desc',
): string {
  if (!place) return ''
  const sign = (direction === 'asc' ? '>' : '<') + (place.isInclusive ? '=' : '')
  const marks = place.key.map(() => '?').join(', ')
  return `AND (${columns}) ${sign} (${marks})`
}
