// The stored line of inputs that become turns when the running one ends normally.
import { expect, test } from 'vitest'
import { message, response } from '../responses-events.ts'
import { steps, stream, waitFor, write } from '../responses-server.ts'
import { openApp, type ScriptedApp, startThread, turnEnd, words } from '../scripted-app.ts'

/** A thread whose first turn runs until `release` is called. */
async function busyThread(opened: ScriptedApp) {
  const { app, model } = opened
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  model.script(steps(waitFor(released), write(response([message('first')]))))
  model.otherwise(stream(response([message('next')])))
  const threadId = await startThread(opened)
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  await model.waitForRequest(1)
  return { threadId, turnId: turn.id, release }
}

async function add({ app }: ScriptedApp, threadId: string, text: string): Promise<string> {
  const { queuedSubmission } = await app.request('thread/queue/add', {
    threadId,
    input: words(text),
    clientUserMessageId: `client-${text}`,
  })
  return queuedSubmission.id
}

async function queued({ app }: Pick<ScriptedApp, 'app'>, threadId: string): Promise<unknown[]> {
  const { data } = await app.request('thread/queue/list', { threadId })
  return data.map(({ input }) => (input[0]?.type === 'text' ? input[0].text : input))
}

test('queued inputs start one after the other when the running turn ends', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const { threadId, turnId, release } = await busyThread(opened)
  await add(opened, threadId, 'two')
  await app.waitFor('thread/queue/changed')
  await add(opened, threadId, 'three')
  const { data } = await app.request('thread/queue/list', { threadId })
  expect(data).toEqual([
    {
      id: expect.any(String),
      input: words('two'),
      clientUserMessageId: 'client-two',
      responsesapiClientMetadata: null,
    },
    expect.objectContaining({ input: words('three') }),
  ])
  release()
  await turnEnd(app, turnId)
  await model.waitForRequest(3)
  const ends = () => app.notifications.filter(({ method }) => method === 'turn/completed').length
  await app.waitFor('turn/completed', () => ends() >= 2)
  await expect.poll(ends).toBe(3)
  expect(await queued(opened, threadId)).toEqual([])
  const turns = await app.request('thread/turns/list', { threadId, sortDirection: 'asc' })
  expect(turns.data.map(({ skein, items }) => [skein?.trigger, items[0]])).toMatchObject([
    ['user', { content: words('go') }],
    ['queue', { content: words('two'), clientId: 'client-two' }],
    ['queue', { content: words('three') }],
  ])
})

test('the queue can be changed, reordered and emptied while it waits', async () => {
  const opened = await openApp()
  const { app } = opened
  const { threadId, turnId } = await busyThread(opened)
  const ids = [
    await add(opened, threadId, 'a'),
    await add(opened, threadId, 'b'),
    await add(opened, threadId, 'c'),
  ]
  const [a = '', b = '', c = ''] = ids
  await app.request('thread/queue/reorder', { threadId, queuedSubmissionIds: [c, a, b] })
  expect(await queued(opened, threadId)).toEqual(['c', 'a', 'b'])
  const updated = await app.request('thread/queue/update', {
    threadId,
    queuedSubmissionId: a,
    input: words('A'),
  })
  expect(updated.queuedSubmission).toMatchObject({ id: a, input: words('A') })
  const remove = { threadId, queuedSubmissionId: b }
  expect(await app.request('thread/queue/delete', remove)).toEqual({ deleted: true })
  expect(await app.request('thread/queue/delete', remove)).toEqual({ deleted: false })
  expect(await queued(opened, threadId)).toEqual(['c', 'A'])
  for (const queuedSubmissionIds of [[c], [c, a, a], [c, a, b], []])
    expect(
      await app.refusal('thread/queue/reorder', { threadId, queuedSubmissionIds }),
    ).toMatchObject({ code: -32600 })
  expect(
    await app.refusal('thread/queue/update', {
      threadId,
      queuedSubmissionId: b,
      input: words('x'),
    }),
  ).toMatchObject({ code: -32600 })
  expect(await queued(opened, threadId)).toEqual(['c', 'A'])
  await app.request('turn/interrupt', { threadId, turnId })
})

test('after an interrupt the queue waits until it is started', async () => {
  const opened = await openApp()
  const { app } = opened
  const { threadId, turnId } = await busyThread(opened)
  await add(opened, threadId, 'a')
  const second = await add(opened, threadId, 'b')
  await app.request('turn/interrupt', { threadId, turnId })
  await turnEnd(app, turnId)
  expect(await queued(opened, threadId)).toEqual(['a', 'b'])
  expect(await app.request('thread/read', { threadId })).toMatchObject({
    thread: { status: { type: 'idle' }, skein: { queued: 2 } },
  })
  const { turn } = await app.request('thread/queue/start', { threadId, queuedSubmissionId: second })
  await turnEnd(app, turn.id)
  await expect.poll(() => queued(opened, threadId)).toEqual([])
})

test('starting an empty queue is refused', async () => {
  const opened = await openApp()
  const threadId = await startThread(opened)
  expect(await opened.app.refusal('thread/queue/start', { threadId })).toMatchObject({
    code: -32600,
  })
})

test('the queue is there after a restart, and nothing of it runs by itself', async () => {
  const opened = await openApp()
  const { threadId } = await busyThread(opened)
  await add(opened, threadId, 'later')
  await opened.app.kill9()
  const app = await opened.restart()
  await app.request('thread/resume', { threadId })
  expect(await queued({ app }, threadId)).toEqual(['later'])
  expect(opened.model.requests).toHaveLength(1)
  const { turn } = await app.request('thread/queue/start', { threadId })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'completed' })
  expect(opened.model.requests).toHaveLength(2)
})

test('the queue of a thread that is not loaded can be changed, and nothing starts', async () => {
  const opened = await openApp()
  const { threadId, turnId, release } = await busyThread(opened)
  await add(opened, threadId, 'two')
  await opened.app.request('turn/interrupt', { threadId, turnId })
  await turnEnd(opened.app, turnId)
  release()
  await opened.app.end()
  const app = await opened.restart()
  const later = { ...opened, app }
  const three = await add(later, threadId, 'three')
  expect(await queued(later, threadId)).toEqual(['two', 'three'])
  const page = await app.request('thread/queue/list', { threadId, limit: 1 })
  expect(page.data).toHaveLength(1)
  const rest = await app.request('thread/queue/list', { threadId, cursor: page.nextCursor })
  expect(rest.data.map(({ id }) => id)).toEqual([three])
  expect(await app.refusal('thread/queue/start', { threadId })).toEqual({
    code: -32600,
    message: 'resume the thread before starting a queued message',
  })
  expect((await app.request('thread/loaded/list', {})).data).toEqual([])
  await app.request('thread/archive', { threadId })
  expect((await app.refusal('thread/queue/list', { threadId })).message).toContain('is archived')
})

test('a queued input is not started beside a running turn, and ephemeral threads have no queue', async () => {
  const opened = await openApp()
  const { app } = opened
  const { threadId, turnId, release } = await busyThread(opened)
  await add(opened, threadId, 'two')
  expect(await app.refusal('thread/queue/start', { threadId })).toEqual({
    code: -32600,
    message: 'thread already has an active or pending turn',
  })
  expect(await queued(opened, threadId)).toEqual(['two'])
  release()
  await turnEnd(app, turnId)
  const passing = await startThread(opened, { ephemeral: true })
  expect(await app.refusal('thread/queue/list', { threadId: passing })).toEqual({
    code: -32600,
    message: `ephemeral thread does not support queued submissions: ${passing}`,
  })
})
