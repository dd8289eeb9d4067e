import { expect, test, vi } from 'vitest'
import { FIRST_WORD_MS_MAX, lateServer } from './late-server.ts'
import type { Outgoing, Reply, Server } from './server.ts'

const outgoing: Outgoing = { notify: () => {}, ask: () => {} }
const clientInfo = { name: 'test', version: '1' }

function setup() {
  const app = Promise.withResolvers<Server>()
  app.promise.catch(() => {}) // it may fail before it is asked for
  const asked: string[] = []
  const server: Server = {
    connect: () => ({
      request(method, _params, reply) {
        asked.push(method)
        reply({ result: `app: ${method}` })
      },
      answer: (id) => void asked.push(`answer ${id}`),
      close: () => void asked.push('close'),
    }),
    ready: Promise.resolve(),
    shutdown: async () => void asked.push('shutdown'),
  }
  const late = lateServer(() => app.promise, { home: '/home/of/skein', version: '2.0' })
  const connection = late.connect(outgoing)
  const replies: Reply[] = []
  const request = (method: string, params: unknown = {}) =>
    connection.request(method, params, (reply) => replies.push(reply))
  const load = async () => {
    app.resolve(server)
    await late.ready
  }
  return { late, connection, replies, request, asked, load, fail: app.reject }
}

test('initialize is answered before the app is there, and the app hears of it first', async () => {
  const { replies, request, asked, load } = setup()
  request('initialize', {
    clientInfo,
    capabilities: { experimentalApi: true, optOutNotificationMethods: ['thread/closed'] },
  })
  request('thread/list')
  expect(replies).toEqual([
    {
      result: expect.objectContaining({
        userAgent: expect.stringMatching(/^skein\/2\.0 \(.*\) test\/1$/),
        codexHome: '/home/of/skein',
      }),
    },
  ])
  await load()
  expect(asked).toEqual(['initialize', 'thread/list'])
  expect(replies.slice(1)).toEqual([{ result: 'app: thread/list' }])
})

test('an initialize that may be wrong, and a second one, are judged by the app', async () => {
  const odd = [
    undefined,
    {},
    { clientInfo: { name: 'test' } },
    { clientInfo: { ...clientInfo, title: 4 } },
    { clientInfo, capabilities: null },
    { clientInfo, capabilities: { experimentalApi: 'yes' } },
    { clientInfo, capabilities: { optOutNotificationMethods: [4] } },
  ]
  for (const params of odd) {
    const { replies, request, load } = setup()
    request('initialize', params)
    expect(replies).toEqual([])
    await load()
    expect(replies).toEqual([{ result: 'app: initialize' }])
  }
  const { replies, request, load } = setup()
  request('initialize', { clientInfo })
  request('initialize', { clientInfo })
  await load()
  expect(replies).toEqual([{ result: expect.anything() }, { result: 'app: initialize' }])
})

test('answers and the end of the connection wait for the app in order', async () => {
  const { connection, late, asked, load, request } = setup()
  request('thread/list')
  connection.answer(7, { result: {} })
  connection.close()
  await load()
  await late.shutdown()
  expect(asked).toEqual(['thread/list', 'answer 7', 'close', 'shutdown'])
})

test('where no app comes, ready and shutdown say why', async () => {
  const { late, fail } = setup()
  fail(new Error('no app'))
  await expect(late.ready).rejects.toThrow('no app')
  await expect(late.shutdown()).rejects.toThrow('no app')
})

test('the app is loaded after the first answer went out, or when nobody says a word', async () => {
  const greeting = { home: '/home/of/skein', version: '2.0' }
  const order: string[] = []
  const loaded = Promise.withResolvers<void>()
  const load = (): Promise<Server> => {
    order.push('load')
    loaded.resolve()
    return new Promise(() => {})
  }
  lateServer(load, greeting)
    .connect(outgoing)
    .request('initialize', { clientInfo }, () => setImmediate(() => order.push('sent')))
  await loaded.promise
  expect(order).toEqual(['sent', 'load'])

  vi.useFakeTimers()
  try {
    lateServer(load, greeting)
    await vi.advanceTimersByTimeAsync(FIRST_WORD_MS_MAX - 1)
    expect(order).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(order).toHaveLength(3)
  } finally {
    vi.useRealTimers()
  }
})
