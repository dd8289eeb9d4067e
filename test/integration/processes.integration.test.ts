// Processes that a client starts for itself, and the terminals that a thread leaves running.
import { expect, test } from 'vitest'
import { functionCall, message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, startThread, turnEnd, words } from '../scripted-app.ts'

const fullAccess = { sandboxPolicy: { type: 'dangerFullAccess' } } as const
const base64 = (text: string) => Buffer.from(text).toString('base64')

test('command/exec runs to its end and gives both streams apart', async () => {
  const { app, work } = await openApp()
  const script = 'echo out; echo err >&2; exit 3'
  expect(
    await app.request('command/exec', { command: ['sh', '-c', script], cwd: work, ...fullAccess }),
  ).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' })
})

test('command/exec is confined as its policy says', async () => {
  const { app, work } = await openApp()
  const result = await app.request('command/exec', {
    command: ['sh', '-c', 'touch made'],
    cwd: work,
    sandboxPolicy: { type: 'readOnly' },
  })
  expect(result.exitCode).not.toBe(0)
  expect(result.stderr).toContain('Read-only file system')
})

test('command/exec stops at its time and at its cap', async () => {
  const { app, work } = await openApp()
  const late = { command: ['sleep', '60'], cwd: work, timeoutMs: 200, ...fullAccess }
  expect(await app.request('command/exec', late)).toMatchObject({ exitCode: 124 })
  const long = { command: ['seq', '1', '9999'], cwd: work, outputBytesCap: 10, ...fullAccess }
  expect(await app.request('command/exec', long)).toMatchObject({ stdout: '1\n2\n3\n4\n5\n' })
})

test('command/exec streams both ways, and ends when its input does', async () => {
  const { app, work } = await openApp()
  const running = app.request('command/exec', {
    command: ['sh', '-c', 'echo ready; cat'],
    cwd: work,
    processId: 'p',
    streamStdin: true,
    streamStdoutStderr: true,
    ...fullAccess,
  })
  await app.waitFor('command/exec/outputDelta', (delta) => delta.deltaBase64 === base64('ready\n'))
  await app.request('command/exec/write', {
    processId: 'p',
    deltaBase64: base64('hello'),
    closeStdin: true,
  })
  expect(await running).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  const heard = app.notifications.flatMap((one) =>
    one.method === 'command/exec/outputDelta' ? [one.params.deltaBase64] : [],
  )
  expect(Buffer.concat(heard.map((text) => Buffer.from(text, 'base64'))).toString()).toBe(
    'ready\nhello',
  )
  await expect(
    app.request('command/exec/write', { processId: 'p', closeStdin: true }),
  ).rejects.toThrow('no active command/exec for process id "p"')
})

test('what is typed right behind the start of a command reaches it, and its id is taken', async () => {
  const { app, work } = await openApp()
  const start = { command: ['cat'], processId: 'p', streamStdin: true, cwd: work }
  const answer = app.request('command/exec', start)
  const twice = await app.refusal('command/exec', start)
  const message = 'duplicate active command/exec process id: "p"'
  expect(twice).toMatchObject({ code: -32600, message })
  const deltaBase64 = Buffer.from('hello').toString('base64')
  await app.request('command/exec/write', { processId: 'p', deltaBase64, closeStdin: true })
  expect(await answer).toEqual({ exitCode: 0, stdout: 'hello', stderr: '' })
})

test('starts of processes that contradict themselves or cannot be are refused with their own codes', async () => {
  const { app, work } = await openApp()
  const refused = async (method: string, params: object) => (await app.refusal(method, params)).code
  const exec = (params: object) =>
    refused('command/exec', { command: ['true'], cwd: work, ...params })
  expect(await exec({ timeoutMs: 5, disableTimeout: true })).toBe(-32602)
  expect(await exec({ outputBytesCap: 5, disableOutputCap: true })).toBe(-32602)
  expect(await exec({ size: { rows: 1, cols: 1 } })).toBe(-32602)
  expect(await exec({ tty: true })).toBe(-32600)
  expect(await exec({ command: [] })).toBe(-32600)
  expect(await exec({ cwd: '/no/such/folder' })).toBe(-32603)
  const spawn = (params: object) =>
    refused('process/spawn', { command: ['true'], processHandle: 'h', cwd: work, ...params })
  expect(await spawn({ command: ['no_such_program'] })).toBe(-32603)
  expect(await spawn({ cwd: 'relative' })).toBe(-32600)
  expect(await refused('command/exec/write', { processId: 'p', deltaBase64: '***' })).toBe(-32602)
})

test('command/exec/terminate ends a sandboxed command, however early it comes', async () => {
  const { app, work } = await openApp()
  const command = ['sleep', '60']
  const all = await Promise.all(
    [0, 1, 2, 3].map(async (number) => {
      const processId = `p${number}`
      const ended = app.request('command/exec', { command, processId, cwd: work })
      await app.request('command/exec/terminate', { processId })
      return ended
    }),
  )
  expect(all.map(({ exitCode }) => exitCode)).toEqual([137, 137, 137, 137])
})

test('process/spawn answers at once and tells of its end; kill ends the whole group', async () => {
  const { app, work } = await openApp()
  const processHandle = 'h'
  const command = ['sh', '-c', 'sleep 60 & wait']
  expect(
    await app.request('process/spawn', { command, processHandle, cwd: work, disableTimeout: true }),
  ).toEqual({})
  expect(await app.refusal('process/spawn', { command, processHandle, cwd: work })).toMatchObject({
    code: -32600,
    message: 'duplicate active process handle: "h"',
  })
  await app.request('process/kill', { processHandle })
  const { params } = await app.waitFor('process/exited')
  expect(params).toMatchObject({ processHandle, exitCode: 137 })
})

test('background terminals are listed, ended one by one, and cleaned', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const start = (callId: string) =>
    functionCall('exec_command', { cmd: 'sleep 60', yield_time_ms: 250 }, { callId })
  model.script(
    stream(response([start('a'), start('b'), start('c')])),
    stream(response([message('ok', { id: 'last' })])),
  )
  const threadId = await startThread(opened, { sandbox: 'danger-full-access' })
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  await turnEnd(app, turn.id)
  const { data } = await app.request('thread/backgroundTerminals/list', { threadId })
  expect(data.map(({ itemId }) => itemId).sort()).toEqual(['a', 'b', 'c'])
  expect(data[0]).toMatchObject({
    command: 'sleep 60',
    osPid: expect.any(Number),
  })
  const [first] = data
  if (!first) throw new Error('expected a terminal')
  const { processId } = first
  const ended = { threadId, processId }
  expect(await app.request('thread/backgroundTerminals/terminate', ended)).toEqual({
    terminated: true,
  })
  expect(await app.request('thread/backgroundTerminals/terminate', ended)).toEqual({
    terminated: false,
  })
  await app.request('thread/backgroundTerminals/clean', { threadId })
  expect(await app.request('thread/backgroundTerminals/list', { threadId })).toEqual({
    data: [],
    nextCursor: null,
  })
})

test('a background terminal is typed into, unless it has none or is gone', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const start = (callId: string, cmd: string, tty: boolean) =>
    functionCall('exec_command', { cmd, tty, yield_time_ms: 250 }, { callId })
  model.script(
    stream(response([start('typed', 'read word; echo "got $word"; read end', true)])),
    stream(response([start('deaf', 'sleep 60', false)])),
    stream(response([message('ok', { id: 'last' })])),
  )
  const threadId = await startThread(opened, { sandbox: 'danger-full-access' })
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  await turnEnd(app, turn.id)
  const { data } = await app.request('thread/backgroundTerminals/list', { threadId })
  const find = (itemId: string) => data.find((terminal) => terminal.itemId === itemId)
  expect(find('typed')?.skein).toEqual({ startedAtMs: expect.any(Number), canWrite: true })
  const typing = { threadId, processId: find('typed')?.processId ?? '', text: 'hello\n' }
  await app.request('skein/terminal/write', typing)
  await expect
    .poll(() => app.request('skein/terminal/read', typing).then(({ output }) => output))
    .toContain('got hello')
  const over = { ...typing, text: 'exit\n' }
  await app.request('skein/terminal/write', over)
  await expect
    .poll(() => app.request('thread/backgroundTerminals/list', { threadId }))
    .toMatchObject({ data: [{ itemId: 'deaf' }] })
  await expect(app.request('skein/terminal/write', typing)).rejects.toThrow(
    `processId: no running process ${typing.processId}`,
  )
  const deaf = { threadId, processId: find('deaf')?.processId ?? '', text: 'hello' }
  await expect(app.request('skein/terminal/write', deaf)).rejects.toThrow('takes no input')
  await app.request('thread/backgroundTerminals/clean', { threadId })
})
