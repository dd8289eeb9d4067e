// Runs the client suite of the MCP conformance tests against the app's MCP client and prints the table.
//   node scripts/mcp-conformance.mjs            every scenario of the suite `core`
//   node scripts/mcp-conformance.mjs --quick    those without sign-in
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const suite = join(root, 'node_modules/@modelcontextprotocol/conformance/dist/index.js')
const client = `${process.execPath} ${join(root, 'test/mcp-conformance-client.ts')}`

const plain = ['initialize', 'tools_call', 'elicitation-sep1034-client-defaults', 'sse-retry']
const withSignIn = [
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
]
/** A client that is known by a page of its own on the web: an app on somebody's machine has none. */
const expectedFailures = new Set(['auth/basic-cimd'])

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

const scenarios = process.argv.includes('--quick') ? plain : [...plain, ...withSignIn]
let failures = 0
for (const scenario of scenarios) {
  const { ok, output } = await run(scenario)
  const isExpected = expectedFailures.has(scenario)
  const [, counts = ''] = /Passed: (\d+\/\d+)/.exec(output) ?? []
  const word = ok ? 'pass' : isExpected ? 'fail (expected)' : 'FAIL'
  process.stdout.write(`${scenario.padEnd(40)} ${counts.padEnd(8)} ${word}\n`)
  if (ok || isExpected) continue
  failures++
  process.stdout.write(`${output.slice(-3000)}\n`)
}
process.exitCode = failures === 0 ? 0 : 1
