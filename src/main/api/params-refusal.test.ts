import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { refusalOf } from './params-refusal.ts'

const Choice = z.union([z.enum(['a', 'b']), z.object({ own: z.object({ on: z.boolean() }) })])
const Tagged = z.discriminatedUnion('type', [
  z.object({ type: z.literal('one'), n: z.number().int() }),
  z.object({ type: z.literal('two') }),
  z.object({ type: z.literal('three') }),
])
const Shape = z.object({
  name: z.string(),
  count: z.number().int().optional(),
  list: z.array(z.string()).min(1).optional(),
  map: z.record(z.string(), z.string()).optional(),
  choice: Choice.optional(),
  tagged: Tagged.optional(),
})

function refused(raw: unknown) {
  const parsed = Shape.safeParse(raw)
  if (parsed.success) throw new Error('it fits')
  return refusalOf(parsed.error.issues, raw)
}

describe('a refusal of parameters', () => {
  it.each<[unknown, string, string]>([
    [{}, 'missing field `name`', 'name'],
    [{ name: null }, 'invalid type: null, expected a string', 'name'],
    [{ name: true }, 'invalid type: boolean `true`, expected a string', 'name'],
    [{ name: 'n', count: 1.5 }, 'invalid type: floating point `1.5`, expected an integer', 'count'],
    [{ name: 'n', list: {} }, 'invalid type: map, expected a sequence', 'list'],
    [{ name: 'n', list: [7] }, 'invalid type: integer `7`, expected a string', 'list.0'],
    [{ name: 'n', map: [] }, 'invalid type: sequence, expected a map', 'map'],
    [{ name: 'n', choice: 'c' }, 'unknown variant `c`, expected `a` or `b`', 'choice'],
    [{ name: 'n', choice: { c: 1 } }, 'missing field `own`', 'choice.own'],
    [{ name: 'n', choice: { own: {} } }, 'missing field `on`', 'choice.own.on'],
    [{ name: 'n', tagged: {} }, 'missing field `type`', 'tagged.type'],
    [
      { name: 'n', tagged: { type: 'four' } },
      'unknown variant `four`, expected one of `one`, `two`, `three`',
      'tagged.type',
    ],
    [{ name: 'n', tagged: { type: 'one' } }, 'missing field `n`', 'tagged.n'],
    ['text', 'invalid type: string "text", expected a map', ''],
  ])('of %j says %s', (raw, message, field) => {
    expect(refused(raw)).toEqual({ message, field })
  })

  it('names what was given wrongly before what is missing, the first of it first', () => {
    expect(refused({ list: 5, count: 'x' }).field).toBe('list')
    expect(refused({ count: 'x', list: 5 }).field).toBe('count')
  })

  it('repeats no more than the beginning of a long value', () => {
    expect(refused({ name: 'n', choice: 'x'.repeat(10_000) }).message.length).toBeLessThan(300)
  })

  it('says of a limit what the schema says', () => {
    expect(refused({ name: 'n', list: [] }).message).toContain('`list`')
  })
})
