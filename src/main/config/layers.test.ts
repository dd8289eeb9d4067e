import { describe, expect, it } from 'vitest'
import { mergeLayers, versionOf } from './layers.ts'

describe('layers', () => {
  it('merges tables, replaces scalars and lists, and remembers who set each leaf', () => {
    const merged = mergeLayers([
      { name: 'system', values: { model: 'a', box: { roots: ['/a', '/b'], network: true } } },
      { name: 'user', values: { model: 'b', box: { roots: ['/c'] }, other: { deep: { er: 1 } } } },
    ])
    expect(merged).toEqual({
      values: { model: 'b', box: { roots: ['/c'], network: true }, other: { deep: { er: 1 } } },
      origins: {
        model: 'user',
        'box.roots': 'user',
        'box.network': 'system',
        'other.deep.er': 'user',
      },
    })
  })

  it.each([
    [{ policy: 'never' }, { policy: { rules: true } }, { 'policy.rules': 'user' }],
    [{ policy: { rules: true } }, { policy: 'never' }, { policy: 'user' }],
    [{ a: { b: 1, c: 2 } }, { a: { b: 3 } }, { 'a.b': 'user', 'a.c': 'system' }],
  ])('origins of %j below %j', (below, above, origins) => {
    const layers = [
      { name: 'system', values: below },
      { name: 'user', values: above },
    ] as const
    expect(mergeLayers(layers).origins).toEqual(origins)
  })

  it('clears what a layer sets to null, leaf or table', () => {
    const merged = mergeLayers([
      { name: 'user', values: { model: 'a', effort: 'high', box: { network: true } } },
      { name: 'thread', values: { model: null, box: null } },
    ])
    expect(merged).toEqual({ values: { effort: 'high' }, origins: { effort: 'user' } })
  })

  it('does not let a file reach the prototype of objects', () => {
    const values = JSON.parse('{"__proto__": {"polluted": true}, "a": {"__proto__": 1}}')
    expect(mergeLayers([{ name: 'user', values }]).values).toEqual({ a: {} })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('gives equal content equal versions, whatever its order', () => {
    expect(versionOf({ a: 1, b: { c: [1, 2], d: 2 } })).toBe(
      versionOf({ b: { d: 2, c: [1, 2] }, a: 1 }),
    )
    expect(versionOf({ a: [1, 2] })).not.toBe(versionOf({ a: [2, 1] }))
    expect(versionOf({})).toMatch(/^sha256:[\da-f]{64}$/)
  })
})
