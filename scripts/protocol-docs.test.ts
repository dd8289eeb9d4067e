import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { docsFile, protocolDocs } from './protocol-docs.mjs'

test('docs/protocol.md is what the contract says; run node_modules/.bin/node scripts/protocol-docs.mjs if not', () => {
  expect(readFileSync(docsFile, 'utf8')).toBe(protocolDocs())
})
