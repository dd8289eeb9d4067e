import { describe, expect, it } from 'vitest'
import { aMemory } from '../test-support/a-memory.ts'
import { createFakeBridge, type FakeBridge, settled } from '../test-support/fake-bridge.ts'
import { aResumeResult, aStartResult, aThread } from '../test-support/thread-builders.ts'
import { createStores } from './stores.ts'

function aWindow() {
  const bridge: FakeBridge = createFakeBridge({
    'thread/list': () => ({ data: [], nextCursor: null, backwardsCursor: null, readStates: null }),
    'thread/resume': ({ threadId }) => aResumeResult({ thread: aThread({ id: threadId }) }),
    'thread/start': () => aStartResult({ thread: aThread({ id: 'new' }) }),
    'thread/queue/list': () => ({ data: [], nextCursor: null }),
    'thread/unsubscribe': () => ({ status: 'unsubscribed' }),
    'skein/approval/list': () => ({ data: [], nextCursor: null }),
    'threadSection/list': () => ({ data: [], nextCursor: null }),
    'project/list': () => ({ data: [], nextCursor: null }),
    'skein/goal/list': () => ({ data: [], nextCursor: null, pausedAll: false }),
  })
  const stores = createStores({
    bridge,
    memory: aMemory(),
    schedule: (run) => run(),
  })
  return { bridge, stores }
}

function asked(bridge: FakeBridge, method: string): unknown[] {
  return bridge.calls
    .filter((call) => call.method === method)
    .map((call) => (call.params as { threadId?: string }).threadId)
}

describe('threads held in full', () => {
  it('are three at most; the one looked at longest ago is let go', async () => {
    const { bridge, stores } = aWindow()
    for (const threadId of ['a', 'b', 'c', 'a', 'd']) stores.threads.open(threadId)
    await settled()
    expect(asked(bridge, 'thread/resume')).toEqual(['a', 'b', 'c', 'd'])
    expect(asked(bridge, 'thread/unsubscribe')).toEqual(['b'])
    expect(stores.threads.find('b')).toBeUndefined()
  })

  it('begin without a reading when they are new', async () => {
    const { bridge, stores } = aWindow()
    const store = await stores.threads.start({ cwd: '/srv' })
    expect(stores.threads.open('new')).toBe(store)
    await settled()
    expect(asked(bridge, 'thread/resume')).toEqual([])
  })
})

it('reads everything shown again when the connection is back', async () => {
  const { bridge, stores } = aWindow()
  stores.threads.open('a')
  await settled()
  bridge.connection('lost')
  expect(stores.connection.getState().connection).toBe('lost')
  const before = bridge.calls.length
  bridge.connection('open')
  await settled()
  const methods = new Set(bridge.calls.slice(before).map((call) => call.method))
  expect([...methods].sort()).toEqual([
    'config/read',
    'model/list',
    'permissionProfile/list',
    'project/list',
    'skein/approval/list',
    'skein/goal/list',
    'skein/store/health',
    'thread/list',
    'thread/queue/list',
    'thread/resume',
    'threadSection/list',
  ])
})
