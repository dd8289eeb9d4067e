import { expect, test } from 'vitest'
import { shortPath } from './file-paths.ts'

test('a path inside of the folder is shown from there', () => {
  expect(shortPath('/srv/app/src/a.ts', '/srv/app')).toBe('src/a.ts')
  expect(shortPath('/srv/app/src/a.ts', '/srv/app/')).toBe('src/a.ts')
})

test('a path elsewhere is shown in full', () => {
  expect(shortPath('/srv/apple/a.ts', '/srv/app')).toBe('/srv/apple/a.ts')
  expect(shortPath('src/a.ts', '/srv/app')).toBe('src/a.ts')
  expect(shortPath('/a', undefined)).toBe('/a')
})
