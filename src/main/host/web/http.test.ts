import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type FakeServer, fakeServer } from '../../../../test/fake-server.ts'
import { silentLogger } from '../../lib/logger.ts'
import { serveWeb, type WebHost } from './http.ts'

let root: string
let server: FakeServer
let host: WebHost
let announced: URL[]

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'skein-web-'))
  writeFileSync(join(root, 'index.html'), '<p>page</p>')
  server = fakeServer()
  announced = []
  host = await serveWeb({
    server,
    version: '1.2.3',
    root,
    port: 0,
    logger: silentLogger,
    announce: (url) => void announced.push(new URL(url)),
  })
})

afterEach(async () => {
  await host.close()
  rmSync(root, { recursive: true })
})

interface Answer {
  status: number | undefined
  headers: IncomingHttpHeaders
  body: string
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = address()
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, headers, method }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += String(chunk)
      })
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body }),
      )
    })
    request.on('error', reject)
    request.end()
  })
}

function address(): URL {
  const first = announced[0]
  if (!first) throw new Error('no address was announced')
  return first
}

async function signIn(): Promise<string> {
  const answer = await get(`/${address().search}`)
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

function open(headers: Record<string, string>, path = '/ws'): WebSocket {
  return new WebSocket(`ws://${address().host}${path}`, { headers })
}

async function refusal(socket: WebSocket): Promise<number | undefined> {
  const [, response] = (await once(socket, 'unexpected-response')) as [
    unknown,
    { statusCode?: number },
  ]
  return response.statusCode
}

test('the token is good for one cookie, and a new address is announced', async () => {
  const first = await get(`/${address().search}`)
  expect([first.status, first.headers.location]).toEqual([302, '/'])
  expect(announced).toHaveLength(2)
  expect((await get(`/${address().search}`)).status).toBe(401)
  const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  const page = await get('/', { cookie })
  expect([page.status, page.body]).toEqual([200, '<p>page</p>'])
  expect(page.headers).toMatchObject({ 'cache-control': 'no-store' })
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
})

test('without a cookie nothing is served', async () => {
  expect((await get('/')).status).toBe(401)
  expect((await get('/?token=')).status).toBe(401)
  expect((await get('/', { cookie: `skein_${address().port}=guess` })).status).toBe(401)
})

test('another name for the address is refused before anything else', async () => {
  const cookie = await signIn()
  for (const name of ['localhost', `localhost:${address().port}`, 'evil.test']) {
    expect((await get('/', { cookie, host: name })).status).toBe(421)
  }
})

test('only reading is offered, and odd addresses do no harm', async () => {
  const cookie = await signIn()
  expect((await get('/', { cookie }, 'POST')).status).toBe(405)
  expect((await get('//', { cookie })).status).toBe(404)
  expect((await get('http://evil.test/', { cookie })).status).toBe(400)
  expect(await get('/', { cookie }, 'HEAD')).toMatchObject({ status: 200, body: '' })
})

test('a socket needs the exact host, the exact origin and the cookie', async () => {
  const cookie = await signIn()
  const { origin } = address()
  expect(await refusal(open({ origin }))).toBe(403)
  expect(await refusal(open({ cookie }))).toBe(403)
  expect(await refusal(open({ cookie, origin: 'http://evil.test' }))).toBe(403)
  expect(await refusal(open({ cookie, origin: 'null' }))).toBe(403)
  expect(await refusal(open({ cookie, origin, host: 'evil.test' }))).toBe(421)
  expect(await refusal(open({ cookie, origin }, '/other'))).toBe(404)
  expect(server.clients).toEqual([])
})

test('a window asks, hears batches, and answers', async () => {
  const cookie = await signIn()
  const socket = open({ cookie, origin: address().origin })
  await once(socket, 'open')
  const heard: unknown[] = []
  const hears = async (count: number) => {
    while (heard.length < count) await once(socket, 'message')
  }
  socket.on('message', (data) => void heard.push(JSON.parse(String(data))))
  socket.send('{"broken')
  socket.send('{"id":1,"method":"thread/list","params":{}}')
  await hears(1)
  const client = server.clients[0]
  const archived = { method: 'thread/archived', params: { threadId: 't' }, emittedAtMs: 1 } as const
  client?.outgoing.notify(archived)
  client?.outgoing.notify(archived)
  await hears(2)
  client?.outgoing.ask({ id: 0, method: 'item/fileChange/requestApproval', params: {} } as never)
  await hears(3)
  socket.send('{"id":0,"result":{"decision":"decline"}}')
  socket.send('{"id":2,"method":"model/list"}')
  await hears(4)
  expect(heard).toEqual([
    { id: 1, result: { echo: 'thread/list' } },
    [archived, archived],
    { id: 0, method: 'item/fileChange/requestApproval', params: {} },
    { id: 2, result: { echo: 'model/list' } },
  ])
  expect(client?.answers).toEqual([{ id: 0, answer: { result: { decision: 'decline' } } }])
  socket.close()
  await expect.poll(() => client?.isClosed).toBe(true)
})
