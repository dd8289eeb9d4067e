// What went wrong with a turn, in plain words, and what a person can do about it.
import type { CodexErrorInfo, TurnError } from '../../../protocol/index.ts'

export interface ErrorWords {
  readonly title: string
  readonly advice: string
  /** Code and HTTP status, for a report; null when there is nothing to add. */
  readonly code: string | null
}

const SETTINGS_ADVICE = 'Check the provider in config.toml, then send the message again.'
const RETRY_ADVICE = 'Nothing you wrote is lost. Wait a little, then send the message again.'

type Word = Extract<CodexErrorInfo, string>
type Tagged = Exclude<CodexErrorInfo, string>
type TagName = Tagged extends infer T ? (T extends unknown ? keyof T : never) : never

const words: Readonly<Record<Word | TagName, readonly [title: string, advice: string]>> = {
  contextWindowExceeded: [
    'The thread is too long for this model',
    'Start a new thread with a short summary, or switch to a model with a larger context.',
  ],
  usageLimitExceeded: [
    'The usage limit of your account is reached',
    'Wait until it is reset, or switch to another model.',
  ],
  sessionBudgetExceeded: [
    'The budget of this thread is used up',
    'Raise the budget, or go on in a new thread.',
  ],
  rateLimitExceeded: ['The provider asks for a slower pace', RETRY_ADVICE],
  serverOverloaded: ['The model is overloaded', RETRY_ADVICE],
  internalServerError: ['The provider had an internal error', RETRY_ADVICE],
  unauthorized: [
    'The provider did not accept the key',
    'Set the right key in the environment variable that config.toml names, then start Skein again.',
  ],
  badRequest: ['The provider refused the request', SETTINGS_ADVICE],
  modelNotFound: [
    'The provider does not know this model',
    'Pick another model below the message field.',
  ],
  sandboxError: [
    'The sandbox could not run the command',
    'Look at the permissions in the Config tab, then try again.',
  ],
  cyberPolicy: ['The provider declined for safety reasons', 'Put the request in other words.'],
  threadRollbackFailed: ['Going back did not work', 'The thread is as it was before.'],
  other: ['The turn failed', RETRY_ADVICE],
  httpConnectionFailed: ['The provider could not be reached', RETRY_ADVICE],
  responseStreamConnectionFailed: ['The connection to the provider failed', RETRY_ADVICE],
  responseStreamDisconnected: ['The connection broke while the model was answering', RETRY_ADVICE],
  responseTooManyFailedAttempts: ['The provider failed too many times in a row', RETRY_ADVICE],
  activeTurnNotSteerable: [
    'This turn takes no further messages',
    'Queue the message: it is sent when the turn has ended.',
  ],
}

export function errorWords(error: Pick<TurnError, 'codexErrorInfo' | 'message'>): ErrorWords {
  const { codexErrorInfo: info } = error
  const plain = plainCause(error)
  if (plain !== null) return { title: words[plain][0], advice: words[plain][1], code: plain }
  if (info === null) return { title: words.other[0], advice: words.other[1], code: null }
  const name = typeof info === 'string' ? info : (Object.keys(info)[0] as TagName)
  const status = typeof info === 'string' ? null : httpStatusOf(info)
  const [title, advice] = words[name] ?? words.other
  const code = status === null ? name : `${name}, HTTP ${status}`
  return { title, advice, code: code === 'other' ? null : code }
}

/** What the wire's `other` and bare statuses stand for; null when the info says it already. */
function plainCause({
  codexErrorInfo: info,
  message,
}: Pick<TurnError, 'codexErrorInfo' | 'message'>): Word | TagName | null {
  if (info === 'other' && message.startsWith('stream disconnected'))
    return 'responseStreamDisconnected'
  if (info === 'other' && message.includes(' cannot be reached at ')) return 'httpConnectionFailed'
  if (info === null || typeof info === 'string' || !('httpConnectionFailed' in info)) return null
  return httpStatusOf(info) === 401 ? 'unauthorized' : null
}

function httpStatusOf(info: Tagged): number | null {
  const [detail] = Object.values(info) as { httpStatusCode?: number | null }[]
  return detail?.httpStatusCode ?? null
}
