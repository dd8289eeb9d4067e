// A plain turn as a client hears it: order, numbers, joining, limits, settings.
import { expect, test } from 'vitest'
import { inWords } from '../in-words.ts'
import { manyDeltas, message, reasoning, response } from '../responses-events.ts'
import { steps, stream, waitFor, write } from '../responses-server.ts'
import { openApp, runTurn, startThread, turnEnd, words } from '../scripted-app.ts'

test('a plain turn is heard in the order of the reference', async () => {
  const { app, work, model } = await openApp()
  model.script(stream(response([message(['Hel', 'lo ', 'you'])])))
  const threadId = await startThread({ app, work })
  await app.waitFor('thread/started')
  const from = app.notifications.length
  await runTurn(app, threadId, 'hi')
  // The search index may come up at any time.
  const heard = app.notifications
    .slice(from)
    .filter(({ method }) => method !== 'skein/store/updated')
  expect(heard.map(inWords)).toEqual([
    'warning', // of a model that nothing is known of
    'status active',
    'turn/started',
    'item/started userMessage',
    'item/completed userMessage',
    'item/started agentMessage',
    'delta "Hel"',
    'delta "lo "',
    'delta "you"',
    'item/completed agentMessage',
    'thread/tokenUsage/updated',
    'status idle',
    'turn/completed completed',
  ])
})

test('the reply and the notices of a turn carry its whole shape', async () => {
  const { app, work, model } = await openApp()
  model.script(stream(response([message('Hello', { id: 'msg_a' })])))
  const threadId = await startThread({ app, work })
  const { turn } = await app.request('turn/start', {
    threadId,
    input: words('hi'),
    clientUserMessageId: 'mine-1',
  })
  expect(turn).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    rootTurnId: turn.id,
    items: [],
    itemsView: 'notLoaded',
    status: 'inProgress',
    error: null,
    startedAt: null,
    completedAt: null,
    durationMs: null,
    skein: { snapshotId: expect.any(String), number: 1, trigger: 'user', onlyThisTurn: [] },
  })
  const { params: started } = await app.waitFor('turn/started')
  expect(started).toEqual({ threadId, turn: { ...turn, startedAt: expect.any(Number) } })
  const user = await app.waitFor('item/completed', ({ item }) => item.type === 'userMessage')
  expect(user.params).toEqual({
    threadId,
    turnId: turn.id,
    completedAtMs: expect.any(Number),
    contentTokenCount: null,
    item: {
      type: 'userMessage',
      id: expect.any(String),
      clientId: 'mine-1',
      content: words('hi'),
      startedAtMs: expect.any(Number),
      completedAtMs: expect.any(Number),
    },
  })
  const ended = await turnEnd(app, turn.id)
  const answer = {
    type: 'agentMessage',
    id: 'msg_a',
    text: 'Hello',
    phase: null,
    memoryCitation: null,
    moderation: null,
    delivery: null,
    questions: null,
    startedAtMs: expect.any(Number),
    completedAtMs: expect.any(Number),
  }
  expect(ended).toEqual({
    ...turn,
    startedAt: expect.any(Number),
    items: [answer],
    itemsView: 'summary',
    status: 'completed',
    completedAt: expect.any(Number),
    durationMs: expect.any(Number),
  })
  const usage = await app.waitFor('thread/tokenUsage/updated')
  const counts = {
    totalTokens: 120,
    inputTokens: 100,
    cachedInputTokens: 40,
    cacheWriteInputTokens: 0,
    outputTokens: 20,
    reasoningOutputTokens: 5,
  }
  expect(usage.params).toEqual({
    threadId,
    turnId: turn.id,
    tokenUsage: { total: counts, last: counts, modelContextWindow: 258_400 },
  })
})

test('the deltas of a message and of its reasoning add up to the completed items', async () => {
  const { app, work, model } = await openApp()
  const deltas = manyDeltas(500)
  model.script(
    stream(response([reasoning(['Thinking', 'More']), message(deltas, { outputIndex: 1 })])),
  )
  const threadId = await startThread({ app, work })
  await runTurn(app, threadId, 'hi')
  const texts = new Map<string, string>()
  const parts: string[] = []
  for (const { method, params } of app.notifications) {
    if (method === 'item/agentMessage/delta')
      texts.set(params.itemId, (texts.get(params.itemId) ?? '') + params.delta)
    if (method === 'item/reasoning/summaryTextDelta')
      parts[params.summaryIndex] = (parts[params.summaryIndex] ?? '') + params.delta
  }
  const completed = app.notifications.flatMap(({ method, params }) =>
    method === 'item/completed' ? [params.item] : [],
  )
  expect(completed.map(({ type }) => type)).toEqual(['userMessage', 'reasoning', 'agentMessage'])
  expect(completed[1]).toMatchObject({ summary: parts })
  expect(parts).toEqual(['Thinking', 'More'])
  expect(completed[2]).toMatchObject({ text: texts.get('msg_1') })
  expect(texts.get('msg_1')).toBe(deltas.join(''))
})

test('the events of a thread are numbered without gaps, and deltas carry no number', async () => {
  const { app, work, model } = await openApp()
  model.script(
    stream(response([message(['a', 'b'])])),
    stream(response([message('c', { id: 'm2' })])),
  )
  const threadId = await startThread({ app, work })
  await runTurn(app, threadId, 'one')
  await runTurn(app, threadId, 'two')
  const { skein } = await app.request('thread/read', { threadId })
  const numbers = app.notifications.flatMap(({ seq }) => (seq === undefined ? [] : [seq]))
  // Several notices of one event carry the same number.
  const distinct = numbers.filter((seq, index) => seq !== numbers[index - 1])
  expect(distinct).toEqual(Array.from({ length: skein.lastSeq }, (_, index) => index + 1))
  const deltas = app.notifications.filter(({ method }) => method === 'item/agentMessage/delta')
  expect(deltas.map(({ seq }) => seq)).toEqual([undefined, undefined, undefined])
})

test('turn/start on a running turn joins it', async () => {
  const { app, work, model } = await openApp()
  let go = (): void => undefined
  const held = new Promise<void>((resolve) => {
    go = resolve
  })
  model.script(
    steps(waitFor(held), write(response([message('first', { id: 'm1' })]))),
    stream(response([message('second', { id: 'm2' })])),
  )
  const threadId = await startThread({ app, work })
  const { turn } = await app.request('turn/start', { threadId, input: words('one') })
  await model.waitForRequest(1)
  const joined = await app.request('turn/start', { threadId, input: words('two') })
  expect(joined.turn.id).toBe(turn.id)
  go()
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'completed' })
  expect(model.requests).toHaveLength(2)
  const users = app.notifications.flatMap(({ method, params }) =>
    method === 'item/completed' && params.item.type === 'userMessage' ? [params.item.content] : [],
  )
  expect(users).toEqual([words('one'), words('two')])
  const starts = app.notifications.filter(({ method }) => method === 'turn/started')
  expect(starts).toHaveLength(1)
})

test('an input of 2 MB is refused with the limit and its size, and the thread goes on', async () => {
  const { app, work, model } = await openApp()
  model.script(stream(response([message('fine')])))
  const threadId = await startThread({ app, work })
  const data = {
    input_error_code: 'input_too_large',
    max_chars: 1_048_576,
    actual_chars: 2_000_000,
  }
  const input = words('x'.repeat(2_000_000))
  expect(await app.refusal('turn/start', { threadId, input })).toMatchObject({ code: -32602, data })
  expect(await runTurn(app, threadId, 'short')).toMatchObject({ status: 'completed' })
  expect(model.requests).toHaveLength(1)
})

test('the largest allowed input counts characters, not bytes', async () => {
  const { app, work, model } = await openApp()
  model.script(stream(response([message('fine')])))
  const threadId = await startThread({ app, work })
  const text = '🧵'.repeat(1_048_576)
  expect(await runTurn(app, threadId, text)).toMatchObject({ status: 'completed' })
  const sent = model.requests[0]?.body.input.at(-1)
  expect(sent).toMatchObject({ role: 'user', content: [{ type: 'input_text', text }] })
})

test('turns of an unknown thread are refused', async () => {
  const { app } = await openApp()
  const threadId = '01890000-0000-7000-8000-000000000000'
  const calls: [string, object][] = [
    ['turn/start', { threadId, input: words('hi') }],
    ['turn/steer', { threadId, input: words('hi'), expectedTurnId: 'x' }],
    ['turn/interrupt', { threadId, turnId: 'x' }],
  ]
  for (const [method, params] of calls)
    expect(await app.refusal(method, params), method).toMatchObject({
      code: -32600,
      message: expect.stringContaining(threadId),
    })
})

test('an empty input starts a turn without user text', async () => {
  const { app, work, model } = await openApp()
  model.script(stream(response([message('So?')])))
  const threadId = await startThread({ app, work })
  const { turn } = await app.request('turn/start', { threadId, input: [] })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'completed' })
  const items = app.notifications.flatMap(({ method, params }) =>
    method === 'item/completed' ? [params.item.type] : [],
  )
  expect(items).toEqual(['agentMessage'])
})

test('two threads run at the same time without mixing', async () => {
  const { app, work, model } = await openApp()
  model.otherwise(({ body }) => {
    const last = body.input.at(-1) as { content: [{ text: string }] }
    const text = last.content[0].text
    return stream(response([message([`you said `, text], { id: `msg-${text}` })]))
  })
  const names = Array.from({ length: 10 }, (_, index) => `name ${index}`)
  const texts = await Promise.all(
    names.map(async (name) => {
      const threadId = await startThread({ app, work })
      const turn = await runTurn(app, threadId, name)
      return turn.items.map((item) => (item.type === 'agentMessage' ? item.text : item.type))
    }),
  )
  expect(texts).toEqual(names.map((name) => [`you said ${name}`]))
})

test('an item id that a response uses twice is started twice, so that deltas still add up', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const first = message('one', { id: 'same' })
  model.script(stream(response([first, message('two', { id: 'same', outputIndex: 1 })])))
  const threadId = await startThread(opened)
  await runTurn(app, threadId, 'go')
  const heard = app.notifications.map(inWords).filter((words) => /agentMessage|delta/.test(words))
  expect(heard.map((words) => words.split(' ')[0])).toEqual([
    'item/started',
    'delta',
    'item/completed',
    'item/started',
    'delta',
    'item/completed',
  ])
})
