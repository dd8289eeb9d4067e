import { expect, test } from 'vitest'
import { blanksOf, filled } from './uri-template.ts'

test('the blanks of an address are found once each, and filled in safely', () => {
  const template = 'demo://{kind}/{id}?again={kind}'
  expect(blanksOf(template)).toEqual(['kind', 'id'])
  expect(filled(template, { kind: 'a b', id: '7/8' })).toBe('demo://a%20b/7%2F8?again=a%20b')
})

test('an address without blanks stays as it is', () => {
  expect(blanksOf('demo://one')).toEqual([])
  expect(filled('demo://one', {})).toBe('demo://one')
})
