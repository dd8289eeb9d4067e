import { expect, test } from 'vitest'
import { createNotificationPump } from '../../state/notification-pump.ts'
import { createThreadStore } from '../../state/thread-store.ts'
import { createFakeBridge, refusal, settled } from '../../test-support/fake-bridge.ts'
import {
  aResumeResult,
  aRunningTurn,
  aTurn,
  aUserMessage,
} from '../../test-support/thread-builders.ts'
import { createComposerStore } from './composer-store.ts'

type Answers = Parameters<typeof createFakeBridge>[0]

function createMemory() {
  const entries = new Map<string, string>()
  return {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
  }
}

async function open(answers: Answers, turns = [aRunningTurn()]) {
  const bridge = createFakeBridge({
    'thread/resume': () => aResumeResult({ turns }),
    'thread/queue/list': () => ({ data: [], nextCursor: null }),
    ...answers,
  })
  const pump = createNotificationPump(bridge, (run) => run())
  const thread = createThreadStore({ bridge, pump, threadId: 'thread-1' })
  await thread.actions.open()
  const memory = createMemory()
  let ids = 0
  const composer = createComposerStore(thread, memory, () => `id-${++ids}`)
  return { bridge, thread, memory, composer }
}

const asked = [{ type: 'text', text: 'Do it' }]

test('a message is sent with the settings that were changed, which then are the thread’s', async () => {
  const turn = aRunningTurn({ id: 'turn-2' })
  const { bridge, composer } = await open({ 'turn/start': () => ({ turn }) }, [aTurn()])
  composer.type('Do it')
  composer.choose({ effort: 'high' })
  await composer.submit('send')
  const clientUserMessageId = 'id-1'
  expect(bridge.calls.at(-1)).toEqual({
    method: 'turn/start',
    params: { threadId: 'thread-1', input: asked, clientUserMessageId, effort: 'high' },
  })
  expect(composer.getState()).toEqual({
    text: '',
    attachments: [],
    sending: null,
    refused: null,
    chosen: {},
    isOnlyThisTurn: false,
  })
})

test('a steer that is refused puts the text back, and settings wait for the next turn', async () => {
  const { composer } = await open({
    'turn/steer': () => {
      throw refusal('cannot steer a compact turn')
    },
  })
  composer.type('Do it')
  composer.choose({ effort: 'high' })
  await composer.submit('steer')
  expect(composer.getState()).toEqual({
    text: 'Do it',
    attachments: [],
    sending: null,
    refused: {
      clientId: 'id-1',
      text: 'Do it',
      attachments: [],
      way: 'steer',
      reason: 'cannot steer a compact turn',
    },
    chosen: { effort: 'high' },
    isOnlyThisTurn: false,
  })
})

test('a steer without a running turn comes back without asking the app', async () => {
  const { bridge, composer } = await open({}, [aTurn()])
  composer.type('Do it')
  await composer.submit('steer')
  expect(composer.getState().refused?.reason).toBe('The turn has ended meanwhile')
  expect(bridge.calls.map(({ method }) => method)).not.toContain('turn/steer')
})

test('a draft is there again after a restart, also one that was on its way', async () => {
  const { thread, memory, composer } = await open({
    'thread/queue/add': () => new Promise(() => {}),
  })
  composer.type('Do it')
  const again = () => createComposerStore(thread, memory, () => 'x').getState().text
  expect(again()).toBe('Do it')
  void composer.submit('queue')
  expect(composer.getState().text).toBe('')
  expect(again()).toBe('Do it')
})

test('a text that came back goes when the thread shows that it had arrived', async () => {
  const { bridge, composer } = await open({
    'turn/steer': () => {
      throw new Error('The connection broke')
    },
  })
  composer.type('Do it')
  await composer.submit('steer')
  expect(composer.getState().text).toBe('Do it')
  bridge.notify({
    method: 'item/completed',
    params: {
      threadId: 'thread-1',
      turnId: 'turn-1',
      item: aUserMessage({ id: 'user-2', clientId: 'id-1' }),
      completedAtMs: 0,
    },
    seq: 1,
  })
  await settled()
  expect(composer.getState()).toEqual({
    text: '',
    attachments: [],
    sending: null,
    refused: null,
    chosen: {},
    isOnlyThisTurn: false,
  })
})

test('settings for one turn alone are sent as such, and forgotten with it', async () => {
  const turn = aRunningTurn({ id: 'turn-2' })
  const { bridge, composer } = await open({ 'turn/start': () => ({ turn }) }, [aTurn()])
  composer.type('Do it')
  composer.choose({ effort: 'high' })
  composer.setOnlyThisTurn(true)
  await composer.submit('send')
  const params = { effort: 'high', skein: { onlyThisTurn: true } }
  expect(bridge.calls.at(-1)).toMatchObject({ method: 'turn/start', params })
  expect(composer.getState()).toMatchObject({ chosen: {}, isOnlyThisTurn: false })
})

test('a line that begins with an exclamation mark runs in the shell, and settings wait on', async () => {
  const { bridge, composer } = await open({ 'thread/shellCommand': () => ({}) })
  composer.type('! ls -l ')
  composer.choose({ effort: 'high' })
  await composer.submit('send')
  const params = { threadId: 'thread-1', command: 'ls -l' }
  expect(bridge.calls.at(-1)).toEqual({ method: 'thread/shellCommand', params })
  expect(composer.getState()).toMatchObject({ text: '', chosen: { effort: 'high' } })
})

test('attachments are sent with the words, and are in the draft until then', async () => {
  const turn = aRunningTurn({ id: 'turn-2' })
  const { bridge, thread, memory, composer } = await open({ 'turn/start': () => ({ turn }) }, [
    aTurn(),
  ])
  composer.type('Look at @a.ts')
  composer.attach({ kind: 'mention', name: 'a.ts', path: '/srv/a.ts' })
  composer.attach({ kind: 'text', name: null, text: 'long' })
  const again = createComposerStore(thread, memory, () => 'x').getState()
  expect(again.attachments).toHaveLength(2)
  await composer.submit('send')
  expect(bridge.calls.at(-1)?.params).toMatchObject({
    input: [
      { type: 'text', text: 'Look at @a.ts' },
      { type: 'mention', name: 'a.ts', path: '/srv/a.ts' },
      { type: 'text', text: 'long' },
    ],
  })
  expect(createComposerStore(thread, memory, () => 'x').getState().attachments).toEqual([])
})
