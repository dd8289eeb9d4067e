import { expect, test } from 'vitest'
import { externalAddress, ownPages } from './own-pages.ts'

test('only pages of the host app are ours', () => {
  const pages = ownPages()
  expect(pages.start).toBe('skein://app/')
  expect(pages.isOwn('skein://app/index.html')).toBe(true)
  for (const url of [
    'skein://thread/1',
    'skein://app.evil.test/',
    'skein://user@settings/',
    'https://app/',
    'file:///app/',
    'data:text/html,app',
    'about:blank',
    '',
  ]) {
    expect(pages.isOwn(url)).toBe(false)
  }
})

test('during development the pages of the dev server are ours too', () => {
  const pages = ownPages('http://localhost:5173/')
  expect(pages.start).toBe('http://localhost:5173/')
  expect(pages.isOwn('http://localhost:5173/index.html')).toBe(true)
  expect(pages.isOwn('http://localhost:5174/')).toBe(false)
})

test('only http and https leave for the browser', () => {
  expect(externalAddress('https://example.com/a b')).toBe('https://example.com/a%20b')
  expect(externalAddress('http://example.com')).toBe('http://example.com/')
  for (const url of ['file:///etc/passwd', 'javascript:alert(1)', 'vscode://x', 'example.com', 7]) {
    expect(externalAddress(url)).toBeUndefined()
  }
})
