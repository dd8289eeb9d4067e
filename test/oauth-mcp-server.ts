// A remote MCP server that wants OAuth, together with the place where one signs in: for tests, on 127.0.0.1.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface OAuthMcpServer {
  /** For `url` of the table. */
  readonly url: string
  /** Tokens that were handed out. */
  readonly handedOut: readonly string[]
  close(): void
}

export async function startOAuthMcpServer(): Promise<OAuthMcpServer> {
  const handedOut: string[] = []
  let base = ''
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', base)
    const body = await bodyOf(request)
    const known = signIn(url, base, body)
    if (known?.token) handedOut.push(known.token)
    const { status, headers, value } = known ?? mcp(request, base, body)
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(value === undefined ? '' : JSON.stringify(value))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `${base}/mcp`,
    handedOut,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

interface Answer {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly value?: unknown
  readonly token?: string
}

/** Undefined for what does not belong to the sign-in. */
function signIn({ pathname, searchParams }: URL, base: string, body: string): Answer | undefined {
  if (pathname.startsWith('/.well-known/oauth-protected-resource'))
    return { status: 200, value: { resource: `${base}/mcp`, authorization_servers: [base] } }
  if (pathname.startsWith('/.well-known/')) return { status: 200, value: metadata(base) }
  if (pathname === '/register')
    return { status: 201, value: { ...JSON.parse(body), client_id: 'c1' } }
  if (pathname === '/authorize') {
    const back = new URL(searchParams.get('redirect_uri') ?? '')
    back.searchParams.set('code', 'code-1')
    back.searchParams.set('state', searchParams.get('state') ?? '')
    return { status: 302, headers: { location: back.href } }
  }
  if (pathname !== '/token') return undefined
  if (new URLSearchParams(body).get('code') !== 'code-1')
    return { status: 400, value: { error: 'invalid_grant' } }
  const value = { access_token: 'token-1', token_type: 'Bearer', expires_in: 3600 }
  return { status: 200, value, token: 'token-1' }
}

function metadata(base: string) {
  return {
    issuer: base,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    registration_endpoint: `${base}/register`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
  }
}

function mcp({ headers, method }: IncomingMessage, base: string, body: string): Answer {
  if (headers.authorization !== 'Bearer token-1') {
    const place = `${base}/.well-known/oauth-protected-resource/mcp`
    return {
      status: 401,
      headers: { 'www-authenticate': `Bearer resource_metadata="${place}"` },
    }
  }
  if (method !== 'POST') return { status: 405 }
  const message = JSON.parse(body)
  if (message.id === undefined) return { status: 202 }
  const result = resultOf(message.method, message.params)
  return { status: 200, value: { jsonrpc: '2.0', id: message.id, result } }
}

function resultOf(method: string, params: { protocolVersion?: string } | undefined): unknown {
  if (method === 'initialize')
    return {
      protocolVersion: params?.protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: 'guarded', version: '1' },
    }
  if (method === 'tools/list')
    return {
      tools: [
        { name: 'secret', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } },
      ],
    }
  return { content: [{ type: 'text', text: 'behind the door' }] }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
