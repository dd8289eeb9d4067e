// Signs a person in to a remote MCP server: a page to open, a listener on this machine for its answer, then tokens.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { auth, extractWWWAuthenticateParams } from '@modelcontextprotocol/sdk/client/auth.js'
import { messageOf } from '../lib/errors.ts'
import { createOAuthProvider } from './oauth-provider.ts'
import type { HttpTransportConfig } from './server-config.ts'
import type { TokenStore } from './token-store.ts'

export interface LoginOptions {
  readonly server: string
  readonly config: HttpTransportConfig
  readonly scopes: readonly string[] | undefined
  readonly timeoutMs: number
  readonly store: TokenStore
  /** Once; null when it went well. */
  ended(problem: string | null): void
}

const PROBE_TIMEOUT_MS = 10_000
const THANKS = 'Thank you. You can close this page and go back to Skein.'

/** Resolves with the page on which to sign in; `ended` is told of the rest. */
export async function startLogin(options: LoginOptions): Promise<string> {
  const { server, config, store } = options
  const listener = createServer()
  const port = await listen(listener)
  let page: URL | undefined
  const provider = createOAuthProvider({
    config,
    redirectUrl: `http://127.0.0.1:${port}/callback`,
    credentials: {}, // a client that was registered before has another address to return to
    save: (credentials) => store.write(server, config.url, credentials),
    onRedirect(url) {
      page = url
    },
  })
  try {
    const challenge = await probe(config.url)
    const scope = options.scopes?.join(' ') ?? (config.scopes.join(' ') || challenge.scope)
    const request = {
      serverUrl: config.url,
      ...(scope && { scope }),
      ...(challenge.resourceMetadataUrl && { resourceMetadataUrl: challenge.resourceMetadataUrl }),
    }
    await auth(provider, request)
    if (!page) throw new Error('the server asked for no sign-in')
    const wanted = page.searchParams.get('state')
    void codeFrom(listener, wanted, options.timeoutMs)
      .then((authorizationCode) => auth(provider, { ...request, authorizationCode }))
      .then(() => options.ended(null))
      .catch((error: unknown) => options.ended(messageOf(error)))
      .finally(() => listener.close())
    return page.href
  } catch (error) {
    listener.close()
    throw error
  }
}

function listen(listener: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(0, '127.0.0.1', () => resolve((listener.address() as AddressInfo).port))
  })
}

/** What the server says to somebody without a token: where its sign-in is described, and what to ask for. */
async function probe(url: string): Promise<{ resourceMetadataUrl?: URL; scope?: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'ping' }),
    signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
  })
  await response.body?.cancel()
  return response.status === 401 ? extractWWWAuthenticateParams(response) : {}
}

/** The code, from the one request that carries our state. */
function codeFrom(listener: Server, state: string | null, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('nobody signed in in time')), timeoutMs)
    timer.unref()
    listener.on('request', (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
      const isOurs = pathname === '/callback' && searchParams.get('state') === state
      response.writeHead(isOurs ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' })
      response.end(isOurs ? THANKS : 'Not here.')
      if (!isOurs) return
      clearTimeout(timer)
      settle(searchParams)
    })
    function settle(answer: URLSearchParams): void {
      const code = answer.get('code')
      if (code) resolve(code)
      else reject(new Error(answer.get('error_description') ?? 'the sign-in was refused'))
    }
  })
}
