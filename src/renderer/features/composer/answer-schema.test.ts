import { expect, test } from 'vitest'
import { readSchema } from './answer-schema.ts'

test('a schema of an object is taken as it is', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } }
  expect(readSchema(JSON.stringify(schema))).toEqual({ schema })
})

test.each([
  ['{', /^Not JSON: /],
  ['[]', /^A schema is a JSON object$/],
  ['null', /^A schema is a JSON object$/],
  ['{"type":"string"}', /^`type` must be "object"/],
])('%s is refused with the reason', (text, problem) => {
  expect(readSchema(text)).toEqual({ problem: expect.stringMatching(problem) })
})
