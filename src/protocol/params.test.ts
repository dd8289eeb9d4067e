import { expect, test } from 'vitest'
import { z } from 'zod'
import { params } from './params.ts'

const schema = params({
  threadId: z.string(),
  limit: z.number().optional(),
  serviceTier: z.string().nullable().optional(),
  outputSchema: z.unknown().optional(),
})

test('null reads as absent where the schema does not accept it, and as null where it does', () => {
  expect(
    schema.parse({ threadId: 't', limit: null, serviceTier: null, outputSchema: null }),
  ).toEqual({ threadId: 't', serviceTier: null, outputSchema: null })
  expect(schema.parse({ threadId: 't', limit: 3 })).toEqual({ threadId: 't', limit: 3 })
})

test('a required member that is null is missing', () => {
  expect(schema.safeParse({ threadId: null }).success).toBe(false)
})

test('no params are empty params; anything but an object is refused', () => {
  const nothing = params({ limit: z.number().optional() })
  expect([nothing.parse(undefined), nothing.parse(null), nothing.parse({})]).toEqual([{}, {}, {}])
  for (const raw of [[], 'x', 7, true]) expect(nothing.safeParse(raw).success).toBe(false)
})
