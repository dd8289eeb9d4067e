import { describe, expect, it } from 'vitest'
import type { Notification } from '../../protocol/index.ts'
import { settled } from '../test-support/fake-bridge.ts'
import { createWebSocketBridge, type Socket } from './web-socket-bridge.ts'

/** One end of a connection that a test holds in its hand. */
function aSocket() {
  const listeners = new Map<string, (event: { data: unknown }) => void>()
  const sent: unknown[] = []
  const socket: Socket = {
    addEventListener(type: string, listener: (event: { data: unknown }) => void) {
      listeners.set(type, listener)
    },
    send: (data) => void sent.push(JSON.parse(data)),
  }
  return {
    socket,
    sent,
    open: () => listeners.get('open')?.({ data: null }),
    close: () => listeners.get('close')?.({ data: null }),
    receive: (message: unknown) => listeners.get('message')?.({ data: JSON.stringify(message) }),
    receiveText: (data: string) => listeners.get('message')?.({ data }),
  }
}

function aConnection() {
  const sockets: ReturnType<typeof aSocket>[] = []
  const delays: { milliseconds: number; then: () => void }[] = []
  const bridge = createWebSocketBridge({
    connect() {
      const made = aSocket()
      sockets.push(made)
      return made.socket
    },
    openExternal: () => {},
    openWindow: () => {},
    delay(milliseconds, then) {
      const entry = { milliseconds, then }
      delays.push(entry)
      return () => delays.splice(delays.indexOf(entry), 1)
    },
  })
  const states: string[] = []
  bridge.onConnection((state) => states.push(state))
  const latest = () => {
    const socket = sockets.at(-1)
    if (!socket) throw new Error('nothing was connected')
    return socket
  }
  return { bridge, sockets, delays, states, latest }
}

const archived: Notification = { method: 'thread/archived', params: { threadId: 'a' } }
const deleted: Notification = { method: 'thread/deleted', params: { threadId: 'a' } }

describe('a request', () => {
  it('waits for the connection and resolves with the checked answer', async () => {
    const { bridge, latest } = aConnection()
    const answer = bridge.request('thread/queue/delete', {
      threadId: 'a',
      queuedSubmissionId: 'q',
    })
    expect(latest().sent).toEqual([])
    latest().open()
    expect(latest().sent).toEqual([
      {
        id: 1,
        method: 'thread/queue/delete',
        params: { threadId: 'a', queuedSubmissionId: 'q' },
      },
    ])
    latest().receive({ id: 1, result: { deleted: true } })
    expect(await answer).toEqual({ deleted: true })
  })

  it('rejects with the code, the words and the data of the refusal', async () => {
    const { bridge, latest } = aConnection()
    latest().open()
    const answer = bridge.request('thread/delete', { threadId: 'a' })
    latest().receive({ id: 1, error: { code: -32600, message: 'no such thread', data: { a: 1 } } })
    await expect(answer).rejects.toMatchObject({
      code: -32600,
      message: 'no such thread',
      data: { a: 1 },
    })
  })

  it('rejects when the answer does not fit the contract', async () => {
    const { bridge, latest } = aConnection()
    latest().open()
    const answer = bridge.request('thread/queue/delete', { threadId: 'a', queuedSubmissionId: 'q' })
    latest().receive({ id: 1, result: { deleted: 'perhaps' } })
    await expect(answer).rejects.toThrow('thread/queue/delete')
  })

  it('under way when the connection breaks is rejected, as are those after it', async () => {
    const { bridge, latest } = aConnection()
    latest().open()
    const before = bridge.request('thread/delete', { threadId: 'a' })
    latest().close()
    await expect(before).rejects.toThrow('connection')
    await expect(bridge.request('thread/delete', { threadId: 'a' })).rejects.toThrow('connection')
  })
})

describe('what comes in', () => {
  it('is handed over by batches and in order', async () => {
    const { bridge, latest } = aConnection()
    const heard: unknown[] = []
    bridge.onNotifications((batch) => heard.push(batch))
    latest().open()
    latest().receive(archived)
    latest().receive([archived, deleted])
    expect(heard).toEqual([[archived], [archived, deleted]])
  })

  it('is heard before an answer that left after it', async () => {
    const { bridge, latest } = aConnection()
    const heard: string[] = []
    bridge.onNotifications((batch) => heard.push(...batch.map((one) => one.method)))
    latest().open()
    const answer = bridge
      .request('thread/delete', { threadId: 'a' })
      .then(() => heard.push('answer'))
    latest().receive([deleted, { id: 1, result: {} }])
    await answer
    expect(heard).toEqual(['thread/deleted', 'answer'])
  })

  it('is dropped when it is no message', () => {
    const { bridge, latest } = aConnection()
    const heard: unknown[] = []
    bridge.onNotifications((batch) => heard.push(batch))
    latest().open()
    latest().receiveText('{ broken')
    latest().receive([null, 7, 'text', { neither: true }])
    latest().receive(archived)
    expect(heard).toEqual([[archived]])
  })

  it('as a request of the app is answered by its id, once the person decided', () => {
    const { bridge, latest } = aConnection()
    bridge.onServerRequest((request, answer) => answer({ decision: request.method }))
    latest().open()
    latest().receive({ id: 0, method: 'item/fileChange/requestApproval', params: {} })
    expect(latest().sent).toEqual([
      { id: 0, result: { decision: 'item/fileChange/requestApproval' } },
    ])
  })
})

describe('a broken connection', () => {
  it('is opened again with growing pauses, and is told of once', () => {
    const { sockets, delays, states, latest } = aConnection()
    latest().open()
    latest().close()
    for (let attempt = 0; attempt < 6; attempt++) {
      delays.at(-1)?.then()
      latest().close()
    }
    expect(delays.map((delay) => delay.milliseconds)).toEqual([5_000])
    expect(sockets.length).toBe(7)
    expect(states).toEqual(['lost'])
    delays.at(-1)?.then()
    latest().open()
    expect(states).toEqual(['lost', 'open'])
  })

  it('starts over with the short pause after it stood', () => {
    const { delays, latest } = aConnection()
    latest().open()
    latest().close()
    delays.at(-1)?.then()
    latest().open()
    latest().close()
    expect(delays.map((delay) => delay.milliseconds)).toEqual([250])
  })

  it('is tried at once when the person asks', () => {
    const { bridge, sockets, delays, states, latest } = aConnection()
    latest().open()
    latest().close()
    bridge.reconnect?.()
    expect(sockets.length).toBe(2)
    expect(delays).toEqual([])
    latest().open()
    expect(states).toEqual(['lost', 'open'])
  })

  it('does not send an answer that belonged to the old one', async () => {
    const { bridge, delays, latest } = aConnection()
    let answerLater = () => {}
    bridge.onServerRequest((_request, answer) => {
      answerLater = () => answer({ decision: 'accept' })
    })
    latest().open()
    latest().receive({ id: 0, method: 'item/fileChange/requestApproval', params: {} })
    latest().close()
    delays.at(-1)?.then()
    latest().open()
    answerLater()
    await settled()
    expect(latest().sent).toEqual([])
  })
})
