import { expect, test } from 'vitest'
import { shortPath } from './file-paths.ts'

test('a path inside of the folder is shown from there', () => {
  expect(shortPath('/work/app/src/a.ts', '/work/app')).toBe('src/a.ts')
  expect(shortPath('/work/app/src/a.ts', '/work/app/')).toBe('src/a.ts')
})

test('a path elsewhere is shown in full', () => {
  expect(shortPath('/work/apple/a.ts', '/work/app')).toBe('/work/apple/a.ts')
  expect(shortPath('src/a.ts', '/work/app')).toBe('src/a.ts')
  expect(shortPath('/a', undefined)).toBe('/a')
})
