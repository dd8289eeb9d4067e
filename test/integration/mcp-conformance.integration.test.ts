// The app's MCP client against the conformance suite of the protocol: all that concerns a client passes.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const SCENARIOS = 20

test('[T64] every scenario of the conformance suite passes, those with sign-in too', async () => {
  const node = join(root, 'node_modules/.bin/node')
  const { stdout } = await promisify(execFile)(node, [join(root, 'scripts/mcp-conformance.mjs')])
  const results = stdout.trim().split('\n')
  expect(results).toHaveLength(SCENARIOS)
  expect(results.filter((line) => !line.endsWith(' pass'))).toEqual([])
}, 180_000)
