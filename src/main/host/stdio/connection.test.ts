import { PassThrough, Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { type FakeAnswer, fakeServer } from '../../../../test/fake-server.ts'
import type { Reply } from '../../api/server.ts'
import { silentLogger } from '../../lib/logger.ts'
import { serveStdio } from './connection.ts'

function setup(answer?: FakeAnswer) {
  const server = fakeServer(answer)
  const input = new PassThrough()
  const output = new PassThrough()
  const logged: string[] = []
  const logger = { log: (_: string, message: string) => void logged.push(message) }
  const host = serveStdio(server, { input, output }, logger)
  return { server, input, output, host, logged, written: () => lines(output) }
}

function lines(output: PassThrough): unknown[] {
  const text = String(output.read() ?? '')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown)
}

test('answers, notifications and server requests share the output', async () => {
  const { server, input, host, written } = setup((method) => {
    const [client] = server.clients
    client?.outgoing.notify({
      method: 'thread/archived',
      params: { threadId: 't' },
      emittedAtMs: 9,
    })
    client?.outgoing.ask({ id: 0, method: 'item/fileChange/requestApproval', params: {} } as never)
    return { result: { echo: method } }
  })
  input.end('{"id":"a","method":"thread/list"}\n{"id":0,"result":{"decision":"accept"}}\n')
  await host.closed
  expect(written()).toEqual([
    { method: 'thread/archived', params: { threadId: 't' }, emittedAtMs: 9 },
    { id: 0, method: 'item/fileChange/requestApproval', params: {} },
    { id: 'a', result: { echo: 'thread/list' } },
  ])
  expect(server.clients[0]?.answers).toEqual([
    { id: 0, answer: { result: { decision: 'accept' } } },
  ])
})

test('lines that are no message are dropped with a warning, later lines are unharmed', async () => {
  const { server, input, host, written, logged } = setup()
  input.end('nonsense\n[]\n{"id":1}\n{"id":2,"method":"thread/list"}\n{"method":"initialized"}\n')
  await host.closed
  expect(written()).toEqual([{ id: 2, result: { echo: 'thread/list' } }])
  expect(logged).toEqual(Array(3).fill('dropped a line that is no message'))
  expect(server.clients[0]?.requests).toEqual([{ method: 'thread/list', params: undefined }])
})

test('the end of the input shuts the server down after the answers that are due', async () => {
  const replies: ((reply: Reply) => void)[] = []
  const { server, input, host, written } = setup(
    () => new Promise((resolve) => void replies.push(resolve)),
  )
  input.end('{"id":1,"method":"thread/list"}')
  await new Promise((resolve) => input.once('close', resolve))
  expect(server.shutdowns).toBe(0)
  replies[0]?.({ result: 'late' })
  await host.closed
  expect(written()).toEqual([{ id: 1, result: 'late' }])
  expect([server.shutdowns, server.clients[0]?.isClosed]).toEqual([1, true])
})

test('stop ends without waiting for answers', async () => {
  const { server, input, host } = setup(() => new Promise(() => {}))
  input.write('{"id":1,"method":"thread/list"}\n')
  host.stop()
  host.stop()
  await host.closed
  expect(server.shutdowns).toBe(1)
})

test('a client that went away without reading ends the host and is no crash', async () => {
  const { server, output, host } = setup()
  output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  await host.closed
  expect(server.shutdowns).toBe(1)
})

test('a reader that stalls never blocks, and gets everything in order when it goes on', async () => {
  const taken: string[] = []
  const held: (() => void)[] = []
  const output = new Writable({
    highWaterMark: 1,
    write(chunk, _encoding, done) {
      taken.push(...String(chunk).split('\n').filter(Boolean))
      held.push(done)
    },
  })
  const server = fakeServer()
  const input = new PassThrough()
  const host = serveStdio(server, { input, output }, silentLogger)
  const seqs = Array.from({ length: 500 }, (_, seq) => seq)
  for (const seq of seqs) {
    server.clients[0]?.outgoing.notify({
      method: 'thread/archived',
      params: { threadId: 't' },
      seq,
      emittedAtMs: 0,
    })
    // Rounds of the event loop, so that several writes are needed.
    if (seq % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  input.end()
  const release = setInterval(() => held.shift()?.(), 1)
  await host.closed
  clearInterval(release)
  expect(taken.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(seqs)
})
