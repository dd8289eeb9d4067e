// A person takes part while a turn runs: steering, its refusals, and the interrupt.
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { inWords } from '../in-words.ts'
import { functionCall, message, messageStart, response } from '../responses-events.ts'
import { steps, stream, waitFor, write } from '../responses-server.ts'
import { openApp, runTurn, startThread, turnEnd, words } from '../scripted-app.ts'

/** A promise and the function that settles it. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

test('steered input becomes an item of the turn and is read in its next request', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const { opened: released, open } = gate()
  model.script(
    steps(waitFor(released), write(response([message('first', { id: 'm1' })]))),
    stream(response([message('second', { id: 'm2' })])),
  )
  const threadId = await startThread(opened)
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  await model.waitForRequest(1)
  const steered = await app.request('turn/steer', {
    threadId,
    expectedTurnId: turn.id,
    input: words('but mind the gap'),
    clientUserMessageId: 'steer-1',
  })
  expect(steered).toEqual({ turnId: turn.id })
  open()
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'completed' })
  const [first, second] = model.requests.map(({ body }) => body.input)
  expect(second?.slice(0, first?.length)).toEqual(first)
  expect(second?.at(-1)).toMatchObject({
    role: 'user',
    content: [{ type: 'input_text', text: 'but mind the gap' }],
  })
  const from = app.notifications.findIndex(({ method }) => method === 'turn/started')
  expect(app.notifications.slice(from).map(inWords)).toEqual([
    'turn/started',
    'item/started userMessage',
    'item/completed userMessage',
    'item/started agentMessage',
    'delta "first"',
    'item/completed agentMessage',
    'thread/tokenUsage/updated',
    'item/started userMessage',
    'item/completed userMessage',
    'item/started agentMessage',
    'delta "second"',
    'item/completed agentMessage',
    'thread/tokenUsage/updated',
    'status idle',
    'turn/completed completed',
  ])
  const { data } = await app.request('thread/items/list', { threadId })
  expect(data.map(({ item }) => ('clientId' in item ? item.clientId : item.id))).toEqual([
    null,
    'm1',
    'steer-1',
    'm2',
  ])
})

test('input steered in while a command runs is read after the output of the command', async () => {
  const opened = await openApp()
  const { app, model, work } = opened
  model.script(
    stream(response([functionCall('exec_command', { cmd: 'read line < pipe; echo "$line"' })])),
    stream(response([message('done')])),
  )
  const threadId = await startThread(opened, { sandbox: 'danger-full-access' })
  execFileSync('mkfifo', ['pipe'], { cwd: work })
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  await app.waitFor('item/started', ({ item }) => item.type === 'commandExecution')
  await app.request('turn/steer', { threadId, expectedTurnId: turn.id, input: words('and more') })
  execFileSync('sh', ['-c', 'echo opened > pipe'], { cwd: work })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'completed' })
  const tail = model.requests[1]?.body.input.slice(-3)
  expect(tail).toMatchObject([
    { type: 'function_call', call_id: 'call_1' },
    { type: 'function_call_output', call_id: 'call_1' },
    { role: 'user', content: [{ text: 'and more' }] },
  ])
})

test('a steer is refused in the order of the rules', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const threadId = await startThread(opened)
  const steer = (params: object) => app.refusal('turn/steer', { threadId, ...params })
  const refused = (text: string) => ({ code: -32600, message: expect.stringContaining(text) })
  expect(await steer({ expectedTurnId: 'x', input: [] })).toMatchObject(
    refused('no active turn to steer'),
  )
  expect(await steer({ expectedTurnId: '', input: words('a') })).toMatchObject(
    refused('expectedTurnId must not be empty'),
  )
  model.script({ type: 'silence' })
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  expect(await steer({ expectedTurnId: 'x', input: [] })).toMatchObject(
    refused(`expected active turn id \`x\` but found \`${turn.id}\``),
  )
  expect(await steer({ expectedTurnId: turn.id, input: [] })).toMatchObject(
    refused('input must not be empty'),
  )
  expect(await steer({ expectedTurnId: '', input: words('a') })).toMatchObject(
    refused('expectedTurnId must not be empty'),
  )
  const large = await steer({ expectedTurnId: turn.id, input: words('x'.repeat(1_048_577)) })
  expect(large).toMatchObject({
    code: -32602,
    data: {
      input_error_code: 'input_too_large',
      max_chars: 1_048_576,
      actual_chars: 1_048_577,
    },
  })
  await app.request('turn/interrupt', { threadId, turnId: turn.id })
  expect(await steer({ expectedTurnId: turn.id, input: words('late') })).toMatchObject(
    refused('no active turn to steer'),
  )
})

test('an interrupt during text ends the turn, keeps the partial text for people, not for the model', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script(
    steps(write(messageStart(['Once ', 'upon '], { id: 'm1' })), waitFor(null)),
    stream(response([message('again', { id: 'm2' })])),
  )
  const threadId = await startThread(opened)
  const { turn } = await app.request('turn/start', { threadId, input: words('tell') })
  await app.waitFor('item/agentMessage/delta', ({ delta }) => delta === 'upon ')
  expect(await app.request('turn/interrupt', { threadId, turnId: turn.id })).toEqual({})
  const ended = await turnEnd(app, turn.id)
  expect(ended).toMatchObject({
    status: 'interrupted',
    error: null,
    items: [],
    itemsView: 'notLoaded',
    completedAt: expect.any(Number),
  })
  await model.requests[0]?.closed
  const from = app.notifications.findIndex(({ params }) => 'delta' in params)
  expect(app.notifications.slice(from).map(inWords)).toEqual([
    'delta "Once "',
    'delta "upon "',
    'status idle',
    'turn/completed interrupted',
  ])
  const { data } = await app.request('thread/items/list', { threadId, turnId: turn.id })
  expect(data.map(({ item }) => item)).toMatchObject([
    { type: 'userMessage' },
    { type: 'agentMessage', text: 'Once upon ' },
  ])
  expect(await runTurn(app, threadId, 'go on')).toMatchObject({ status: 'completed' })
  const input = JSON.stringify(model.requests[1]?.body.input)
  expect(input).toContain('tell')
  expect(input).not.toContain('Once upon')
  expect(input).toMatch(/interrupt/)
})

test('an interrupt during a command kills it and closes its call', async () => {
  const opened = await openApp()
  const { app, model, work } = opened
  model.script(
    stream(
      response([
        functionCall('exec_command', {
          cmd: 'echo $$ > pid; echo started; sleep 1000; echo never',
        }),
      ]),
    ),
    stream(response([message('fine')])),
  )
  const threadId = await startThread(opened, { sandbox: 'danger-full-access' })
  const { turn } = await app.request('turn/start', { threadId, input: words('run') })
  await app.waitFor('item/commandExecution/outputDelta', ({ delta }) => delta.includes('started'))
  await app.request('turn/interrupt', { threadId, turnId: turn.id })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'interrupted', error: null })
  const pid = Number(await readFile(`${work}/pid`, 'utf8'))
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false)
  const { data } = await app.request('thread/items/list', { threadId, turnId: turn.id })
  expect(data[1]?.item).toMatchObject({
    type: 'commandExecution',
    aggregatedOutput: 'started\n',
    exitCode: null,
  })
  expect(await runTurn(app, threadId, 'next')).toMatchObject({ status: 'completed' })
  const { input } = model.requests[1]?.body ?? { input: [] }
  const output = input.find(({ type }) => type === 'function_call_output')
  expect(output).toMatchObject({ call_id: 'call_1', output: expect.stringContaining('aborted') })
  expect(output?.output).toMatch(/^Wall time: \d+\.\d seconds\naborted by user/)
})

test('an interrupt of nothing, or of another turn, is refused', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const threadId = await startThread(opened)
  expect(await app.refusal('turn/interrupt', { threadId, turnId: 'x' })).toMatchObject({
    code: -32600,
    message: 'no active turn to interrupt',
  })
  model.script({ type: 'silence' })
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  expect(await app.refusal('turn/interrupt', { threadId, turnId: 'x' })).toMatchObject({
    code: -32600,
    message: `expected active turn id x but found ${turn.id}`,
  })
  await app.request('turn/interrupt', { threadId, turnId: turn.id })
})

test('input that was steered in and not yet read stays in the transcript when the turn is interrupted', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script({ type: 'silence' }, stream(response([message('ok')])))
  const threadId = await startThread(opened)
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  await model.waitForRequest(1)
  await app.request('turn/steer', { threadId, expectedTurnId: turn.id, input: words('keep me') })
  await app.request('turn/interrupt', { threadId, turnId: turn.id })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'interrupted' })
  const { data } = await app.request('thread/items/list', { threadId, turnId: turn.id })
  expect(data.map(({ item }) => 'content' in item && item.content)).toEqual([
    words('go'),
    words('keep me'),
  ])
})

test('a turn can be started right after an interrupt was asked for', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script({ type: 'silence' }, stream(response([message('second')])))
  const threadId = await startThread(opened)
  const first = await app.request('turn/start', { threadId, input: words('one') })
  await model.waitForRequest(1)
  const interrupted = app.request('turn/interrupt', { threadId, turnId: first.turn.id })
  const second = await app.request('turn/start', { threadId, input: words('two') })
  await interrupted
  expect(second.turn.id).not.toBe(first.turn.id)
  expect(await turnEnd(app, second.turn.id)).toMatchObject({ status: 'completed' })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
