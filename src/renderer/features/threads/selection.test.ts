import { expect, it } from 'vitest'
import { extendedTo, nothingSelected, type Selection, stillThere, toggled } from './selection.ts'

const order = ['a', 'b', 'c', 'd']
const ids = (selection: Selection) => stillThere(selection, order)

it('takes rows in and out, in the order of the list', () => {
  const two = toggled(toggled(nothingSelected, 'c'), 'a')
  expect(ids(two)).toEqual(['a', 'c'])
  expect(ids(toggled(two, 'c'))).toEqual(['a'])
})

it('extends from the row touched last, in both directions', () => {
  const middle = toggled(nothingSelected, 'c')
  expect(ids(extendedTo(middle, 'd', order, null))).toEqual(['c', 'd'])
  expect(ids(extendedTo(extendedTo(middle, 'd', order, null), 'a', order, null))).toEqual([
    'a',
    'b',
    'c',
  ])
})

it('begins a range at the open thread, else at the row itself', () => {
  expect(ids(extendedTo(nothingSelected, 'c', order, 'b'))).toEqual(['b', 'c'])
  expect(ids(extendedTo(nothingSelected, 'c', order, null))).toEqual(['c'])
})

it('begins anew when the row it began at has gone', () => {
  const gone = toggled(nothingSelected, 'z')
  expect(stillThere(gone, order)).toEqual([])
  expect(ids(extendedTo(gone, 'd', order, 'c'))).toEqual(['c', 'd'])
})
