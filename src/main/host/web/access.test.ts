import { expect, test } from 'vitest'
import { createAccess } from './access.ts'

function setup() {
  let made = 0
  return createAccess(4321, () => `secret-${++made}`)
}

test('a token works once and is followed by another', () => {
  const access = setup()
  expect(access.address()).toBe('http://127.0.0.1:4321/?token=secret-1')
  expect(access.redeem('wrong')).toBeUndefined()
  expect(access.redeem('secret-1')).toBe('skein_4321=secret-3; HttpOnly; SameSite=Strict; Path=/')
  expect(access.redeem('secret-1')).toBeUndefined()
  expect(access.address()).toBe('http://127.0.0.1:4321/?token=secret-2')
})

test('only the cookie of this port that was handed out is a session', () => {
  const access = setup()
  access.redeem('secret-1')
  expect(access.hasSession('a=b; skein_4321=secret-3; c=d')).toBe(true)
  expect(access.hasSession('skein_4321=other; skein_4321=secret-3')).toBe(true)
  for (const cookie of [undefined, '', 'skein_4321=', 'skein_4321=secret-2', 'skein_1=secret-3']) {
    expect(access.hasSession(cookie)).toBe(false)
  }
})

test('host and origin are taken literally', () => {
  const access = setup()
  expect(access.isOwnHost('127.0.0.1:4321')).toBe(true)
  expect(access.isOwnOrigin('http://127.0.0.1:4321')).toBe(true)
  for (const host of [undefined, 'localhost:4321', '127.0.0.1', '127.0.0.1:4322', 'evil.test']) {
    expect(access.isOwnHost(host)).toBe(false)
  }
  for (const origin of [undefined, 'null', 'http://localhost:4321', 'https://127.0.0.1:4321']) {
    expect(access.isOwnOrigin(origin)).toBe(false)
  }
})
