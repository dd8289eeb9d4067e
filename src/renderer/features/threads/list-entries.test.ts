import { expect, it } from 'vitest'
import { aThread } from '../../test-support/thread-builders.ts'
import { listEntries, movedTo } from './list-entries.ts'

const entries = listEntries([
  {
    key: 'Today',
    name: 'Today',
    sectionId: null,
    threads: [aThread({ id: 'a' }), aThread({ id: 'b' })],
  },
  { key: 'Older', name: 'Older', sectionId: null, threads: [aThread({ id: 'c' })] },
])

it('counts threads over all groups', () => {
  expect(
    entries.map((entry) => (entry.kind === 'heading' ? entry.name : [entry.key, entry.position])),
  ).toEqual(['Today', ['a', 1], ['b', 2], 'Older', ['c', 3]])
})

it.each([
  ['ArrowDown', 2, 4],
  ['ArrowDown', 4, 4],
  ['ArrowUp', 4, 2],
  ['ArrowUp', 1, 1],
  ['Home', 4, 1],
  ['End', 1, 4],
  ['PageDown', 1, 4],
  ['PageUp', 4, 1],
  ['ArrowDown', -1, 1],
  ['ArrowUp', -1, 4],
  ['x', 1, undefined],
])('%s from row %i leads to row %s, past the headings', (key, from, to) => {
  expect(movedTo(key, entries, from)).toBe(to)
})

it('leads nowhere in an empty list', () => {
  expect(movedTo('ArrowDown', [], -1)).toBeUndefined()
})
