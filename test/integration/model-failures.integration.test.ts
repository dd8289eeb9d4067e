// A model server that misbehaves: every failure is told, ends the turn with a plain reason, and harms nothing else.
import { expect, test } from 'vitest'
import type { CodexErrorInfo } from '../../src/protocol/index.ts'
import { inWords } from '../in-words.ts'
import { completed, failed, message, messageStart, response } from '../responses-events.ts'
import {
  breakOff,
  hangUp,
  type Reply,
  silence,
  status,
  steps,
  stream,
  waitFor,
  write,
  writeText,
} from '../responses-server.ts'
import { openApp, runTurn, startThread } from '../scripted-app.ts'

test.each<[string, Reply, CodexErrorInfo | unknown, string | RegExp]>([
  ['400', status(400, '{"error":{"message":"bad shape"}}'), 'other', /bad shape/],
  [
    '401',
    status(401, { error: { message: 'no key' } }),
    { httpConnectionFailed: { httpStatusCode: 401 } },
    /./,
  ],
  [
    '429 of a plan limit',
    status(429, { error: { type: 'usage_limit_reached', message: 'used up' } }),
    'usageLimitExceeded',
    /./,
  ],
  ['429 without retries left', status(429, { error: { message: 'slow' } }), expect.anything(), /./],
  ['500 without retries left', status(500, 'boom'), expect.anything(), /./],
  ['a page of HTML', status(200, '<html>hello</html>'), expect.anything(), /./],
  ['data that is not JSON', steps(writeText('data: {nope\n\n')), expect.anything(), /./],
  [
    'events of the wrong shape',
    steps(writeText('data: {"type":"response.output_item.done","item":5}\n\n')),
    expect.anything(),
    /./,
  ],
  ['a stream that ends too early', stream(messageStart(['part'])), 'other', /response\.completed/],
  [
    'a connection that breaks',
    steps(write(messageStart(['part'])), breakOff),
    expect.anything(),
    /./,
  ],
  ['a server that hangs up', hangUp, expect.anything(), /./],
  [
    'a context that is too long',
    stream([failed('context_length_exceeded', 'too long')]),
    'contextWindowExceeded',
    /context window/,
  ],
  ['an exhausted quota', stream([failed('insufficient_quota', 'pay')]), 'usageLimitExceeded', /./],
  [
    'an overloaded server',
    stream([failed('server_is_overloaded', 'busy')]),
    'serverOverloaded',
    /./,
  ],
])('%s fails the turn with a reason, and the next turn works', async (_name, reply, info, text) => {
  const opened = await openApp()
  const { app, model } = opened
  model.script(reply)
  // A context that was full is summed up before anything else is asked.
  if (info === 'contextWindowExceeded') model.script(stream(response([message('the summary')])))
  model.script(stream(response([message('fine again', { id: 'ok' })])))
  const threadId = await startThread(opened)
  const turn = await runTurn(app, threadId, 'try')
  expect(turn).toMatchObject({
    status: 'failed',
    items: [],
    itemsView: 'notLoaded',
    error: { message: expect.stringMatching(text), codexErrorInfo: info },
  })
  expect(app.notifications.slice(-3).map(inWords)).toEqual([
    'status systemError',
    `error final ${turn.error?.message}`,
    'turn/completed failed',
  ])
  const { params } = await app.waitFor('error')
  expect(params).toEqual({ threadId, turnId: turn.id, error: turn.error, willRetry: false })
  const read = await app.request('thread/read', { threadId, includeTurns: true })
  expect(read.thread).toMatchObject({
    status: { type: 'systemError' },
    turns: [{ id: turn.id, status: 'failed', error: turn.error }],
  })
  expect(read.thread.turns[0]?.items[0]).toMatchObject({ type: 'userMessage' })
  expect(await runTurn(app, threadId, 'again')).toMatchObject({ status: 'completed' })
  expect(app.stderr()).not.toMatch(/\n\s+at /)
})

test('a 400 is not retried, and its raw body is the message', async () => {
  const retries = 'request_max_retries = 4\nstream_max_retries = 5'
  const opened = await openApp({ provider: retries })
  const { app, model } = opened
  model.script(status(400, 'your request is odd'))
  const threadId = await startThread(opened)
  const turn = await runTurn(app, threadId, 'try')
  expect(turn.error).toMatchObject({
    message: expect.stringContaining('your request is odd'),
    codexErrorInfo: 'other',
  })
  expect(model.requests).toHaveLength(1)
})

test('broken streams are retried with a notice each, and the last failure ends the turn', async () => {
  const opened = await openApp({ provider: 'request_max_retries = 0\nstream_max_retries = 2' })
  const { app, model } = opened
  model.otherwise(stream(messageStart(['part'])))
  const threadId = await startThread(opened)
  const turn = await runTurn(app, threadId, 'try')
  expect(model.requests).toHaveLength(3)
  const told = app.notifications.map(inWords).filter((text) => /^(error|status|turn)/.test(text))
  expect(told).toEqual([
    'status active',
    'turn/started',
    'error retry Reconnecting... 1/2',
    'error retry Reconnecting... 2/2',
    'status systemError',
    `error final ${turn.error?.message}`,
    'turn/completed failed',
  ])
  const { params } = await app.waitFor('error')
  expect(params.error).toEqual({
    message: 'Reconnecting... 1/2',
    codexErrorInfo: { responseStreamDisconnected: { httpStatusCode: null } },
    additionalDetails:
      'stream disconnected before completion: stream closed before response.completed',
    misalignment: null,
  })
})

test('a notice of a retry is about the stream, with the status of a refused request', async () => {
  const opened = await openApp({ provider: 'request_max_retries = 0\nstream_max_retries = 1' })
  const { app, model } = opened
  model.script(status(503, 'busy'), stream(response([message('fine')])))
  const threadId = await startThread(opened)
  expect(await runTurn(app, threadId, 'try')).toMatchObject({ status: 'completed' })
  const { params } = await app.waitFor('error')
  expect(params).toMatchObject({
    error: { codexErrorInfo: { responseStreamDisconnected: { httpStatusCode: 503 } } },
    willRetry: true,
  })
})

test('a context that was full from the first request on counts as used up', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script(stream([failed('context_length_exceeded', 'too long')]))
  const threadId = await startThread(opened)
  await runTurn(app, threadId, 'a very long story')
  const { params } = await app.waitFor('thread/tokenUsage/updated')
  const none = {
    inputTokens: 0,
    cachedInputTokens: 0,
    cacheWriteInputTokens: 0,
    outputTokens: 0,
    reasoningOutputTokens: 0,
  }
  expect(params.tokenUsage).toEqual({
    total: { ...none, totalTokens: 258_400 },
    last: { ...none, totalTokens: 258_400 },
    modelContextWindow: 258_400,
  })
})

test('a retry that succeeds drops the partial message of the broken attempt', async () => {
  const opened = await openApp({ provider: 'request_max_retries = 0\nstream_max_retries = 2' })
  const { app, model } = opened
  model.script(
    steps(write(messageStart(['broken '], { id: 'm1' })), breakOff),
    stream(response([message('whole', { id: 'm2' })])),
  )
  const threadId = await startThread(opened)
  const turn = await runTurn(app, threadId, 'try')
  expect(turn).toMatchObject({ status: 'completed', items: [{ id: 'm2', text: 'whole' }] })
  const { data } = await app.request('thread/items/list', { threadId })
  expect(data.map(({ item }) => item.type === 'agentMessage' && item.text)).toEqual([
    false,
    'whole',
  ])
  const [first, second] = model.requests.map(({ body }) => body.input)
  expect(second).toEqual(first)
})

test('what a broken attempt completed stays in the transcript and in the next request', async () => {
  const opened = await openApp({ provider: 'request_max_retries = 0\nstream_max_retries = 2' })
  const { app, model } = opened
  model.script(
    steps(write(message('kept', { id: 'm1' })), breakOff),
    stream(response([message('whole', { id: 'm2' })])),
  )
  const threadId = await startThread(opened)
  await runTurn(app, threadId, 'try')
  const { data } = await app.request('thread/items/list', { threadId })
  expect(data.map(({ item }) => item.id).slice(1)).toEqual(['m1', 'm2'])
  const [first, second] = model.requests.map(({ body }) => body.input)
  expect(second?.slice(first?.length)).toMatchObject([{ role: 'assistant' }])
})

test('refused connections and 5xx are retried below the stream without a word', async () => {
  const opened = await openApp({ provider: 'request_max_retries = 3\nstream_max_retries = 0' })
  const { app, model } = opened
  model.script(status(500), hangUp, status(503), stream(response([message('there')])))
  const threadId = await startThread(opened)
  expect(await runTurn(app, threadId, 'try')).toMatchObject({ status: 'completed' })
  expect(model.requests).toHaveLength(4)
  expect(app.notifications.filter(({ method }) => method === 'error')).toEqual([])
})

test('a server nobody runs fails the turn after the retries', async () => {
  const opened = await openApp({ provider: 'request_max_retries = 1\nstream_max_retries = 1' })
  const { app, model } = opened
  await model.close()
  const threadId = await startThread(opened)
  expect(await runTurn(app, threadId, 'try')).toMatchObject({
    status: 'failed',
    error: { message: expect.stringMatching(/./) },
  })
})

test.each<[string, Reply]>([
  ['before its answer', silence],
  ['in the middle of a message', steps(write(messageStart(['part'])), waitFor(null))],
])('a server that stalls %s is given up after the idle timeout', async (_name, reply) => {
  const opened = await openApp({
    provider: 'request_max_retries = 0\nstream_max_retries = 1\nstream_idle_timeout_ms = 300',
  })
  const { app, model } = opened
  model.script(reply, stream(response([message('awake', { id: 'm2' })])))
  const threadId = await startThread(opened)
  expect(await runTurn(app, threadId, 'try')).toMatchObject({
    status: 'completed',
    items: [{ text: 'awake' }],
  })
  const { params } = await app.waitFor('error')
  expect(params).toMatchObject({
    willRetry: true,
    error: { additionalDetails: expect.stringContaining('idle timeout') },
  })
  await model.requests[0]?.closed
})

test('a missing key is named with what to do, and its value never appears', async () => {
  const opened = await openApp({ provider: 'env_key = "MY_MODEL_KEY"' })
  const { app, model } = opened
  const threadId = await startThread(opened)
  const turn = await runTurn(app, threadId, 'try')
  expect(turn).toMatchObject({
    status: 'failed',
    error: { message: expect.stringContaining('MY_MODEL_KEY') },
  })
  expect(model.requests).toHaveLength(0)
})

test('a key is sent to the provider and to nobody else', async () => {
  const key = 'sk-very-secret-1234567890'
  const opened = await openApp({
    provider: 'env_key = "MY_MODEL_KEY"\nrequest_max_retries = 0\nstream_max_retries = 0',
    process: { env: { MY_MODEL_KEY: key } },
  })
  const { app, model } = opened
  model.script(status(401, { error: { message: 'wrong key' } }))
  const threadId = await startThread(opened)
  await runTurn(app, threadId, 'try')
  await app.request('config/read', { includeLayers: true })
  expect(model.requests[0]?.headers.authorization).toBe(`Bearer ${key}`)
  expect(app.stderr() + JSON.stringify(app.notifications)).not.toContain(key)
})

test('a response that ends the turn without a word is a completed turn without items', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script(stream([completed()]))
  const threadId = await startThread(opened)
  expect(await runTurn(app, threadId, 'nothing?')).toMatchObject({
    status: 'completed',
    items: [],
    itemsView: 'notLoaded',
  })
})

test('a response that wants to go on is asked again', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script(
    stream(response([message('wait', { id: 'm1' })], { endTurn: false })),
    stream(response([message('now', { id: 'm2' })])),
  )
  const threadId = await startThread(opened)
  expect(await runTurn(app, threadId, 'go')).toMatchObject({ items: [{ id: 'm2' }] })
  expect(model.requests).toHaveLength(2)
})
