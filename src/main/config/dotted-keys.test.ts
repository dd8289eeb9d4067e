import { describe, expect, it } from 'vitest'
import { expandDottedKeys, parseAssignment } from './dotted-keys.ts'

describe('assignments of the command line', () => {
  it.each([
    ['model="gpt"', { model: 'gpt' }],
    ['model=gpt-5', { model: 'gpt-5' }],
    ['model = gpt=5 ', { model: 'gpt=5' }],
    ['a.b.c=true', { a: { b: { c: true } } }],
    ['n=3', { n: 3 }],
    ['list=["x", "y"]', { list: ['x', 'y'] }],
    ['table={ a = 1 }', { table: { a: 1 } }],
    ['day=2024-01-02', { day: '2024-01-02' }],
    ['projects."/a.b".trust_level="trusted"', { projects: { '/a.b': { trust_level: 'trusted' } } }],
    ['empty=', { empty: '' }],
  ])('%s', (assignment, values) => {
    expect(parseAssignment(assignment)).toEqual(values)
  })

  it.each(['model', '=x', 'a..b=1', '"open=1', 'list=[1', ''])('%j is refused', (assignment) => {
    expect(() => parseAssignment(assignment)).toThrow(
      expect.objectContaining({ code: 'invalidParams' }),
    )
  })
})

describe('the map of a thread', () => {
  it('takes tables and dotted keys together', () => {
    expect(
      expandDottedKeys({
        model: 'x',
        'box.network': true,
        box: { roots: ['/a'] },
        'box.depth': null,
      }),
    ).toEqual({ model: 'x', box: { network: true, roots: ['/a'], depth: null } })
  })
})
