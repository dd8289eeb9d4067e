import { expect, test } from 'vitest'
import { errorWords } from './error-words.ts'

test('a cause that is a word is put into plain words', () => {
  expect(errorWords({ message: '', codexErrorInfo: 'unauthorized' })).toEqual({
    title: 'The provider did not accept the key',
    advice:
      'Set the right key in the environment variable that config.toml names, then start Skein again.',
    code: 'unauthorized',
  })
})

test('a cause with an HTTP status tells it', () => {
  const info = { responseTooManyFailedAttempts: { httpStatusCode: 503 } }
  expect(errorWords({ message: '', codexErrorInfo: info }).code).toBe(
    'responseTooManyFailedAttempts, HTTP 503',
  )
  const unknown = { httpConnectionFailed: { httpStatusCode: null } }
  expect(errorWords({ message: '', codexErrorInfo: unknown }).code).toBe('httpConnectionFailed')
})

test('an unknown cause still says what is kept', () => {
  expect(errorWords({ message: '', codexErrorInfo: null })).toEqual({
    title: 'The turn failed',
    advice: 'Nothing you wrote is lost. Wait a little, then send the message again.',
    code: null,
  })
})

test.each([
  ['stream disconnected before completion: closed', 'other', 'responseStreamDisconnected'],
  ['Mock cannot be reached at http://x/responses: refused', 'other', 'httpConnectionFailed'],
  ['no', { httpConnectionFailed: { httpStatusCode: 401 } }, 'unauthorized'],
] as const)('%s is told by its own cause', (message, codexErrorInfo, code) => {
  expect(errorWords({ message, codexErrorInfo })).toMatchObject({ code })
})
