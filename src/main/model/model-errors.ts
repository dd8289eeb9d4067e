// What a provider's failure means for a turn: one table for its error codes, one for its HTTP statuses.
import type { CodexErrorInfo } from '../../protocol/index.ts'
import { ModelError } from './model-client.ts'
import { retryAfterInWords } from './retry.ts'

const contextFull =
  "The model's context window is full. Start a new thread or clear earlier history, then try again."

/** An error as a provider describes it, in a body, an event or a failed response. */
export interface ProviderFault {
  readonly code: string | null
  readonly message: string | null
  /** Unix seconds at which a usage limit ends. */
  readonly resetsAt: number | null
}

/** The stream broke or made no sense; a new attempt of the whole request may help. */
export function streamError(message: string, cause?: unknown): ModelError {
  return new ModelError(`stream disconnected before completion: ${message}`, {
    info: 'other',
    retryable: true,
    cause,
  })
}

/** Something in the configuration is missing or wrong: trying again cannot help. */
export function setupError(message: string, info: CodexErrorInfo = 'badRequest'): ModelError {
  return new ModelError(message, { info, retryable: false })
}

interface Meaning {
  readonly info: CodexErrorInfo
  readonly retryable: boolean
}

const meanings: Readonly<Record<string, Meaning>> = {
  context_length_exceeded: { info: 'contextWindowExceeded', retryable: false },
  insufficient_quota: { info: 'usageLimitExceeded', retryable: false },
  usage_limit_reached: { info: 'usageLimitExceeded', retryable: false },
  usage_not_included: { info: 'usageLimitExceeded', retryable: false },
  rate_limit_exceeded: { info: 'rateLimitExceeded', retryable: true },
  server_is_overloaded: { info: 'serverOverloaded', retryable: false },
  slow_down: { info: 'serverOverloaded', retryable: false },
  server_error: { info: 'internalServerError', retryable: true },
  internal_server_error: { info: 'internalServerError', retryable: true },
  invalid_prompt: { info: 'other', retryable: false },
  invalid_image: { info: 'badRequest', retryable: false },
  model_not_found: { info: 'modelNotFound', retryable: false },
  invalid_api_key: { info: 'unauthorized', retryable: false },
  cyber_policy: { info: 'cyberPolicy', retryable: false },
  cyber_policy_violation: { info: 'cyberPolicy', retryable: false },
}

function meaningOf(code: string | null): Meaning | undefined {
  return code !== null && Object.hasOwn(meanings, code) ? meanings[code] : undefined
}

/** The error a code stands for; undefined for codes without a meaning of their own. */
export function errorOfCode(fault: ProviderFault, fallbackMessage: string): ModelError | undefined {
  const meaning = meaningOf(fault.code)
  if (!meaning) return undefined
  const message = fault.message ?? fallbackMessage
  if (meaning.info === 'contextWindowExceeded') return new ModelError(contextFull, meaning)
  if (meaning.info === 'usageLimitExceeded')
    return new ModelError(withResetTime(message, fault.resetsAt), {
      ...meaning,
      limitEndsAtMs: fault.resetsAt === null ? null : fault.resetsAt * 1000,
    })
  return new ModelError(message, {
    ...meaning,
    retryAfterMs: meaning.info === 'rateLimitExceeded' ? retryAfterInWords(message) : null,
    details: meaning.retryable ? `stream disconnected before completion: ${message}` : null,
  })
}

/** A response that failed in its stream; codes without a meaning may be passing trouble. */
export function errorOfStream(fault: ProviderFault): ModelError {
  const message = fault.message ?? fault.code ?? 'the model server gave no reason'
  return errorOfCode(fault, message) ?? streamError(message)
}

function withResetTime(message: string, resetsAt: number | null): string {
  if (resetsAt === null) return message
  return `${message.replace(/\.$/, '')}. It ends at ${new Date(resetsAt * 1000).toISOString()}.`
}

/** A response with a bad status, its body read as far as it is needed. */
export interface RefusedRequest {
  readonly status: number
  readonly statusText: string
  readonly body: string
  /** For the person: scheme, host and path, nothing secret. */
  readonly address: string
  readonly provider: string
  readonly model: string
  /** Name of the variable that holds the key; null when the provider needs none. */
  readonly envKey: string | null
}

/** True when the same request may be sent again at once: the server is in trouble, or asks to wait. */
export function mayRetryStatus(status: number, body: string): boolean {
  if (status === 408 || status === 429 || status >= 500)
    return errorOfCode(faultOfBody(body), '')?.retryable ?? true
  return false
}

/**
 * The error a refused request ends with once it is not sent again. A server that said after how long it may be
 * (`retryAfterMs`) will answer then: that is worth a new attempt of the whole request.
 */
export function errorOfStatus(
  refused: RefusedRequest,
  retryAfterMs: number | null = null,
): ModelError {
  const fault = faultOfBody(refused.body)
  const said = refused.body.trim() || describe(refused)
  const coded = errorOfCode(fault, said)
  // A request that was refused stays refused, whatever its code says of passing trouble.
  const counts = coded && (!coded.retryable || refused.status >= 500)
  return counts ? coded : errorByStatus(refused, fault, said, retryAfterMs)
}

function errorByStatus(
  refused: RefusedRequest,
  fault: ProviderFault,
  said: string,
  retryAfterMs: number | null,
): ModelError {
  const { status } = refused
  const httpStatusCode = status
  const words = fault.message ?? plainWords(refused.body)
  const reason = words === '' ? describe(refused) : `${describe(refused)}: ${words}`
  const refuse = (message: string, info: CodexErrorInfo): ModelError =>
    new ModelError(message, { info, retryable: false, details: said === message ? null : said })
  if (status === 400) return refuse(said, 'other')
  if (status === 401)
    return refuse(keyRefused(refused, fault), { httpConnectionFailed: { httpStatusCode } })
  if (status === 404 && /\bmodel\b/i.test(refused.body))
    return refuse(`${refused.provider} does not know the model ${refused.model}.`, 'modelNotFound')
  if (status === 429)
    return new ModelError(
      `${refused.provider} keeps asking to slow down (429). Wait a while, then send again.${words === '' ? '' : ` It said: ${words}`}`,
      {
        info: { responseTooManyFailedAttempts: { httpStatusCode } },
        retryable: retryAfterMs !== null,
        retryAfterMs,
        details: said,
      },
    )
  if (status === 500)
    return new ModelError(reason, { info: 'internalServerError', retryable: true, details: reason })
  if (status === 408 || status > 500)
    return new ModelError(reason, {
      info: { responseStreamConnectionFailed: { httpStatusCode } },
      retryable: true,
      details: reason,
    })
  return refuse(withAdvice(reason, status), { httpConnectionFailed: { httpStatusCode } })
}

/** The beginning of a body that a person can read; a page of HTML is none. */
function plainWords(body: string): string {
  return /^\s*[<{[]/.test(body) ? '' : body.trim().slice(0, 200)
}

function describe(refused: RefusedRequest): string {
  const words = refused.statusText === '' ? '' : ` ${refused.statusText}`
  return `${refused.address} answered ${refused.status}${words}`
}

function keyRefused(refused: RefusedRequest, fault: ProviderFault): string {
  const said = fault.message ? ` It said: ${fault.message}` : ''
  const advice =
    refused.envKey === null
      ? 'Give the provider an `env_key` in config.toml that names the variable with your key.'
      : `Check the key in the environment variable ${refused.envKey}.`
  return `${refused.provider} did not accept the request (401). ${advice}${said}`
}

function withAdvice(reason: string, status: number): string {
  if (status === 404) return `${reason}. Check \`base_url\` of the provider in config.toml.`
  if (status >= 300 && status < 400)
    return `${reason}, a redirect. Set \`base_url\` in config.toml to where it leads.`
  return reason
}

/** Reads `{error: {code, type, message}}`, `{error: "text"}`, `{detail}` and `{message}`; anything else is empty. */
export function faultOfBody(body: string): ProviderFault {
  try {
    return faultOf(JSON.parse(body))
  } catch {
    // Not JSON: a proxy's page or plain text. The status speaks for itself.
    return { code: null, message: null, resetsAt: null }
  }
}

/** The fault in an error element of the provider, whatever of it is there. */
export function faultOf(element: unknown): ProviderFault {
  const outer = membersOf(element)
  const isNested = outer.error !== null && typeof outer.error === 'object'
  const inner = isNested ? membersOf(outer.error) : outer
  const message = [inner.message, outer.error, outer.detail].find(
    (text) => typeof text === 'string',
  )
  const codes = [inner.code, inner.type].filter((code): code is string => typeof code === 'string')
  return {
    // Some servers put the word that matters into `type` and leave `code` empty or general.
    code: codes.find(meaningOf) ?? codes[0] ?? null,
    message: typeof message === 'string' && message !== '' ? message : null,
    resetsAt: typeof inner.resets_at === 'number' ? inner.resets_at : null,
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}
}
