import { expect, it } from 'vitest'
import { type EditableKey, editableKeys, valueOfText } from './editable.ts'

const key = (kind: EditableKey['kind']): EditableKey => ({ key: 'k', title: '', detail: '', kind })

it.each([
  ['text', ' a ', 'a'],
  ['text', '', null],
  ['number', '12', 12],
  ['number', 'twelve', 'twelve'],
  ['flag', 'true', true],
  ['flag', 'false', false],
] as const)('%s %j is %j', (kind, text, value) => {
  expect(valueOfText(key(kind), text)).toBe(value)
})

it('each key is there once', () => {
  const keys = editableKeys.map((one) => one.key)
  expect(new Set(keys).size).toBe(keys.length)
})
