// What a new process knows of the threads of an old one: everything.
import { expect, test } from 'vitest'
import type { Turn } from '../../src/protocol/index.ts'
import type { AppServer } from '../app-server-client.ts'
import { inWords } from '../in-words.ts'
import { customCall, functionCall, message, reasoning, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, runTurn, type ScriptedApp, startThread } from '../scripted-app.ts'

const unconfined = { sandbox: 'danger-full-access', approvalPolicy: 'never' } as const

/** One turn with everything that leaves a trace in the history. */
async function richTurn(opened: ScriptedApp, threadId: string): Promise<Turn> {
  const patch = '*** Begin Patch\n*** Add File: made.txt\n+hello\n*** End Patch'
  opened.model.script(
    stream(
      response([
        reasoning(['Let me see.']),
        message('I look.', { id: 'm1', outputIndex: 1 }),
        functionCall('exec_command', { cmd: 'echo hi' }, { callId: 'c1', outputIndex: 2 }),
      ]),
    ),
    stream(response([customCall('apply_patch', patch, { callId: 'c2' })])),
    stream(response([functionCall('no_such_tool', {}, { callId: 'c3' })])),
    stream(response([message(['All ', 'done.'], { id: 'm2' })])),
  )
  return runTurn(opened.app, threadId, 'go')
}

async function everythingOf(app: AppServer, threadId: string) {
  const items = await app.request('thread/items/list', { threadId, limit: 100 })
  const turns = await app.request('thread/turns/list', { threadId, itemsView: 'full', limit: 100 })
  const { thread } = await app.request('thread/read', { threadId, includeTurns: true })
  const { snapshot } = await app.request('skein/config/snapshot/read', { threadId })
  return { items: items.data, turns: turns.data, thread: { ...thread, ...loadedOnly }, snapshot }
}

/** What a thread shows only while it is loaded. */
const loadedOnly = { status: null, canAcceptDirectInput: null, environments: null }

test('after a restart a thread shows all it was, with the same ids', async () => {
  const opened = await openApp()
  const threadId = await startThread(opened, unconfined)
  await richTurn(opened, threadId)
  await opened.app.request('thread/name/set', { threadId, name: 'Named' })
  const before = await everythingOf(opened.app, threadId)
  expect(before.items.map(({ item }) => item.type)).toEqual([
    'userMessage',
    'reasoning',
    'agentMessage',
    'commandExecution',
    'fileChange',
    'agentMessage',
  ])
  expect(await opened.app.end()).toEqual({ code: 0, signal: null })
  const app = await opened.restart()
  expect(await everythingOf(app, threadId)).toEqual(before)
  const resumed = await app.request('thread/resume', { threadId })
  expect(resumed.thread).toMatchObject({ name: 'Named', status: { type: 'idle' } })
  expect(resumed.thread.turns).toEqual(before.turns.toReversed())
  expect(resumed).toMatchObject({ approvalPolicy: 'never', sandbox: { type: 'dangerFullAccess' } })
  expect(await everythingOf(app, threadId)).toEqual(before)
  expect(opened.model.requests).toHaveLength(4)
})

test('the token usage of a thread is told again when it is resumed', async () => {
  const opened = await openApp()
  const threadId = await startThread(opened, unconfined)
  await richTurn(opened, threadId)
  const told = opened.app.notifications.findLast(
    ({ method }) => method === 'thread/tokenUsage/updated',
  )
  await opened.app.end()
  const app = await opened.restart()
  await app.request('thread/resume', { threadId })
  const replayed = await app.waitFor('thread/tokenUsage/updated')
  expect(replayed.params).toEqual(told?.params)
  expect(replayed.params.tokenUsage.total.totalTokens).toBe(4 * 120)
})

test('the model is told after a restart exactly what it would have been told without one', async () => {
  const inputs = await Promise.all(
    [false, true].map(async (hasRestart) => {
      const opened = await openApp()
      const threadId = await startThread(opened, unconfined)
      await richTurn(opened, threadId)
      if (hasRestart) await opened.app.end()
      const app = hasRestart ? await opened.restart() : opened.app
      if (hasRestart) await app.request('thread/resume', { threadId })
      opened.model.script(stream(response([message('more', { id: 'm3' })])))
      await runTurn(app, threadId, 'and now?')
      const requests = opened.model.requests.map(({ body }) => body.input)
      for (const [index, later] of requests.slice(1).entries())
        expect(later.slice(0, requests[index]?.length)).toEqual(requests[index])
      return { text: JSON.stringify(requests[4]), opened, threadId }
    }),
  )
  const [without, withRestart] = inputs.map(({ text, opened, threadId }) =>
    text
      .replaceAll(opened.work, '<work>')
      .replaceAll(threadId, '<thread>')
      .replaceAll(/Chunk ID: [0-9a-f]{6}/g, 'Chunk ID')
      .replaceAll(/Wall time: [\d.]+/g, 'Wall time'),
  )
  expect(withRestart).toBe(without)
})

test('a thread that was not resumed takes no turns', async () => {
  const opened = await openApp()
  const threadId = await startThread(opened, unconfined)
  await richTurn(opened, threadId)
  await opened.app.end()
  const app = await opened.restart()
  const start = { threadId, input: [{ type: 'text', text: 'x' }] }
  expect(await app.refusal('turn/start', start)).toMatchObject({
    code: -32600,
    message: expect.stringContaining(threadId),
  })
})

test('reading and resuming a thread moves it nowhere in the list', async () => {
  const opened = await openApp()
  opened.model.otherwise(stream(response([message('ok')])))
  const ids: string[] = []
  for (const text of ['one', 'two']) {
    const threadId = await startThread(opened)
    await runTurn(opened.app, threadId, text)
    ids.push(threadId)
  }
  const list = async (app: AppServer) => {
    const { data } = await app.request('thread/list', { sortKey: 'updated_at' })
    return data.map(({ id, updatedAt, recencyAt }) => ({ id, updatedAt, recencyAt }))
  }
  const before = await list(opened.app)
  await opened.app.end()
  const app = await opened.restart()
  await app.request('thread/resume', { threadId: ids[0] ?? '' })
  await app.request('thread/read', { threadId: ids[0] ?? '', includeTurns: true })
  expect(await list(app)).toEqual(before)
})

test('a thread that is loaded again says so, and where to page back from', async () => {
  const opened = await openApp()
  const threadId = await startThread(opened)
  opened.model.script(
    stream(response([message('one', { id: 'm1' })])),
    stream(response([message('two', { id: 'm2' })])),
  )
  await runTurn(opened.app, threadId, 'first')
  const last = await runTurn(opened.app, threadId, 'second')
  await opened.app.end()
  const app = await opened.restart()
  const resumed = await app.request('thread/resume', { threadId, excludeTurns: true })
  expect(app.notifications.map(inWords)).toContain('status idle')
  expect(resumed.initialTurnsPage).toBeNull()
  expect(resumed.collaborationMode).toEqual({
    mode: 'default',
    settings: { model: 'mock-model', reasoning_effort: null, developer_instructions: null },
  })
  const backwards = { threadId, limit: 1, sortDirection: 'desc' } as const
  const turns = await app.request('thread/turns/list', {
    ...backwards,
    cursor: resumed.turnsBackwardsCursor,
  })
  expect(turns.data.map(({ id }) => id)).toEqual([last.id])
  const items = await app.request('thread/items/list', {
    ...backwards,
    cursor: resumed.itemsBackwardsCursor,
  })
  expect(items.data.map(({ item }) => item.id)).toEqual(['m2'])
  const told = app.notifications.length
  await app.request('thread/resume', { threadId, excludeTurns: true })
  expect(app.notifications.slice(told).map(inWords)).not.toContain('status idle')
})
