// The client under test of the MCP conformance suite: connects by the app's own code, calls every tool, accepts every
// question, signs in where it must. Run by scripts/mcp-conformance.mjs, once for each scenario.
import { auth } from '@modelcontextprotocol/sdk/client/auth.js'
import { connect } from '../src/main/mcp/connect.ts'
import { McpAuthError, type McpConnection } from '../src/main/mcp/mcp-connection.ts'
import { createOAuthProvider } from '../src/main/mcp/oauth-provider.ts'
import { readServers } from '../src/main/mcp/server-config.ts'

const SIGN_INS_MAX = 2
const url = process.argv.at(-1) ?? ''
const given = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}') as Record<string, string>
/** The page of this client as the suite knows it; whoever hosts such a page names it in the config like this. */
const oauth =
  process.env.MCP_CONFORMANCE_SCENARIO === 'auth/basic-cimd'
    ? { client_metadata_url: 'https://conformance-test.local/client-metadata.json' }
    : {}
const [config] = readServers({ suite: { url, oauth } })
const transport = config?.transport
if (!config || transport?.type !== 'http') throw new Error(`not an address: ${url}`)

let code: string | undefined
const authProvider = createOAuthProvider({
  config: transport,
  redirectUrl: 'http://127.0.0.1:3000/callback',
  credentials: given.client_id
    ? { client: { client_id: given.client_id, client_secret: given.client_secret } }
    : {},
  save: async () => undefined,
  // The suite's page of sign-in answers at once with the way back.
  async onRedirect(page) {
    const answer = await fetch(page, { redirect: 'manual' })
    code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? undefined
  },
})

async function open(): Promise<McpConnection> {
  if (!config) throw new Error('no server')
  return connect({
    config,
    env: process.env,
    cwd: process.cwd(),
    version: '0',
    signal: AbortSignal.timeout(25_000),
    authProvider,
    elicit: async () => ({ action: 'accept', content: {} }),
    toolsChanged: () => undefined,
    closed: () => undefined,
    warn: (message) => void process.stderr.write(`${message}\n`),
  })
}

async function work(): Promise<void> {
  const connection = await open()
  const signal = AbortSignal.timeout(25_000)
  const { tools } = await connection.listTools(signal)
  for (const { name, inputSchema } of tools)
    await connection.callTool(name, argumentsFor(inputSchema), { signal })
  await connection.close()
}

/** Something plausible for every property. */
function argumentsFor(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const properties = (schema.properties ?? {}) as Record<string, { type?: string }>
  const values: Record<string, unknown> = { number: 2, integer: 2, boolean: true, string: 'text' }
  return Object.fromEntries(
    Object.entries(properties).map(([name, { type }]) => [name, values[type ?? ''] ?? 'text']),
  )
}

for (let signIns = 0; ; signIns++) {
  try {
    await work()
    break
  } catch (error) {
    if (!(error instanceof McpAuthError) || code === undefined || signIns === SIGN_INS_MAX)
      throw error
    const authorizationCode = code
    code = undefined
    await auth(authProvider, { serverUrl: url, authorizationCode })
  }
}
process.exit(0)
