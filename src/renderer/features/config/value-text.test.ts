import { expect, it } from 'vitest'
import { valueText } from './value-text.ts'

const root = { path: { type: 'special', name: 'root' }, access: 'read' }

it.each([
  [null, 'not set'],
  ['', 'not set'],
  [[], 'nothing'],
  [['/a', '/b'], '/a, /b'],
  [{ id: ':workspace', extends: null }, ':workspace'],
  [{ type: 'disabled' }, 'no sandbox'],
  [
    {
      type: 'managed',
      network: 'restricted',
      entries: [
        root,
        { path: { type: 'special', name: 'projectRoots', subpath: 'docs' }, access: 'write' },
        { path: { type: 'path', path: '/data' }, access: 'write' },
      ],
    },
    'read everything; write workspace/docs, /data; network restricted',
  ],
  [{ granular: { rules: true } }, '{"granular":{"rules":true}}'],
])('%j reads as %s', (value, words) => {
  expect(valueText(value)).toBe(words)
})
