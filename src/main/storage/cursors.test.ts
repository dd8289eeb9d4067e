import { describe, expect, it } from 'vitest'
import { SkeinError } from '../lib/errors.ts'
import { fromPlace, listName, pageOf, readCursor, writeCursor } from './cursors.ts'

const list = listName('turns', 'thread-1')
const refused = new SkeinError('invalidParams', 'invalid cursor')

describe('cursors', () => {
  it('carry a place to the list they were written for', () => {
    const place = { key: [1_795_376_412_105, 7], isInclusive: true }
    expect(readCursor(list, writeCursor(list, place), 2)).toEqual(place)
    expect(readCursor(list, undefined, 2)).toBeUndefined()
  })

  it('consist of characters that are safe in an address', () => {
    expect(writeCursor(list, { key: [1], isInclusive: false })).toMatch(/^[\w-]+$/)
  })

  it.each([
    [
      'of another thread',
      writeCursor(listName('turns', 'thread-2'), { key: [1], isInclusive: false }),
    ],
    [
      'of another kind of list',
      writeCursor(listName('items', 'thread-1'), { key: [1], isInclusive: false }),
    ],
    ['with a key of another length', writeCursor(list, { key: [1, 2], isInclusive: false })],
    ['with a key that is no number', forged({ v: 1, l: list, k: ['1'], i: 0 })],
    ['of another version', forged({ v: 2, l: list, k: [1], i: 0 })],
    ['that is JSON but no object', forged(7)],
    ['that is null', forged(null)],
    ['that is no JSON', 'garbage'],
    ['that is empty', ''],
  ])('%s are refused', (_, cursor) => {
    expect(() => readCursor(list, cursor, 1)).toThrow(refused)
  })

  it('become conditions that continue the order in either direction', () => {
    const exclusive = { key: [1, 2], isInclusive: false }
    expect(fromPlace('a, b', exclusive, 'asc')).toBe('AND (a, b) > (?, ?)')
    expect(fromPlace('a, b', exclusive, 'desc')).toBe('AND (a, b) < (?, ?)')
    expect(fromPlace('a', { key: [1], isInclusive: true }, 'asc')).toBe('AND (a) >= (?)')
    expect(fromPlace('a', undefined, 'asc')).toBe('')
  })
})

describe('a page', () => {
  const page = (rows: readonly number[], limit: number) =>
    pageOf(
      list,
      rows,
      limit,
      (row) => [row],
      (row) => (row === 13 ? undefined : `row ${row}`),
    )

  it('goes on behind its last row and back from its first, that row included', () => {
    const { data, nextCursor, backwardsCursor } = page([11, 12, 13], 2)
    expect(data).toEqual(['row 11', 'row 12'])
    expect(readCursor(list, nextCursor ?? '', 1)).toEqual({ key: [12], isInclusive: false })
    expect(readCursor(list, backwardsCursor ?? '', 1)).toEqual({ key: [11], isInclusive: true })
  })

  it('has no next one when no row is left, and no way back when it is empty', () => {
    expect(page([11, 12], 2).nextCursor).toBeNull()
    expect(page([], 2)).toEqual({ data: [], nextCursor: null, backwardsCursor: null })
  })

  it('leaves unreadable rows out without losing its place', () => {
    const { data, nextCursor } = page([12, 13, 14], 2)
    expect(data).toEqual(['row 12'])
    expect(readCursor(list, nextCursor ?? '', 1)).toEqual({ key: [13], isInclusive: false })
  })
})

function forged(json: unknown): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url')
}
