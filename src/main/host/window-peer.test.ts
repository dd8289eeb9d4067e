import { expect, test } from 'vitest'
import { fakeServer } from '../../../test/fake-server.ts'
import type { Reply } from '../api/server.ts'
import { connectWindow } from './window-peer.ts'

const archived = { method: 'thread/archived', params: { threadId: 't' }, emittedAtMs: 1 } as const

function setup(server = fakeServer()) {
  const seen: unknown[] = []
  const peer = connectWindow(server, '1.2.3', {
    send: (text) => void seen.push(JSON.parse(text)),
    hasRoom: () => true,
    ask: (request) => void seen.push(request),
  })
  const client = server.clients[0]
  if (!client) throw new Error('the window did not connect')
  return { server, peer, client, seen }
}

test('the host makes the handshake for the window', () => {
  const { client } = setup()
  expect(client.requests).toEqual([
    {
      method: 'initialize',
      params: {
        clientInfo: { name: 'skein-window', title: 'Skein', version: '1.2.3' },
        capabilities: { experimentalApi: true },
      },
    },
  ])
})

test('requests made before the handshake is done wait for it, in order', async () => {
  let greet: (reply: Reply) => void = () => {}
  const greeting = new Promise<Reply>((resolve) => {
    greet = resolve
  })
  const server = fakeServer((method) =>
    method === 'initialize' ? greeting : { result: { echo: method } },
  )
  const { peer, client, seen } = setup(server)
  peer.request('thread/list', {}, (reply) => void seen.push(reply))
  peer.request('model/list', {}, (reply) => void seen.push(reply))
  expect(client.requests.map(({ method }) => method)).toEqual(['initialize'])
  greet({ result: {} })
  await greeting
  await Promise.resolve()
  expect(seen).toEqual([{ result: { echo: 'thread/list' } }, { result: { echo: 'model/list' } }])
})

test('answers and server requests do not overtake the notifications before them', () => {
  const { peer, client, seen } = setup()
  client.outgoing.notify(archived)
  peer.request('thread/list', {}, (reply) => void seen.push(reply))
  client.outgoing.notify(archived)
  client.outgoing.ask({ id: 0 } as never)
  expect(seen).toEqual([[archived], { result: { echo: 'thread/list' } }, [archived], { id: 0 }])
})

test('a closed window hears nothing more and its connection is closed', () => {
  const { peer, client, seen } = setup()
  client.outgoing.notify(archived)
  peer.close()
  peer.close()
  client.outgoing.notify(archived)
  client.outgoing.ask({ id: 0 } as never)
  peer.request('thread/list', {}, (reply) => void seen.push(reply))
  expect({ seen, isClosed: client.isClosed }).toEqual({ seen: [], isClosed: true })
})
