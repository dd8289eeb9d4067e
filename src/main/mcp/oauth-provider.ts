// What the SDK's OAuth wants to know and to keep, for one server: the client, the tokens, and where a person signs in.
import { randomBytes } from 'node:crypto'
import type {
  OAuthClientProvider,
  OAuthDiscoveryState,
} from '@modelcontextprotocol/sdk/client/auth.js'
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js'
import type { HttpTransportConfig } from './server-config.ts'
import type { Credentials } from './token-store.ts'

export interface OAuthProviderOptions {
  readonly config: HttpTransportConfig
  readonly redirectUrl: string
  readonly credentials: Credentials
  save(credentials: Credentials): Promise<void>
  /** Where the person signs in; nothing happens there by itself. */
  onRedirect(url: URL): void | Promise<void>
}

export function createOAuthProvider(options: OAuthProviderOptions): OAuthClientProvider {
  const { config, redirectUrl, onRedirect, save } = options
  let { credentials } = options
  let verifier = ''
  let discovery: OAuthDiscoveryState | undefined
  const state = randomBytes(24).toString('base64url')

  async function keep(change: Credentials): Promise<void> {
    credentials = { ...credentials, ...change }
    await save(credentials)
  }

  const clientMetadata: OAuthClientMetadata = {
    client_name: 'Skein',
    redirect_uris: [redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    ...(config.scopes.length > 0 && { scope: config.scopes.join(' ') }),
  }

  return {
    redirectUrl,
    clientMetadata,
    ...(config.oauthClientMetadataUrl !== null && {
      clientMetadataUrl: config.oauthClientMetadataUrl,
    }),
    state: () => state,
    clientInformation: () =>
      config.oauthClientId !== null
        ? { client_id: config.oauthClientId }
        : (credentials.client as OAuthClientInformationMixed | undefined),
    saveClientInformation: (client) => keep({ client }),
    tokens: () => credentials.tokens as OAuthTokens | undefined,
    saveTokens: (tokens) => keep({ tokens }),
    redirectToAuthorization: onRedirect,
    saveCodeVerifier(code) {
      verifier = code
    },
    codeVerifier: () => verifier,
    saveDiscoveryState(found) {
      discovery = found
    },
    discoveryState: () => discovery,
    async invalidateCredentials(scope) {
      if (scope === 'verifier') verifier = ''
      else if (scope === 'discovery') discovery = undefined
      else if (scope === 'tokens') await keep({ tokens: undefined })
      else
        await keep(
          scope === 'all' ? { tokens: undefined, client: undefined } : { client: undefined },
        )
    },
  }
}
