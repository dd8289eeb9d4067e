// What the model reads of its calls and what a client hears of them, where both are easy to get nearly right.
import { expect, test } from 'vitest'
import type { CallParams, ThreadItem } from '../../src/protocol/index.ts'
import { inWords } from '../in-words.ts'
import { scriptedServer } from '../mcp-servers.ts'
import { customCall, functionCall, message, response, type SseEvent } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, runTurn, type ScriptedApp, startThread, turnEnd, words } from '../scripted-app.ts'

const unconfined = { sandbox: 'danger-full-access', approvalPolicy: 'never' } as const
const weather = {
  type: 'function',
  name: 'weather',
  description: 'How it is outside.',
  inputSchema: { type: 'object', properties: {} },
} as const

/** One turn with one call; what the model read of it. */
async function outputOf(
  opened: ScriptedApp,
  call: readonly SseEvent[],
  params: CallParams<'thread/start'> = unconfined,
) {
  const { app, model } = opened
  const behind = model.requests.length
  model.script(stream(response([call])), stream(response([message('ok')])))
  const threadId = await startThread(opened, params)
  expect(await runTurn(app, threadId, 'go')).toMatchObject({ status: 'completed' })
  return model.requests[behind + 1]?.body.input.at(-1)?.output
}

function inNamespace(namespace: string, call: readonly SseEvent[]): readonly SseEvent[] {
  return call.map((event) => ({ ...event, item: { ...(event.item as object), namespace } }))
}

test('a tool of a server may be called by its namespace, and never stands for a tool of the app', async () => {
  const opened = await openApp({ config: scriptedServer('has-dash') })
  const called = (name: string, args: object) =>
    outputOf(opened, inNamespace('mcp__has_dash', functionCall(name, args)))
  expect(await called('echo', { words: 'hello' })).toMatchObject([
    { type: 'input_text' },
    { type: 'input_text', text: 'hello' },
  ])
  expect(JSON.stringify(await called('exec_command', { cmd: 'echo wrong' }))).toContain(
    'ran mcp exec_command',
  )
  expect(await outputOf(opened, inNamespace('nobody', functionCall('x', {})))).toBe(
    'unsupported call: nobodyx',
  )
})

test('an unknown freeform tool is named as such', async () => {
  const opened = await openApp()
  expect(await outputOf(opened, customCall('no_such', 'x'))).toBe(
    'unsupported custom tool call: no_such',
  )
})

test('a command in a folder that is not there begins and fails on its card', async () => {
  const opened = await openApp()
  const call = functionCall('exec_command', { cmd: 'pwd', workdir: '/no/such/folder' })
  expect(await outputOf(opened, call)).toMatch(/^exec_command failed: .*No such file or directory$/)
  expect(opened.app.notifications.map(inWords)).toEqual(
    expect.arrayContaining([
      'item/started commandExecution inProgress',
      'item/completed commandExecution failed',
    ]),
  )
  const { params } = await opened.app.waitFor(
    'item/completed',
    ({ item }) => item.type === 'commandExecution',
  )
  expect(params.item).toMatchObject({ cwd: '/no/such/folder', exitCode: -1, processId: null })
})

test('the diff of a turn names files as Git does', async () => {
  const opened = await openApp()
  const patch = '*** Begin Patch\n*** Add File: new.txt\n+fresh\n*** End Patch'
  expect(await outputOf(opened, customCall('apply_patch', patch))).toMatch(
    /^Exit code: 0\nWall time: \d+(\.\d)? seconds\nOutput:\nSuccess. Updated the following files:\nA new.txt\n$/,
  )
  const { params } = await opened.app.waitFor('turn/diff/updated')
  expect(params.diff).toBe(
    [
      'diff --git a/new.txt b/new.txt',
      'new file mode 100644',
      'index 0000000000000000000000000000000000000000..92d5444121bba43a7654dcfb037c209cb2a5d403',
      '--- /dev/null',
      '+++ b/new.txt',
      '@@ -0,0 +1 @@',
      '+fresh',
      '',
    ].join('\n'),
  )
})

test('the use of a response is told also when its turn is cut while its calls run', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const call = functionCall('exec_command', { cmd: 'echo up; sleep 100', yield_time_ms: 30_000 })
  model.script(stream(response([call])))
  const threadId = await startThread(opened, unconfined)
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  await app.waitFor('item/commandExecution/outputDelta')
  await app.request('turn/interrupt', { threadId, turnId: turn.id })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'interrupted' })
  const heard = app.notifications.map(({ method }) => method)
  expect(heard.indexOf('thread/tokenUsage/updated')).toBeGreaterThan(0)
  expect(heard.indexOf('thread/tokenUsage/updated')).toBeLessThan(heard.indexOf('turn/completed'))
  const { params } = await app.waitFor('thread/tokenUsage/updated')
  expect(params).toMatchObject({ turnId: turn.id, tokenUsage: { total: { totalTokens: 120 } } })
})

test('the answer of a client tool is text where it is one text, and its failure is named', async () => {
  const opened = await openApp()
  const { app } = opened
  const answered = async (answer: { result: unknown } | { error: unknown }) => {
    const count = app.serverRequests.length + 1
    const output = outputOf(opened, functionCall('weather', {}), {
      ...unconfined,
      dynamicTools: [weather],
    })
    app.answer((await app.waitForServerRequest(count)).id, answer)
    return output
  }
  const sunny = { contentItems: [{ type: 'inputText', text: 'sunny' }], success: true }
  expect(await answered({ result: sunny })).toBe('sunny')
  expect(await answered({ error: { code: 1, message: 'no' } })).toBe('dynamic tool request failed')
  expect(await answered({ result: { weather: 1 } })).toBe('dynamic tool response was invalid')
})

test('a client tool that is cut fails on its card', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script(stream(response([functionCall('weather', {})])))
  const threadId = await startThread(opened, { ...unconfined, dynamicTools: [weather] })
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  await app.waitForServerRequest()
  await app.request('turn/interrupt', { threadId, turnId: turn.id })
  await turnEnd(app, turn.id)
  const { data } = await app.request('thread/items/list', { threadId })
  const card: Partial<ThreadItem> = {
    type: 'dynamicToolCall',
    status: 'failed',
    success: false,
    contentItems: [],
  }
  expect(data[1]?.item).toMatchObject(card)
})

test.each([
  ['a b', 'must match'],
  ['mcp__x', 'reserved'],
])('a client tool named %j is refused: %s', async (name, reason) => {
  const { app, work } = await openApp()
  const params = { cwd: work, dynamicTools: [{ ...weather, name }] }
  expect(await app.refusal('thread/start', params)).toMatchObject({
    code: -32600,
    message: expect.stringContaining(reason),
  })
})

test('two client tools of one name are refused, and so are any without the experimental API', async () => {
  const { app, work } = await openApp()
  const twice = await app.refusal('thread/start', { cwd: work, dynamicTools: [weather, weather] })
  expect(twice.message).toContain('weather')
  const plain = await openApp({ capabilities: {} })
  const refused = await plain.app.refusal('thread/start', { dynamicTools: [weather] })
  expect(refused.message).toBe('thread/start.dynamicTools requires experimentalApi capability')
})
