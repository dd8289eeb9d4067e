import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createStaticFiles } from './static-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'skein-static-'))
afterAll(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'root/assets'), { recursive: true })
mkdirSync(join(folder, 'root-of-others'))
writeFileSync(join(folder, 'root/index.html'), '<p>page</p>')
writeFileSync(join(folder, 'root/assets/app.js'), 'run()')
writeFileSync(join(folder, 'root/notes.db'), 'private')
writeFileSync(join(folder, 'secret.html'), 'secret')
writeFileSync(join(folder, 'root-of-others/index.html'), 'others')
const files = createStaticFiles(join(folder, 'root'))

test('the page and its files are served with the headers of every page', async () => {
  const page = await files('/')
  expect([page.status, new TextDecoder().decode(page.body)]).toEqual([200, '<p>page</p>'])
  expect(page.headers).toMatchObject({
    'Content-Type': 'text/html; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  })
  expect(page.headers['Content-Security-Policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
      "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
      "frame-ancestors 'none'",
  )
  expect((await files('/assets/app.js')).headers['Content-Type']).toBe(
    'text/javascript; charset=utf-8',
  )
})

test.each([
  '/../secret.html',
  '/%2e%2e/secret.html',
  '/%2e%2e%2fsecret.html',
  '/..%5csecret.html',
  '/../root-of-others/index.html',
  '/index.html%00.js',
  '/%',
  '/assets',
  '/missing.js',
  '/notes.db',
  '//index.html/../../secret.html',
])('%s is not found', async (path) => {
  const answer = await files(path)
  expect([answer.status, new TextDecoder().decode(answer.body)]).toEqual([404, 'Not found\n'])
})
