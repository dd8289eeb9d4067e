// Signing in to MCP servers and out again: who needs it, whose tokens are used, and the requests of clients.
import type { Notification, Params, Result } from '../../protocol/index.ts'
import { messageOf, SkeinError } from '../lib/errors.ts'
import type { HttpTransportConfig, ServerConfig } from './server-config.ts'
import type { TokenStore } from './token-store.ts'

export interface SignInPorts {
  readonly store: TokenStore
  configured(name: string): Promise<ServerConfig | undefined>
  tell(notification: Notification): void
  /** Servers that failed for want of a token are tried again. */
  reload(): Promise<void>
  restart(server: string): Promise<void>
}

const TIMEOUT_S = 300

/** For the SDK; undefined where nobody signed in, so that no server is asked to register us unasked. */
export async function storedAuth(store: TokenStore, server: ServerConfig): Promise<unknown> {
  const config = server.transport
  if (config?.type !== 'http' || config.bearerTokenEnvVar !== null) return undefined
  const credentials = await store.read(server.name, config.url)
  if (credentials.tokens === undefined) return undefined
  const { createOAuthProvider } = await import('./oauth-provider.ts')
  return createOAuthProvider({
    config,
    redirectUrl: 'http://127.0.0.1/callback',
    credentials,
    save: (changed) => store.write(server.name, config.url, changed),
    onRedirect: () => undefined, // the connection fails then, and says that somebody has to sign in
  })
}

export async function isSignedIn(store: TokenStore, server: ServerConfig): Promise<boolean> {
  if (server.transport?.type !== 'http') return false
  return (await store.read(server.name, server.transport.url)).tokens !== undefined
}

export type SignIn = ReturnType<typeof createSignIn>

export function createSignIn({ store, configured, tell, reload, restart }: SignInPorts) {
  async function remote(name: string): Promise<HttpTransportConfig> {
    const server = await configured(name)
    if (!server) throw new SkeinError('invalidParams', `No MCP server named '${name}' found.`)
    if (server.transport?.type === 'http') return server.transport
    throw new SkeinError(
      'invalidParams',
      'OAuth login is only supported for streamable HTTP servers.',
    )
  }

  async function signIn({
    name,
    threadId,
    scopes,
    timeoutSecs,
  }: Params<'mcpServer/oauth/login'>): Promise<Result<'mcpServer/oauth/login'>> {
    const config = await remote(name)
    const { startLogin } = await import('./oauth-login.ts')
    const ended = (problem: string | null): void => {
      tell({
        method: 'mcpServer/oauthLogin/completed',
        params: {
          name,
          threadId: threadId ?? null,
          success: problem === null,
          ...(problem !== null && { error: problem }),
        },
      })
      if (problem === null) void reload()
    }
    try {
      const timeoutMs = (timeoutSecs ?? TIMEOUT_S) * 1000
      const options = { server: name, config, scopes, timeoutMs, store, ended }
      return { authorizationUrl: await startLogin(options) }
    } catch (error) {
      throw new SkeinError(
        'upstream',
        `signing in to MCP server \`${name}\` failed: ${messageOf(error)}`,
      )
    }
  }

  async function signOut(name: string): Promise<void> {
    const { url } = await remote(name)
    await store.write(name, url, {})
    await restart(name)
  }

  return { signIn, signOut }
}
