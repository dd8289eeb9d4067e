import { expect, it } from 'vitest'
import { levelOf } from './trust-level.ts'

const projects = {
  '/projects': { trust_level: 'trusted' },
  '/projects/foreign': { trust_level: 'untrusted' },
  '/odd': { trust_level: 'maybe' },
}

it.each([
  ['/projects', 'trusted'],
  ['/projects/', 'trusted'],
  ['/projects/a/b', 'trusted'],
  ['/projects/foreign/x', 'untrusted'],
  ['/odd', undefined],
  ['/workshop', undefined],
  ['', undefined],
])('%j is %j', (folder, level) => {
  expect(levelOf(projects, folder)).toBe(level)
})
