import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { codeFile, scannerCode } from './line-scanner.mjs'

test('the scanner is compiled of its source; run node_modules/.bin/node scripts/line-scanner.mjs if not', async () => {
  expect(readFileSync(codeFile, 'utf8')).toBe(await scannerCode())
})
