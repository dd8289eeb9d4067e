import { describe, expect, it } from 'vitest'
import type { Notification, QueuedSubmission } from '../../protocol/index.ts'
import { createFakeBridge, type FakeBridge, refusal, settled } from '../test-support/fake-bridge.ts'
import {
  anAgentMessage,
  aResumeResult,
  aRunningTurn,
  aStartResult,
  aThread,
  aTurn,
  aUserMessage,
  type ResumedThread,
} from '../test-support/thread-builders.ts'
import { createNotificationPump } from './notification-pump.ts'
import { createThreadStore, type ThreadStore } from './thread-store.ts'

const threadId = 'thread-1'

/** A store whose notifications are handed over at once. */
function aStore(bridge: FakeBridge, started = false): ThreadStore {
  const pump = createNotificationPump(bridge, (run) => run())
  return createThreadStore({
    bridge: bridge,
    pump,
    threadId,
    ...(started ? { started: aStartResult() } : {}),
  })
}

function aBridge(resumed: ResumedThread = {}, queue: QueuedSubmission[] = []): FakeBridge {
  return createFakeBridge({
    'thread/resume': () => aResumeResult(resumed),
    'thread/queue/list': () => ({ data: queue, nextCursor: null }),
  })
}

function turnIds(store: ThreadStore) {
  return store.getState().turns.map((turn) => turn.id)
}

function renamed(seq: number, threadName: string): Notification {
  return { method: 'thread/name/updated', params: { threadId, threadName }, seq }
}

function resumeCalls(bridge: FakeBridge): number {
  return bridge.calls.filter((call) => call.method === 'thread/resume').length
}

describe('opening a thread', () => {
  it('asks for the latest turns and shows them oldest first', async () => {
    const bridge = aBridge({
      turns: [aTurn({ id: 'turn-2' }), aTurn({ id: 'turn-1' })],
      lastSeq: 12,
    })
    const store = aStore(bridge)
    await store.actions.open()
    expect(bridge.calls[0]).toEqual({
      method: 'thread/resume',
      params: {
        threadId,
        excludeTurns: true,
        initialTurnsPage: { limit: 20, itemsView: 'full', sortDirection: 'desc' },
      },
    })
    expect(store.getState().phase).toBe('ready')
    expect(store.getState().lastSeq).toBe(12)
    expect(turnIds(store)).toEqual(['turn-1', 'turn-2'])
  })

  it('reads what waits in the queue', async () => {
    const entry: QueuedSubmission = {
      id: 'queued-1',
      input: [{ type: 'text', text: 'then this' }],
      clientUserMessageId: null,
      responsesapiClientMetadata: null,
    }
    const store = aStore(aBridge({}, [entry]))
    await store.actions.open()
    expect(store.getState().queue).toEqual([entry])
  })

  it('asks once however often it is called', async () => {
    const bridge = aBridge()
    const store = aStore(bridge)
    await Promise.all([store.actions.open(), store.actions.open()])
    expect(resumeCalls(bridge)).toBe(1)
  })

  it('of a new thread needs no reading', () => {
    const bridge = createFakeBridge()
    const store = aStore(bridge, true)
    expect(store.getState().phase).toBe('ready')
    expect(bridge.calls).toEqual([])
  })

  it('that fails says why, and can be tried again', async () => {
    const bridge = createFakeBridge({
      'thread/resume': () => Promise.reject(new Error('the disk is asleep')),
      'thread/read': () => Promise.reject(new Error('the disk is asleep')),
    })
    const store = aStore(bridge)
    await store.actions.open()
    expect(store.getState().phase).toBe('error')
    expect(store.getState().problem).toBe('the disk is asleep')
    bridge.answer({ 'thread/resume': () => aResumeResult() })
    await store.actions.open()
    expect(store.getState().phase).toBe('ready')
  })

  it('of an unknown thread tells that it is gone', async () => {
    const bridge = createFakeBridge({
      'thread/resume': () => Promise.reject(refusal('thread not found: thread-1')),
      'thread/read': () => Promise.reject(refusal('thread not found: thread-1')),
    })
    const store = aStore(bridge)
    await store.actions.open()
    expect(store.getState().phase).toBe('gone')
  })

  it('of an archived thread reads it without loading it', async () => {
    const bridge = createFakeBridge({
      'thread/resume': () => Promise.reject(refusal('thread thread-1 is archived')),
      'thread/read': () => ({
        thread: aThread({ status: { type: 'notLoaded' } }),
        readState: null,
        skein: { lastSeq: 4, imported: false },
      }),
      'thread/turns/list': () => ({ data: [aTurn()], nextCursor: null, backwardsCursor: null }),
    })
    const store = aStore(bridge)
    await store.actions.open()
    expect(store.getState().phase).toBe('ready')
    expect(store.getState().isArchived).toBe(true)
    expect(turnIds(store)).toEqual(['turn-1'])
  })

  it('leaves out what the reading contains already', async () => {
    const bridge = aBridge()
    const turns = [aRunningTurn({ items: [anAgentMessage({ text: 'so far' })] })]
    const store = aStore(bridge)
    bridge.answer({
      'thread/resume'() {
        const ofItem = { threadId, turnId: 'turn-1', itemId: 'message-1' }
        bridge.notify(
          { method: 'item/agentMessage/delta', params: { ...ofItem, delta: ' far' } },
          renamed(3, 'old'),
          renamed(6, 'new'),
        )
        return aResumeResult({ turns, lastSeq: 5 })
      },
    })
    await store.actions.open()
    const item = store.getState().turns[0]?.items[0]?.item
    expect(item?.type === 'agentMessage' && item.text).toBe('so far')
    expect(store.getState().thread?.name).toBe('new')
    expect(store.getState().lastSeq).toBe(6)
  })
})

describe('an open thread', () => {
  it('is read again when an event is missing, and keeps the turns before', async () => {
    const bridge = aBridge({
      turns: [aTurn({ id: 'turn-3' }), aTurn({ id: 'turn-2' })],
      nextCursor: 'older',
      lastSeq: 5,
    })
    bridge.answer({
      'thread/turns/list': () => ({
        data: [aTurn({ id: 'turn-1' })],
        nextCursor: null,
        backwardsCursor: null,
      }),
    })
    const store = aStore(bridge)
    await store.actions.open()
    await store.actions.loadOlder()
    bridge.answer({
      'thread/resume': () =>
        aResumeResult({
          turns: [aTurn({ id: 'turn-4' }), aTurn({ id: 'turn-3' })],
          nextCursor: 'older than 3',
          lastSeq: 9,
        }),
    })
    bridge.notify(renamed(8, 'missed some'))
    await settled()
    expect(turnIds(store)).toEqual(['turn-1', 'turn-2', 'turn-3', 'turn-4'])
    expect(store.getState().lastSeq).toBe(9)
    expect(store.getState().olderCursor).toBeNull()
  })

  it('drops turns that no longer meet what was read', async () => {
    const bridge = aBridge({ turns: [aTurn({ id: 'turn-1' })], lastSeq: 1 })
    const store = aStore(bridge)
    await store.actions.open()
    bridge.answer({
      'thread/resume': () =>
        aResumeResult({ turns: [aTurn({ id: 'turn-40' })], nextCursor: 'older', lastSeq: 90 }),
    })
    bridge.notify({ method: 'skein/resync', params: { threadId: null } })
    await settled()
    expect(turnIds(store)).toEqual(['turn-40'])
    expect(store.getState().olderCursor).toBe('older')
  })

  it('stays on screen when reading it again fails', async () => {
    const bridge = aBridge({ turns: [aTurn()] })
    const store = aStore(bridge)
    await store.actions.open()
    bridge.answer({
      'thread/resume': () => Promise.reject(new Error('connection lost')),
      'thread/read': () => Promise.reject(new Error('connection lost')),
    })
    await store.actions.open()
    expect(store.getState().phase).toBe('ready')
    expect(turnIds(store)).toEqual(['turn-1'])
  })

  it('hears nothing of other threads', async () => {
    const bridge = aBridge()
    const store = aStore(bridge)
    await store.actions.open()
    const before = store.getState()
    bridge.notify({
      method: 'thread/name/updated',
      params: { threadId: 'thread-2', threadName: 'other' },
      seq: 44,
    })
    expect(store.getState()).toBe(before)
  })

  it('tells its listeners once for a whole batch', async () => {
    const bridge = aBridge({ turns: [aRunningTurn({ items: [anAgentMessage()] })] })
    const store = aStore(bridge)
    await store.actions.open()
    let changes = 0
    store.subscribe(() => {
      changes += 1
    })
    const ofItem = { threadId, turnId: 'turn-1', itemId: 'message-1' }
    const delta = (text: string): Notification => ({
      method: 'item/agentMessage/delta',
      params: { ...ofItem, delta: text },
    })
    bridge.notify(delta('a'), delta('b'), delta('c'))
    expect(changes).toBe(1)
  })

  it('loads it anew when it is taken out of the archive elsewhere', async () => {
    const bridge = aBridge()
    const store = aStore(bridge)
    await store.actions.open()
    bridge.notify(
      { method: 'thread/archived', params: { threadId } },
      { method: 'thread/unarchived', params: { threadId } },
    )
    await settled()
    expect(resumeCalls(bridge)).toBe(2)
  })

  it('unsubscribes when it is closed, and hears nothing more', async () => {
    const bridge = aBridge()
    const store = aStore(bridge)
    await store.actions.open()
    store.close()
    bridge.notify(renamed(1, 'too late'))
    expect(store.getState().thread?.name).toBeNull()
    expect(bridge.calls.at(-1)).toEqual({ method: 'thread/unsubscribe', params: { threadId } })
  })
})

describe('what a person does', () => {
  const outgoing = { input: [{ type: 'text' as const, text: 'go on' }], clientId: 'client-1' }

  it('sends with the overrides that were chosen', async () => {
    const bridge = aBridge()
    bridge.answer({ 'turn/start': () => ({ turn: aRunningTurn() }) })
    const store = aStore(bridge)
    await store.actions.send(outgoing, { model: 'other', effort: 'high' })
    expect(bridge.calls).toEqual([
      {
        method: 'turn/start',
        params: {
          threadId,
          input: outgoing.input,
          clientUserMessageId: 'client-1',
          model: 'other',
          effort: 'high',
        },
      },
    ])
  })

  it('steers the turn it saw, and waits until that is read', async () => {
    const bridge = aBridge({ turns: [aRunningTurn()] })
    bridge.answer({ 'turn/steer': () => ({ turnId: 'turn-1' }) })
    const store = aStore(bridge)
    await store.actions.open()
    await store.actions.steer(outgoing, 'turn-1')
    expect(store.getState().steers).toEqual([
      { clientId: 'client-1', turnId: 'turn-1', input: outgoing.input },
    ])
  })

  it('does not wait for a steered message that was read before the answer came', async () => {
    const item = aUserMessage({ id: 'user-2', clientId: 'client-1' })
    const bridge = aBridge({ turns: [aRunningTurn({ items: [item] })] })
    bridge.answer({ 'turn/steer': () => ({ turnId: 'turn-1' }) })
    const store = aStore(bridge)
    await store.actions.open()
    await store.actions.steer(outgoing, 'turn-1')
    expect(store.getState().steers).toEqual([])
  })

  it('hears why a steer was refused', async () => {
    const bridge = aBridge()
    bridge.answer({ 'turn/steer': () => Promise.reject(refusal('no active turn to steer')) })
    const store = aStore(bridge)
    await expect(store.actions.steer(outgoing, 'turn-1')).rejects.toThrow('no active turn to steer')
    expect(store.getState().steers).toEqual([])
  })

  it('stops the running turn, and nothing when none runs', async () => {
    const bridge = aBridge({ turns: [aRunningTurn()] })
    bridge.answer({ 'turn/interrupt': () => ({}) })
    const store = aStore(bridge)
    await store.actions.stop()
    await store.actions.open()
    await store.actions.stop()
    expect(bridge.calls.filter((call) => call.method === 'turn/interrupt')).toEqual([
      { method: 'turn/interrupt', params: { threadId, turnId: 'turn-1' } },
    ])
  })

  it('loads older turns one page at a time', async () => {
    const bridge = aBridge({ turns: [aTurn({ id: 'turn-2' })], nextCursor: 'older' })
    bridge.answer({
      'thread/turns/list': () => ({
        data: [aTurn({ id: 'turn-1' })],
        nextCursor: null,
        backwardsCursor: null,
      }),
    })
    const store = aStore(bridge)
    await store.actions.open()
    expect(turnIds(store)).toEqual(['turn-2'])
    await Promise.all([store.actions.loadOlder(), store.actions.loadOlder()])
    await store.actions.loadOlder()
    expect(turnIds(store)).toEqual(['turn-1', 'turn-2'])
    expect(bridge.calls.filter((call) => call.method === 'thread/turns/list').length).toBe(1)
    expect(store.getState().isLoadingOlder).toBe(false)
  })

  it('sees the queue as it is after every change of it', async () => {
    const bridge = aBridge()
    const store = aStore(bridge)
    await store.actions.open()
    const entry: QueuedSubmission = {
      id: 'queued-1',
      input: outgoing.input,
      clientUserMessageId: 'client-1',
      responsesapiClientMetadata: null,
    }
    bridge.answer({ 'thread/queue/list': () => ({ data: [entry], nextCursor: null }) })
    bridge.notify({ method: 'thread/queue/changed', params: { threadId }, seq: 1 })
    await settled()
    expect(store.getState().queue).toEqual([entry])
  })
})
