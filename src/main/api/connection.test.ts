import { describe, expect, it } from 'vitest'
import { approval } from '../../../test/builders.ts'
import type { Notification, ServerRequest } from '../../protocol/index.ts'
import type { ClientConnection } from './client-connection.ts'
import { type ConnectionPorts, createConnection, REQUESTS_MAX } from './connection.ts'
import { type Handlers, ResultText } from './router.ts'
import type { Reply } from './server.ts'

function setUp(handlers: Partial<Handlers> = {}) {
  const sent: (Notification | ServerRequest | Reply)[] = []
  const decided: unknown[] = []
  let inside: ClientConnection | undefined
  const ports: ConnectionPorts = {
    home: '/home/me/.skein',
    version: '1.2.3',
    ready: Promise.resolve(),
    handlers: handlers as Handlers,
    onInitialized(connection) {
      inside = connection
    },
    onClosed: () => undefined,
    answer: async (...answer) => {
      decided.push(answer)
      return true
    },
  }
  const connection = createConnection(
    {
      notify: ({ emittedAtMs: _, ...notification }) => void sent.push(notification as Notification),
      ask: (request) => void sent.push(request),
    },
    ports,
  )
  const request = (method: string, params: unknown = {}): Promise<Reply> =>
    new Promise((resolve) =>
      connection.request(method, params, (reply) => {
        sent.push(reply)
        resolve(reply)
      }),
    )
  const initialize = async (capabilities: unknown = null): Promise<ClientConnection> => {
    await request('initialize', {
      clientInfo: { name: 'me', title: null, version: '1' },
      capabilities,
    })
    sent.length = 0
    if (!inside) throw new Error('the handshake failed')
    return inside
  }
  return { connection, request, initialize, sent, decided }
}

const closed: Notification = { method: 'thread/closed', params: { threadId: 't' } }

describe('the handshake', () => {
  it('comes first, once, and names the home', async () => {
    const { request } = setUp()
    expect(await request('thread/list')).toEqual({
      error: { code: -32600, message: 'Not initialized' },
    })
    const params = { clientInfo: { name: 'me', version: '1' } }
    expect(await request('initialize', params)).toMatchObject({
      result: { codexHome: '/home/me/.skein', userAgent: expect.stringContaining('skein/1.2.3') },
    })
    expect(await request('initialize', params)).toEqual({
      error: { code: -32600, message: 'Already initialized' },
    })
  })

  it('that failed can be tried again', async () => {
    const { request } = setUp()
    const failed = await request('initialize', { clientInfo: { name: 1 } })
    expect(failed).toMatchObject({ error: { code: -32600 } })
    expect(JSON.stringify(failed)).toContain('clientInfo.name')
    expect(
      await request('initialize', { clientInfo: { name: 'me', version: '1' } }),
    ).toHaveProperty('result')
  })
})

describe('requests', () => {
  it('that are unknown, out of scope or experimental are refused as the protocol says', async () => {
    const { request, initialize } = setUp()
    await initialize()
    expect(await request('no/such')).toMatchObject({
      error: { code: -32600, message: expect.stringContaining('unknown variant `no/such`') },
    })
    expect(await request('constructor')).toMatchObject({ error: { code: -32600 } })
    expect(await request('plugin/list')).toMatchObject({ error: { code: -32601 } })
    expect(await request('thread/queue/list', { threadId: 't' })).toEqual({
      error: { code: -32600, message: 'thread/queue/list requires experimentalApi capability' },
    })
  })

  it('with wrong parameters are refused, naming the field', async () => {
    const { request, initialize } = setUp()
    await initialize()
    const reply = await request('turn/start', { threadId: 't', input: [{ type: 'text' }] })
    expect(JSON.stringify(reply)).toContain('input.0.text')
  })

  it('read null as absent, but for fields in which null means something', async () => {
    const seen: unknown[] = []
    const { request, initialize } = setUp({
      'thread/start': async (params) => {
        seen.push(params)
        throw new Error('enough')
      },
    })
    await initialize()
    await request('thread/start', { model: null, serviceTier: null, cwd: '/x' })
    expect(seen).toEqual([{ serviceTier: null, cwd: '/x' }])
  })

  it('beyond what one client may have under way are refused for now', async () => {
    let finish = (): void => undefined
    const held = new Promise<never>((_resolve, reject) => {
      finish = () => reject(new Error('enough'))
    })
    const { request, initialize } = setUp({ 'account/read': () => held })
    await initialize()
    const all = Array.from({ length: REQUESTS_MAX }, () => request('account/read'))
    expect(await request('account/read')).toEqual({
      error: { code: -32001, message: 'Server overloaded; retry later.' },
    })
    finish()
    await Promise.all(all)
    expect(await request('account/read')).toMatchObject({ error: { code: -32603 } })
  })

  it('that fail unexpectedly are internal errors', async () => {
    const { request, initialize } = setUp({
      'account/read': () => Promise.reject(new Error('oops')),
    })
    await initialize()
    expect(await request('account/read')).toEqual({
      error: { code: -32603, message: 'internal error: oops' },
    })
  })
})

describe('what goes out', () => {
  it('waits behind the answer that it belongs after', async () => {
    let inside: ClientConnection | undefined
    const { request, initialize, sent } = setUp({
      'thread/archive': async (_params, { holdUntilReplied }) => {
        holdUntilReplied()
        inside?.notify(closed)
        return {}
      },
    })
    inside = await initialize()
    await request('thread/archive', { threadId: '00000000-0000-7000-8000-000000000000' })
    expect(sent).toEqual([{ result: {} }, closed])
  })

  it('goes on as the text that it came as', async () => {
    const { request, initialize } = setUp({ 'thread/list': async () => new ResultText('{"a":1}') })
    await initialize()
    expect(await request('thread/list')).toEqual({ resultText: '{"a":1}' })
  })

  it('leaves out what the client opted out of', async () => {
    const { initialize, sent } = setUp()
    const inside = await initialize({ optOutNotificationMethods: ['thread/closed'] })
    inside.notify(closed)
    inside.notify({ method: 'thread/deleted', params: { threadId: 't' } })
    expect(sent).toEqual([{ method: 'thread/deleted', params: { threadId: 't' } }])
  })
})

describe('a question', () => {
  it('is asked once, with ids counted from 0; its answer reaches the thread once', async () => {
    const { connection, initialize, sent, decided } = setUp()
    const inside = await initialize()
    inside.ask(approval('a', 'turn', 'item'), 't')
    inside.ask(approval('a', 'turn', 'item'), 't')
    inside.ask(approval('b', 'turn', 'item'), 't')
    expect(sent.map((message) => 'id' in message && message.id)).toEqual([0, 1])
    connection.answer(0, { result: { decision: 'acceptForSession' } })
    inside.settle('a')
    connection.answer(0, { result: { decision: 'decline' } })
    expect(decided).toEqual([['t', 'a', { decision: 'acceptForSession' }]])
    expect(sent.at(-1)).toEqual({
      method: 'serverRequest/resolved',
      params: { threadId: 't', requestId: 0 },
    })
  })

  it('is sent again under its id to a program that asks again, as long as it is open', async () => {
    const { connection, initialize, sent, decided } = setUp()
    const inside = await initialize()
    inside.ask(approval('a', 'turn', 'item'), 't')
    inside.ask(approval('a', 'turn', 'item'), 't', true)
    expect(sent.map((message) => 'id' in message && message.id)).toEqual([0, 0])
    connection.answer(0, { result: { decision: 'accept' } })
    expect(decided).toEqual([['t', 'a', { decision: 'accept' }]])
  })

  it('answered with an error passes nothing on that could be read as a yes', async () => {
    const { connection, initialize, decided } = setUp()
    const inside = await initialize()
    inside.ask(approval('a', 'turn', 'item'), 't')
    connection.answer(0, { error: { code: 1, message: 'no' } })
    expect(decided).toEqual([['t', 'a', undefined]])
  })
})
