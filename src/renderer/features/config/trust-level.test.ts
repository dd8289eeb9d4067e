import { expect, it } from 'vitest'
import { levelOf } from './trust-level.ts'

const projects = {
  '/work': { trust_level: 'trusted' },
  '/work/foreign': { trust_level: 'untrusted' },
  '/odd': { trust_level: 'maybe' },
}

it.each([
  ['/work', 'trusted'],
  ['/work/', 'trusted'],
  ['/work/a/b', 'trusted'],
  ['/work/foreign/x', 'untrusted'],
  ['/odd', undefined],
  ['/workshop', undefined],
  ['', undefined],
])('%j is %j', (folder, level) => {
  expect(levelOf(projects, folder)).toBe(level)
})
