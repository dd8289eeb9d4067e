import { expect, test } from 'vitest'
import { errorWords } from './error-words.ts'

test('a cause that is a word is put into plain words', () => {
  expect(errorWords({ codexErrorInfo: 'unauthorized' })).toEqual({
    title: 'The provider did not accept the key',
    advice:
      'Set the right key in the environment variable that config.toml names, then start Skein again.',
    code: 'unauthorized',
  })
})

test('a cause with an HTTP status tells it', () => {
  const info = { responseTooManyFailedAttempts: { httpStatusCode: 503 } }
  expect(errorWords({ codexErrorInfo: info }).code).toBe('responseTooManyFailedAttempts, HTTP 503')
  const unknown = { httpConnectionFailed: { httpStatusCode: null } }
  expect(errorWords({ codexErrorInfo: unknown }).code).toBe('httpConnectionFailed')
})

test('an unknown cause still says what is kept', () => {
  expect(errorWords({ codexErrorInfo: null })).toEqual({
    title: 'The turn failed',
    advice: 'Nothing you wrote is lost. Wait a little, then send the message again.',
    code: null,
  })
})
