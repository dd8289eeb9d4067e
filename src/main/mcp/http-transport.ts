// A remote MCP server over streamable HTTP: its headers, and its bearer token out of the environment.
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { HttpTransportConfig } from './server-config.ts'

/** Throws when a variable that is named holds nothing: the server must not be asked without it. */
export function createHttpTransport(
  name: string,
  config: HttpTransportConfig,
  env: Readonly<Record<string, string | undefined>>,
  authProvider: unknown,
): StreamableHTTPClientTransport {
  return new StreamableHTTPClientTransport(new URL(config.url), {
    requestInit: { headers: headersOf(name, config, env) },
    reconnectionOptions: {
      initialReconnectionDelay: 1000,
      maxReconnectionDelay: 30_000,
      reconnectionDelayGrowFactor: 2,
      maxRetries: 5,
    },
    ...(authProvider !== undefined && { authProvider: authProvider as OAuthClientProvider }),
  })
}

function headersOf(
  name: string,
  config: HttpTransportConfig,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const headers: Record<string, string> = { ...config.headers }
  for (const [header, variable] of Object.entries(config.envHeaders)) {
    const value = env[variable]
    if (value) headers[header] = value
  }
  const { bearerTokenEnvVar } = config
  if (bearerTokenEnvVar === null) return headers
  const token = env[bearerTokenEnvVar]
  if (!token)
    throw new Error(
      `environment variable ${bearerTokenEnvVar} for MCP server \`${name}\` is not set`,
    )
  return { ...headers, Authorization: `Bearer ${token}` }
}
