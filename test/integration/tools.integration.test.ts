// What the model may do: commands, patches and plans, as the client sees them and as the model reads them.
import { execFileSync } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ThreadItem } from '../../src/protocol/index.ts'
import { inWords } from '../in-words.ts'
import { customCall, functionCall, message, response, type SseEvent } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, runTurn, type ScriptedApp, startThread } from '../scripted-app.ts'

const unconfined = { sandbox: 'danger-full-access', approvalPolicy: 'never' } as const

/** Runs one turn in which the model makes these calls one after the other, and returns what it read of each. */
async function runCalls(
  opened: ScriptedApp,
  calls: readonly (readonly SseEvent[])[],
  settings: object = unconfined,
): Promise<{ outputs: string[]; items: ThreadItem[]; threadId: string }> {
  const { app, model } = opened
  const behind = model.requests.length
  model.script(...calls.map((call) => stream(response([call]))), stream(response([message('ok')])))
  const threadId = await startThread(opened, settings)
  expect(await runTurn(app, threadId, 'go')).toMatchObject({ status: 'completed' })
  const outputs = model.requests.slice(behind + 1).map(({ body }) => {
    const last = body.input.at(-1)
    expect(last?.type).toMatch(/_call_output$/)
    return String(last?.output)
  })
  const { data } = await app.request('thread/items/list', { threadId })
  return { outputs, threadId, items: data.map(({ item }) => item) }
}

test('[T01] a command streams its output, and the model reads the layout of the reference', async () => {
  const opened = await openApp()
  const { app, work } = opened
  const cmd = 'echo one; echo two >&2; exit 3'
  const { outputs, items } = await runCalls(opened, [functionCall('exec_command', { cmd })])
  expect(outputs[0]).toMatch(
    /^Chunk ID: [0-9a-f]{6}\nWall time: \d+\.\d{4} seconds\nProcess exited with code 3\nOriginal token count: 2\nOutput:\none\ntwo\n$/,
  )
  expect(items[1]).toEqual({
    type: 'commandExecution',
    id: 'call_1',
    command: expect.stringMatching(/-lc '?echo one; echo two >&2; exit 3'?$/),
    cwd: work,
    processId: expect.any(String),
    source: 'unifiedExecStartup',
    status: 'failed',
    commandActions: [{ type: 'unknown', command: cmd }],
    aggregatedOutput: 'one\ntwo\n',
    exitCode: 3,
    durationMs: expect.any(Number),
    pluginId: null,
    scriptPath: null,
    startedAtMs: expect.any(Number),
    completedAtMs: expect.any(Number),
  })
  const deltas = app.notifications.flatMap(({ method, params }) =>
    method === 'item/commandExecution/outputDelta' ? [params.delta] : [],
  )
  expect(deltas.join('')).toBe('one\ntwo\n')
  const heard = app.notifications.map(inWords).filter((text) => !text.startsWith('delta'))
  expect(heard.slice(heard.indexOf('turn/started') + 1)).toEqual([
    'item/started userMessage',
    'item/completed userMessage',
    'item/started commandExecution inProgress',
    'item/completed commandExecution failed',
    'thread/tokenUsage/updated',
    'item/started agentMessage',
    'item/completed agentMessage',
    'thread/tokenUsage/updated',
    'status idle',
    'turn/completed completed',
  ])
})

test('calls of one response get their outputs in the order of the calls', async () => {
  const opened = await openApp()
  const both = [
    ...functionCall('exec_command', { cmd: 'sleep 0.3; echo slow' }, { callId: 'a' }),
    ...functionCall('exec_command', { cmd: 'echo quick' }, { callId: 'b', outputIndex: 1 }),
  ]
  await runCalls(opened, [both])
  const tail = opened.model.requests[1]?.body.input.slice(-4)
  expect(tail).toMatchObject([
    { type: 'function_call', call_id: 'a' },
    { type: 'function_call', call_id: 'b' },
    { type: 'function_call_output', call_id: 'a', output: expect.stringContaining('slow') },
    { type: 'function_call_output', call_id: 'b', output: expect.stringContaining('quick') },
  ])
})

test('[T13] [T14] an unknown tool, broken JSON and wrong arguments are told to the model, and the turn goes on', async () => {
  const opened = await openApp()
  const { outputs, items } = await runCalls(opened, [
    functionCall('no_such_tool', { a: 1 }, { callId: 'c1' }),
    functionCall('exec_command', '{broken', { callId: 'c2' }),
    functionCall('exec_command', { cmd: 5 }, { callId: 'c3' }),
    functionCall('exec_command', { cmd: 'pwd', workdir: '/no/such/folder' }, { callId: 'c4' }),
  ])
  expect(outputs[0]).toBe('unsupported call: no_such_tool')
  expect(outputs[1]).toMatch(/failed to parse function arguments/)
  expect(outputs[2]).toMatch(/cmd/)
  expect(outputs[3]).toMatch(/no\/such\/folder|No such file/)
  expect(items.at(-1)).toMatchObject({ type: 'agentMessage', text: 'ok' })
})

test('a patch is shown, written and summed up as the diff of the turn', async () => {
  const opened = await openApp()
  const { app, work, model } = opened
  await writeFile(join(work, 'old.txt'), 'one\ntwo\nthree\nfour\n')
  await writeFile(join(work, 'gone.txt'), 'bye\n')
  const patch = `*** Begin Patch
*** Add File: sub/new.txt
+fresh
*** Update File: old.txt
@@
 two
-three
+THREE
*** Delete File: gone.txt
*** End Patch
`
  const { outputs, items, threadId } = await runCalls(opened, [customCall('apply_patch', patch)])
  expect(outputs[0]).toMatch(
    /^Exit code: 0\nWall time: \d+(\.\d+)? seconds\nOutput:\n.+\nA sub\/new\.txt\nM old\.txt\nD gone\.txt\n?$/,
  )
  expect(items[1]).toMatchObject({
    type: 'fileChange',
    id: 'call_1',
    status: 'completed',
    changes: [
      { path: join(work, 'gone.txt'), kind: { type: 'delete' }, diff: 'bye\n' },
      {
        path: join(work, 'old.txt'),
        kind: { type: 'update', move_path: null },
        diff: expect.stringContaining('\n two\n-three\n+THREE\n'),
      },
      { path: join(work, 'sub/new.txt'), kind: { type: 'add' }, diff: 'fresh\n' },
    ],
  })
  expect(await readFile(join(work, 'sub/new.txt'), 'utf8')).toBe('fresh\n')
  expect(await readFile(join(work, 'old.txt'), 'utf8')).toBe('one\ntwo\nTHREE\nfour\n')
  await expect(readFile(join(work, 'gone.txt'))).rejects.toThrow('ENOENT')
  const { params } = await app.waitFor('turn/diff/updated')
  expect(params).toMatchObject({ threadId, diff: expect.stringMatching(/-three\n\+THREE/) })
  expect(params.diff).toMatch(/\+fresh/)
  expect(params.diff).toMatch(/-bye/)
  const names = model.requests[0]?.body.tools as { name: string }[]
  expect(names.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['exec_command', 'write_stdin', 'apply_patch', 'update_plan']),
  )
  const heard = app.notifications.map(inWords)
  const diffAt = heard.indexOf('turn/diff/updated')
  expect(diffAt).toBeGreaterThan(heard.indexOf('item/completed fileChange completed'))
  expect(diffAt).toBeLessThan(heard.lastIndexOf('item/started agentMessage'))
})

test('a patch that does not fit writes nothing at all', async () => {
  const opened = await openApp()
  const { work } = opened
  await writeFile(join(work, 'a.txt'), 'a\n')
  const patch = `*** Begin Patch
*** Add File: first.txt
+x
*** Update File: a.txt
@@
-not there
+b
*** End Patch`
  const { outputs } = await runCalls(opened, [customCall('apply_patch', patch)])
  expect(outputs[0]).toMatch(/not there/)
  expect(outputs[0]).toContain(join(work, 'a.txt'))
  expect(await readFile(join(work, 'a.txt'), 'utf8')).toBe('a\n')
  await expect(readFile(join(work, 'first.txt'))).rejects.toThrow('ENOENT')
})

test('a patch inside a command is handled as a patch', async () => {
  const opened = await openApp()
  const cmd = `apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: x.txt\n+hello\n*** End Patch\nEOF\n`
  const { items } = await runCalls(opened, [functionCall('exec_command', { cmd })])
  expect(items[1]).toMatchObject({ type: 'fileChange', status: 'completed' })
  expect(await readFile(join(opened.work, 'x.txt'), 'utf8')).toBe('hello\n')
})

test('[T32] a plan is told to the client', async () => {
  const opened = await openApp()
  const plan = [
    { step: 'look', status: 'completed' },
    { step: 'write', status: 'in_progress' },
    { step: 'test', status: 'pending' },
  ]
  const { outputs } = await runCalls(opened, [
    functionCall('update_plan', { explanation: 'so far', plan }),
  ])
  expect(outputs).toEqual(['Plan updated'])
  const { params } = await opened.app.waitFor('turn/plan/updated')
  expect(params).toMatchObject({
    explanation: 'so far',
    plan: [
      { step: 'look', status: 'completed' },
      { step: 'write', status: 'inProgress' },
      { step: 'test', status: 'pending' },
    ],
  })
})

test('a command that outlives its call is a session that can be polled', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const cmd = 'echo begin; read line < pipe; echo "got $line"'
  execFileSync('mkfifo', ['pipe'], { cwd: opened.work })
  model.script(
    stream(response([functionCall('exec_command', { cmd, yield_time_ms: 250 }, { callId: 'c1' })])),
  )
  model.otherwise(({ body }) => {
    const output = String(body.input.at(-1)?.output)
    const session = /session ID (\d+)/.exec(output)?.[1]
    if (session === undefined) return stream(response([message('ok')]))
    execFileSync('sh', ['-c', 'echo opened > pipe'], { cwd: opened.work })
    const poll = { session_id: Number(session), yield_time_ms: 5_000 }
    return stream(response([functionCall('write_stdin', poll, { callId: 'c2' })]))
  })
  const threadId = await startThread(opened, unconfined)
  expect(await runTurn(app, threadId, 'go')).toMatchObject({ status: 'completed' })
  const outputs = model.requests.slice(1).map(({ body }) => String(body.input.at(-1)?.output))
  expect(outputs[0]).toMatch(/Process running with session ID \d+\n/)
  expect(outputs[1]).toMatch(/Process exited with code 0\n/)
  // How much comes in which call is a matter of time; together it is all, once.
  expect(outputs.map((text) => text.split('Output:\n')[1]).join('')).toBe('begin\ngot opened\n')
  const { params } = await app.waitFor(
    'item/completed',
    ({ item }) => item.type === 'commandExecution',
  )
  expect(params.item).toMatchObject({
    id: 'c1',
    aggregatedOutput: 'begin\ngot opened\n',
    exitCode: 0,
  })
})

test('a flood of output is bounded for the client and for the model', async () => {
  const opened = await openApp()
  const { outputs, items } = await runCalls(opened, [
    functionCall('exec_command', { cmd: 'head -c 8000000 /dev/zero | tr "\\0" "x"' }),
  ])
  expect(outputs[0]?.length).toBeLessThan(45_000)
  expect(outputs[0]).toMatch(/tokens truncated/)
  const [, item] = items
  const output = item?.type === 'commandExecution' ? (item.aggregatedOutput ?? '') : ''
  expect(output.length).toBeGreaterThan(1_000_000)
  expect(output.length).toBeLessThan(1_060_000)
})

test('a sandboxed command may write in the workspace and nowhere else', async () => {
  const opened = await openApp()
  const { home, work } = opened
  await mkdir(join(work, '.git'))
  const workspace = { sandbox: 'workspace-write', approvalPolicy: 'never' } as const
  const cmd = `echo in > inside; echo out > ${home}/outside; echo git > .git/config; cat inside`
  const { outputs } = await runCalls(opened, [functionCall('exec_command', { cmd })], workspace)
  expect(outputs[0]).toMatch(/Read-only file system|Permission denied/)
  expect(await readFile(join(work, 'inside'), 'utf8')).toBe('in\n')
  await expect(readFile(join(home, 'outside'))).rejects.toThrow('ENOENT')
  await expect(readFile(join(work, '.git/config'))).rejects.toThrow('ENOENT')
})

test('[H02] a sandboxed patch cannot leave the workspace through a link, and says so', async () => {
  const opened = await openApp()
  const { home, work } = opened
  await symlink(home, join(work, 'link'))
  const patch = '*** Begin Patch\n*** Add File: link/escaped.txt\n+x\n*** End Patch'
  const workspace = { sandbox: 'workspace-write', approvalPolicy: 'never' } as const
  const { outputs, items } = await runCalls(opened, [customCall('apply_patch', patch)], workspace)
  expect(outputs[0]).toContain('it lies outside of what may be written')
  expect(items[1]).toMatchObject({ type: 'fileChange', status: 'failed' })
  await expect(readFile(join(home, 'escaped.txt'))).rejects.toThrow('ENOENT')
})

test('a command does not see the keys of the app', async () => {
  const opened = await openApp({
    provider: 'env_key = "MY_MODEL_KEY"',
    process: { env: { MY_MODEL_KEY: 'sk-secret', OTHER_API_KEY: 'secret-2', PLAIN: 'seen' } },
  })
  const cmd = 'echo "[$MY_MODEL_KEY][$OTHER_API_KEY][$PLAIN][$SKEIN_THREAD_ID]"'
  const { outputs, threadId } = await runCalls(opened, [functionCall('exec_command', { cmd })])
  expect(outputs[0]).toMatch(new RegExp(`\\[\\]\\[[^\\]]*\\]\\[seen\\]\\[${threadId}\\]`))
  expect(outputs[0]).not.toContain('sk-secret')
})
