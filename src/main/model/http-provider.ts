// A provider as an HTTP address: its URL, its headers with the key, and requests that are tried again when the
// server is in trouble. Keys are read when a request is made and never leave this file in a message.
import type { ProviderConfig } from '../config/config-schema.ts'
import { messageOf } from '../lib/errors.ts'
import { type HttpAnswer, post } from './http-post.ts'
import { ModelError, type TraceContext } from './model-client.ts'
import { errorOfStatus, mayRetryStatus, type RefusedRequest, setupError } from './model-errors.ts'
import { RETRY_AFTER_MS_MAX, retryAfterInWords, retryAfterOf, retryDelayMs } from './retry.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** What varies in tests: waiting and chance. */
export interface Waiting {
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
}

export interface HttpProvider {
  readonly id: string
  readonly config: ProviderConfig
  readonly env: Env
  /** A key that a person entered, if there is one. */
  readonly storedKey?: () => string | undefined
}

/** A request ready to be sent, and how to take its secrets out of words. */
export interface PreparedRequest {
  readonly url: URL
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>
  readonly redact: (text: string) => string
}

const REQUEST_MAX_RETRIES = 4
/** Of the body of a refused request; more is of no use to anyone. */
const ERROR_BODY_CHARS_MAX = 8_192

/** Throws ModelError when the address or the key is missing or cannot be used. */
export function prepareRequest(
  provider: HttpProvider,
  path: string,
  trace: TraceContext | null = null,
): PreparedRequest {
  const secrets: string[] = []
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'text/event-stream',
    'user-agent': 'skein',
  }
  const put = (name: string, given: string): void => {
    const value = given.trim()
    secrets.push(value)
    // With the first request: otherwise each start of the app would wait for it.
    const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http')
    try {
      validateHeaderName(name)
      validateHeaderValue(name, value)
      headers[name.toLowerCase()] = value
    } catch {
      // The error's own words hold the value.
      throw setupError(
        `Model provider \`${provider.id}\`: the header ${name} has a value that cannot be sent. ` +
          'Look for line breaks or unusual characters in it.',
      )
    }
  }
  const key = keyOf(provider)
  if (key !== null) {
    put('authorization', `Bearer ${key}`)
    secrets.push(key)
  }
  for (const [name, value] of Object.entries(provider.config.http_headers ?? {})) put(name, value)
  for (const [name, variable] of Object.entries(provider.config.env_http_headers ?? {})) {
    const value = provider.env[variable]
    if (value !== undefined && value.trim() !== '') put(name, value)
  }
  Object.assign(headers, trace)
  // Short values would redact ordinary words.
  const telling = secrets.filter((secret) => secret.length >= 6)
  const redact = (text: string): string =>
    telling.reduce((rest, secret) => rest.replaceAll(secret, '********'), text)
  return { url: urlOf(provider, path), headers, redact }
}

/** The environment wins: whoever starts the app decides. */
function keyOf({ id, config, env, storedKey }: HttpProvider): string | null {
  const named = config.env_key
  const key = (named === undefined ? undefined : env[named]?.trim()) || storedKey?.()
  if (key) return key
  if (named === undefined) return null
  const advice =
    config.env_key_instructions ??
    'Enter a key in the settings of models, or set the variable and start the app again.'
  throw setupError(
    `The environment variable ${named}, which holds the key of model provider \`${id}\`, is not set. ${advice}`,
    'unauthorized',
  )
}

function urlOf({ id, config }: HttpProvider, path: string): URL {
  const base = config.base_url
  if (base === undefined || base === '')
    throw setupError(
      `Model provider \`${id}\` has no address: give [model_providers.${id}] a \`base_url\` in config.toml.`,
    )
  let url: URL
  try {
    url = new URL(`${base.replace(/\/+$/, '')}${path}`)
  } catch {
    throw setupError(`Model provider \`${id}\`: \`base_url\` is not an address: ${base}`)
  }
  for (const [name, value] of Object.entries(config.query_params ?? {}))
    url.searchParams.set(name, value)
  return url
}

/** Without query and credentials, which may be secret. */
function addressOf(url: URL): string {
  return `${url.origin}${url.pathname}`
}

/**
 * Sends the request until it is answered with success, at most `request_max_retries` times again, silently.
 * Throws ModelError, or the signal's reason once that aborts.
 */
export async function postWithRetries(
  provider: HttpProvider,
  prepared: PreparedRequest,
  request: { readonly body: string; readonly model: string },
  waiting: Waiting,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const maxRetries = provider.config.request_max_retries ?? REQUEST_MAX_RETRIES
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt > maxRetries
    const outcome = await attemptOnce(provider, prepared, request, signal)
    if ('body' in outcome) return outcome
    if (!outcome.again) throw outcome.error
    const delayMs = retryDelayMs(attempt, outcome.retryAfterMs, waiting.random)
    if (delayMs > RETRY_AFTER_MS_MAX) throw tooLong(provider, delayMs)
    if (isLast) throw outcome.error
    await waiting.sleep(delayMs, signal)
  }
}

interface FailedAttempt {
  readonly error: ModelError
  /** True: the same request may be sent again. */
  readonly again: boolean
  readonly retryAfterMs: number | null
}

async function attemptOnce(
  provider: HttpProvider,
  prepared: PreparedRequest,
  request: { readonly body: string; readonly model: string },
  signal: AbortSignal,
): Promise<HttpAnswer | FailedAttempt> {
  const { url, headers } = prepared
  let response: HttpAnswer
  try {
    // A redirect is not followed: own headers with keys in them would go along to wherever it leads.
    response = await post(url, headers, request.body, signal)
  } catch (thrown) {
    signal.throwIfAborted()
    return { error: unreachableServer(provider, url, thrown), again: true, retryAfterMs: null }
  }
  if (response.status >= 200 && response.status < 300) return response
  const refused: RefusedRequest = {
    status: response.status,
    statusText: response.statusText,
    body: prepared.redact(await beginningOf(response, signal)),
    address: addressOf(url),
    provider: provider.config.name ?? provider.id,
    model: request.model,
    envKey: provider.config.env_key ?? null,
  }
  const retryAfterMs =
    retryAfterOf(response.headers, Date.now()) ??
    (refused.status === 429 ? retryAfterInWords(refused.body) : null)
  const again = mayRetryStatus(refused.status, refused.body)
  return { error: errorOfStatus(refused, again ? retryAfterMs : null), again, retryAfterMs }
}

/** As much of a body as an error needs. Rejects only with the reason of `signal`. */
export async function beginningOf({ body }: HttpAnswer, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length >= ERROR_BODY_CHARS_MAX) break
    }
  } catch {
    // The status says enough; what came of the body is a bonus.
    signal.throwIfAborted()
  }
  return text.slice(0, ERROR_BODY_CHARS_MAX)
}

function unreachableServer(provider: HttpProvider, url: URL, thrown: unknown): ModelError {
  const reason = reasonOf(thrown)
  const message = `${provider.config.name ?? provider.id} cannot be reached at ${addressOf(url)}: ${reason}`
  return new ModelError(message, {
    info: 'other',
    retryable: true,
    cause: thrown,
  })
}

/** A name with several addresses fails with an error for each. */
function reasonOf(thrown: unknown): string {
  return thrown instanceof AggregateError ? reasonOf(thrown.errors[0]) : messageOf(thrown)
}

function tooLong(provider: HttpProvider, delayMs: number): ModelError {
  const minutes = Math.ceil(delayMs / 60_000)
  const name = provider.config.name ?? provider.id
  return new ModelError(`${name} asks to wait ${minutes} minutes before the next request.`, {
    info: 'rateLimitExceeded',
    retryable: false,
  })
}
