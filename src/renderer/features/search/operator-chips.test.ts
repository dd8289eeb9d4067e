import { expect, it } from 'vitest'
import { operatorChips, withoutChip } from './operator-chips.ts'

it.each([
  ['nothing but words', []],
  ['kind:command make', ['kind:command']],
  ['a in:title "exact words" -without b', ['in:title', '"exact words"', '-without']],
  [
    'project:"my work" before:2026-01-01 -"not this"',
    ['project:"my work"', 'before:2026-01-01', '-"not this"'],
  ],
  ['kind: x well-known http://kind:x a -', []],
  ['"half a phrase', []],
])('finds the operators of %s', (term, texts) => {
  expect(operatorChips(term).map(({ text }) => text)).toEqual(texts)
})

it.each([
  ['a kind:command b', 'a b'],
  ['kind:command b', 'b'],
  ['a  kind:command', 'a'],
  ['kind:command', ''],
])('takes a chip out of %s', (term, left) => {
  const [chip] = operatorChips(term)
  expect(chip && withoutChip(term, chip)).toBe(left)
})

it('takes out the one that is meant when it stands there twice', () => {
  const [, second] = operatorChips('-x y -x z')
  expect(second && withoutChip('-x y -x z', second)).toBe('-x y z')
})
