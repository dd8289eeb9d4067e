import { expect, it } from 'vitest'
import { formFields, formProblems, withDefaults } from './elicitation-form.ts'

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 2 },
    mail: { type: 'string', format: 'email' },
    age: { type: 'integer', minimum: 1, maximum: 120, default: 30 },
    colour: { type: 'string', oneOf: [{ const: 'r', title: 'Red' }, { const: 'b' }] },
    many: { type: 'array', items: { enum: ['x', 'y'] }, maxItems: 1 },
    sure: { type: 'boolean', default: true },
    password: { type: 'string' },
  },
  required: ['name'],
}

it('[H28] reads the fields of a form, and marks what asks for a secret', () => {
  const fields = formFields(schema)
  expect(fields.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'name text',
    'mail text',
    'age number',
    'colour choice',
    'many choices',
    'sure boolean',
    'password text',
  ])
  const secrets = fields.filter((field) => field.kind === 'text' && field.isSecret)
  expect(secrets.map(({ name }) => name)).toEqual(['password'])
})

it('[T60] fills in defaults, and tells what does not fit', () => {
  const fields = formFields(schema)
  expect(withDefaults(fields, { name: 'Ada' })).toEqual({ name: 'Ada', age: 30, sure: true })
  expect(formProblems(fields, { name: 'Ada', age: 30, sure: true })).toEqual({})
  const wrong = { mail: 'nowhere', age: 200, colour: 'green', many: ['x', 'y'] }
  expect(formProblems(fields, wrong)).toEqual({
    name: 'Fill this in',
    mail: 'This is not an e-mail address',
    age: 'At most 120',
    colour: 'Choose one of the list',
    many: 'Choose at most 1',
  })
})

it('makes no form of what is no schema', () => {
  expect(formFields(null)).toEqual([])
  expect(formFields({ properties: { odd: 5 } })).toMatchObject([{ name: 'odd', kind: 'json' }])
})
