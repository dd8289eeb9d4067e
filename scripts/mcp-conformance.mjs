// Runs the client suite of the MCP conformance tests against the app's MCP client and prints the table.
// Every scenario of its suites `core` and `backcompat`: node scripts/mcp-conformance.mjs
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const suite = join(root, 'node_modules/@modelcontextprotocol/conformance/dist/index.js')
const client = `${process.execPath} ${join(root, 'test/mcp-conformance-client.ts')}`

const scenarios = [
  'initialize',
  'tools_call',
  'elicitation-sep1034-client-defaults',
  'sse-retry',
  'auth/metadata-default',
  'auth/metadata-var1',
  'auth/metadata-var2',
  'auth/metadata-var3',
  'auth/basic-cimd',
  'auth/scope-from-www-authenticate',
  'auth/scope-from-scopes-supported',
  'auth/scope-omitted-when-undefined',
  'auth/scope-step-up',
  'auth/scope-retry-limit',
  'auth/token-endpoint-auth-basic',
  'auth/token-endpoint-auth-post',
  'auth/token-endpoint-auth-none',
  'auth/pre-registration',
  'auth/2025-03-26-oauth-metadata-backcompat',
  'auth/2025-03-26-oauth-endpoint-fallback',
]

/** @param {string} scenario @returns {Promise<{ok: boolean, output: string}>} */
function run(scenario) {
  return new Promise((resolve) => {
    const args = [suite, 'client', '--command', client, '--scenario', scenario]
    const child = spawn(process.execPath, args, { cwd: root })
    let output = ''
    const hear = (/** @type {Buffer} */ chunk) => {
      output += chunk
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('close', (code) => resolve({ ok: code === 0, output }))
  })
}

let failures = 0
for (const scenario of scenarios) {
  const { ok, output } = await run(scenario)
  const [, counts = ''] = /Passed: (\d+\/\d+)/.exec(output) ?? []
  process.stdout.write(`${scenario.padEnd(42)} ${counts.padEnd(8)} ${ok ? 'pass' : 'FAIL'}\n`)
  if (ok) continue
  failures++
  process.stdout.write(`${output.slice(-3000)}\n`)
}
process.exitCode = failures === 0 ? 0 : 1
