// The envelope and the handshake: what comes before any thread.
import { expect, test } from 'vitest'
import { startAppServer } from '../app-server-client.ts'
import { message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { makeProfile, openApp, runTurn, shakeHands, startThread } from '../scripted-app.ts'

const clientInfo = { name: 'integration-test', title: null, version: '1' }

test('requests before initialize are refused and do not spoil the connection', async () => {
  const { home } = await makeProfile('http://127.0.0.1:9/v1')
  const app = startAppServer({ home })
  expect(await app.refusal('thread/list', {})).toEqual({ code: -32600, message: 'Not initialized' })
  const result = await app.request('initialize', { clientInfo })
  expect(result).toEqual({
    userAgent: expect.stringMatching(/^skein\/\S+ .*integration-test\/1$/),
    codexHome: home,
    platformFamily: 'unix',
    platformOs: process.platform === 'darwin' ? 'macos' : process.platform,
  })
  expect(await app.request('thread/list', {})).toMatchObject({ data: [] })
})

test('a second initialize is refused', async () => {
  const { app } = await openApp()
  expect(await app.refusal('initialize', { clientInfo })).toEqual({
    code: -32600,
    message: 'Already initialized',
  })
  expect(await app.request('thread/list', {})).toMatchObject({ data: [] })
})

test('an initialize without its parameters is refused, and a right one still works', async () => {
  const { home } = await makeProfile('http://127.0.0.1:9/v1')
  const app = startAppServer({ home })
  expect(await app.refusal('initialize', {})).toMatchObject({
    code: -32600,
    message: expect.stringContaining('clientInfo'),
  })
  await shakeHands(app)
})

test('malformed lines are dropped, logged, and leave later lines unharmed', async () => {
  const { app } = await openApp()
  app.write('this is not JSON\n')
  app.write('{"id":\n')
  app.write('[1,2]\n42\n"text"\nnull\n{}\n{"id":7}\n{"method":5}\n')
  app.write('\n   \n')
  app.write('{"id":99,"result":{}}\n')
  app.write(Uint8Array.of(0xff, 0xfe, 0x00, 0x0a))
  expect(await app.request('thread/list', {})).toMatchObject({ data: [] })
  expect(app.stderr()).toContain('dropped a line')
})

test('a line may come in pieces, with CRLF, and split inside a character', async () => {
  const { app, work } = await openApp()
  const line = JSON.stringify({ id: 'ü', method: 'thread/start', params: { cwd: `${work}/🧵` } })
  const bytes = new TextEncoder().encode(`${line}\r\n`)
  const answer = app.exchange('', 'ü')
  for (const byte of bytes) app.write(Uint8Array.of(byte))
  expect(await answer).toMatchObject({ id: 'ü', result: { cwd: `${work}/🧵` } })
})

test('the id of an answer is that of its request in value and type', async () => {
  const { app } = await openApp()
  const ids = ['text', '7', 7, 0, -1, 9_007_199_254_740_991]
  for (const id of ids) {
    const answer = await app.exchange(JSON.stringify({ id, method: 'thread/list', params: {} }), id)
    expect(Object.keys(answer).toSorted()).toEqual(['id', 'result'])
    expect(answer.id).toBe(id)
  }
})

test('unknown methods are refused with -32600', async () => {
  const { app } = await openApp()
  for (const method of ['no/such/method', 'toString', '__proto__', '']) {
    expect(await app.refusal(method, {})).toMatchObject({
      code: -32600,
      message: expect.stringContaining(`unknown variant \`${method}\`, expected one of `),
    })
  }
})

test('methods of the reference that are out of scope are refused with -32601', async () => {
  const { app } = await openApp()
  const refused = ['plugin/list', 'skills/list', 'feedback/upload', 'thread/realtime/start']
  for (const method of [...refused, 'fs/readFile', 'getAuthStatus', 'rollout/compress']) {
    expect(await app.refusal(method, {}), method).toMatchObject({ code: -32601 })
  }
})

test('parameters that do not fit are refused in the words of the reference, and the field is named', async () => {
  const { app } = await openApp()
  const threadId = '00000000-0000-7000-8000-000000000000'
  const wrong: [string, unknown, string, string?][] = [
    ['thread/start', { cwd: 5 }, 'invalid type: integer `5`, expected a string', 'cwd'],
    [
      'thread/start',
      { ephemeral: 'yes' },
      'invalid type: string "yes", expected a boolean',
      'ephemeral',
    ],
    [
      'thread/start',
      { approvalPolicy: 'sometimes' },
      'unknown variant `sometimes`, expected one of `untrusted`, `on-request`, `never`',
      'approvalPolicy',
    ],
    [
      'thread/start',
      { approvalPolicy: { granular: {} } },
      'missing field `sandbox_approval`',
      'approvalPolicy.granular.sandbox_approval',
    ],
    [
      'thread/start',
      { sandbox: 'open' },
      'unknown variant `open`, expected one of `read-only`, `workspace-write`, `danger-full-access`',
      'sandbox',
    ],
    ['thread/start', 'text', 'invalid type: string "text", expected a map'],
    ['thread/read', {}, 'missing field `threadId`', 'threadId'],
    ['thread/read', { threadId: null }, 'invalid type: null, expected a string', 'threadId'],
    ['thread/read', null, 'missing field `params`'],
    ['thread/read', undefined, 'missing field `params`'],
    [
      'thread/list',
      { sortDirection: 'up' },
      'unknown variant `up`, expected `asc` or `desc`',
      'sortDirection',
    ],
    ['turn/start', { threadId }, 'missing field `input`', 'input'],
    [
      'turn/start',
      { threadId, input: [{ type: 'smell' }] },
      'unknown variant `smell`, expected one of `text`, `image`, `localImage`, `skill`, `mention`',
      'input.0.type',
    ],
    ['turn/start', { threadId, input: [{ type: 'text' }] }, 'missing field `text`', 'input.0.text'],
    ['turn/start', { threadId, input: [{}] }, 'missing field `type`', 'input.0.type'],
    ['turn/interrupt', { threadId: 5 }, 'invalid type: integer `5`, expected a string', 'threadId'],
  ]
  for (const [method, params, message, field] of wrong)
    expect(await app.refusal(method, params), `${method} ${JSON.stringify(params)}`).toEqual({
      code: -32600,
      message: `Invalid request: ${message}`,
      ...(field !== undefined && { data: { field } }),
    })
})

test('a request is read before it is asked who sends it', async () => {
  const { home } = await makeProfile('http://127.0.0.1:9/v1')
  const app = startAppServer({ home })
  expect((await app.refusal('no/such', {})).message).toContain('unknown variant `no/such`')
  expect((await app.refusal('thread/read', {})).message).toContain('missing field `threadId`')
  const bad = { clientInfo: { ...clientInfo, name: 'two\nlines' } }
  expect((await app.refusal('initialize', bad)).message).toBe(
    "Invalid clientInfo.name: 'two\nlines'. Must be a valid HTTP header value.",
  )
  await shakeHands(app)
  expect((await app.refusal('initialize', {})).message).toContain('missing field `clientInfo`')
})

test('null is the same as absent for an optional parameter', async () => {
  const { app, work } = await openApp()
  const nulls = { cwd: work, model: null, approvalPolicy: null, sandbox: null, config: null }
  const withNulls = await app.exchange(
    JSON.stringify({ id: 'nulls', method: 'thread/start', params: { ...nulls, ephemeral: null } }),
    'nulls',
  )
  const without = await app.request('thread/start', { cwd: work })
  const { thread: _, ...rest } = without
  expect(withNulls.result).toMatchObject({ ...rest, thread: { cwd: work, ephemeral: false } })
})

test('unknown parameters are ignored', async () => {
  const { app, work } = await openApp()
  const params = { cwd: work, multiAgentMode: 'x', environments: [], somethingNew: { deep: 1 } }
  const answer = await app.exchange(
    JSON.stringify({ id: 1e6, method: 'thread/start', params }),
    1e6,
  )
  expect(answer).toMatchObject({ result: { cwd: work } })
})

test('experimental methods need the capability', async () => {
  const { app, work } = await openApp({ capabilities: { experimentalApi: false } })
  const threadId = await startThread({ app, work })
  expect(await app.refusal('thread/queue/list', { threadId })).toEqual({
    code: -32600,
    message: 'thread/queue/list requires experimentalApi capability',
  })
  const gated: [string, Record<string, unknown>, string][] = [
    ['thread/start', { historyMode: 'paginated' }, 'thread/start.historyMode'],
    ['thread/start', { permissions: ':workspace' }, 'thread/start.permissions'],
    ['thread/resume', { threadId, initialTurnsPage: {} }, 'thread/resume.initialTurnsPage'],
    ['thread/fork', { threadId, beforeTurnId: threadId }, 'thread/fork.beforeTurnId'],
    ['turn/start', { threadId, input: [], environments: [] }, 'turn/start.environments'],
    ['thread/list', { parentThreadId: threadId }, 'thread/list.parentThreadId'],
    ['thread/items/read', { threadId, turnId: 'x', itemIds: ['y'] }, 'thread/items/read'],
  ]
  for (const [method, params, name] of gated)
    expect(await app.refusal(method, params), name).toEqual({
      code: -32600,
      message: `${name} requires experimentalApi capability`,
    })
  const free = { cwd: work, config: {}, threadSource: 'user', permissions: null }
  expect(await app.request('thread/start', free)).toMatchObject({ cwd: work })
})

test('notifications that a client opted out of are never sent to it', async () => {
  const { app, work, model } = await openApp({
    capabilities: { optOutNotificationMethods: ['item/agentMessage/delta', 'thread/started'] },
  })
  model.script(stream(response([message(['one ', 'two'])])))
  const threadId = await startThread({ app, work })
  await runTurn(app, threadId, 'hello')
  const methods = app.notifications.map(({ method }) => method)
  expect(methods).toContain('item/completed')
  expect(methods).not.toContain('item/agentMessage/delta')
  expect(methods).not.toContain('thread/started')
})

test('the end of stdin ends the server by itself, with what was asked answered', async () => {
  const { app, work } = await openApp()
  const started = app.request('thread/start', { cwd: work })
  expect(await app.end()).toEqual({ code: 0, signal: null })
  expect((await started).cwd).toBe(work)
})

test('SIGTERM ends the server cleanly', async () => {
  const { app } = await openApp()
  process.kill(app.pid, 'SIGTERM')
  expect(await app.exited).toMatchObject({ signal: null })
})
