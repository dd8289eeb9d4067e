// What the sandbox stops, what the model is told of it, and the tool that asks for more.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { functionCall, message, response, type SseEvent } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, runTurn, type ScriptedApp, startThread, turnEnd, words } from '../scripted-app.ts'

const confined = {
  approvalPolicy: 'on-request',
  sandbox: 'workspace-write',
  // Temporary folders are writable otherwise, and the tests live in one.
  config: {
    'sandbox_workspace_write.exclude_slash_tmp': true,
    'sandbox_workspace_write.exclude_tmpdir_env_var': true,
  },
} as const
const withTool = { config: '[features]\nrequest_permissions_tool = true' }

const run = (cmd: string, callId: string) => functionCall('exec_command', { cmd }, { callId })
const says = (id: string) => stream(response([message('ok', { id })]))
const calls = (...all: readonly (readonly SseEvent[])[]) =>
  all.map((one) => stream(response([one])))
const outputs = ({ model }: ScriptedApp) =>
  model.requests.flatMap(({ body }) => {
    const last = body.input.at(-1)
    return last?.type === 'function_call_output' ? [String(last.output)] : []
  })

test('a command that the sandbox stops is explained to the model, with how to ask', async () => {
  const opened = await openApp()
  const { app, model, work } = opened
  model.script(...calls(run('touch ../x', 'c1'), run('false', 'c2')), says('m'))
  const threadId = await startThread(opened, confined)
  expect(await runTurn(app, threadId, 'go')).toMatchObject({ status: 'completed' })
  const [stopped, own] = outputs(opened)
  expect(stopped).toContain("touch: cannot touch '../x': Read-only file system\nNote: the sandbox")
  expect(stopped).toContain(`only in ${work}; the network is off.`)
  expect(stopped).toContain('require_escalated')
  expect(own).not.toContain('Note:')
})

test('where nobody may be asked the model is not told to ask', async () => {
  const opened = await openApp()
  opened.model.script(...calls(run('touch ../x', 'c1')), says('m'))
  const threadId = await startThread(opened, { ...confined, approvalPolicy: 'never' })
  await runTurn(opened.app, threadId, 'go')
  expect(outputs(opened)[0]).toContain('Note: the sandbox')
  expect(outputs(opened)[0]).not.toContain('require_escalated')
})

const ask = (callId: string) =>
  functionCall(
    'request_permissions',
    { reason: 'to build', permissions: { file_system: { write: ['..'] } } },
    { callId },
  )

test('[T54] what is granted for a turn holds in it, and in the next no more', async () => {
  const opened = await openApp(withTool)
  const { app, model, work } = opened
  model.script(...calls(ask('c1'), run('touch ../one', 'c2')), says('m1'))
  const threadId = await startThread(opened, confined)
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  const request = await app.waitForServerRequest()
  const permissions = { fileSystem: { write: [join(work, '..')] } }
  app.answer(request.id, { result: { permissions, scope: 'turn' } })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'completed' })
  expect(await readFile(join(work, '../one'), 'utf8')).toBe('')
  model.script(...calls(run('touch ../two', 'c3')), says('m2'))
  await runTurn(app, threadId, 'again')
  expect(outputs(opened).at(-1)).toContain('Read-only file system')
})

test('[T53] a closed folder and a closed pattern hold for commands, patches and images', async () => {
  const opened = await openApp({
    config: [
      'default_permissions = "guarded"',
      '[permissions.guarded]',
      'extends = ":workspace"',
      '[permissions.guarded.filesystem.":project_roots"]',
      '"secret" = "none"',
      '"**/*.env" = "none"',
    ].join('\n'),
  })
  const { app, model, work } = opened
  await mkdir(join(work, 'secret'))
  for (const file of ['secret/key', 'a.env', 'open']) await writeFile(join(work, file), 'hush\n')
  const patch = (file: string, callId: string) =>
    run(
      `apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: ${file}\n+x\n*** End Patch\nEOF`,
      callId,
    )
  model.script(
    ...calls(
      run('cat secret/key a.env open; ls', 'c1'),
      patch('secret/new', 'c2'),
      patch('b.env', 'c3'),
      functionCall('view_image', { path: 'a.env' }, { callId: 'c4' }),
    ),
    says('m1'),
  )
  const threadId = await startThread(opened, { approvalPolicy: 'on-request' })
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  for (const count of [1, 2]) {
    const { id, method } = await app.waitForServerRequest(count)
    expect(method).toBe('item/fileChange/requestApproval')
    app.answer(id, { result: { decision: 'decline' } })
  }
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'completed' })
  const [read, ...others] = outputs(opened)
  expect(read).toContain('cat: secret/key: Permission denied')
  expect(read).toContain('cat: a.env: Permission denied')
  expect(read).toMatch(/\nhush\n[\s\S]*a\.env\nopen\nsecret\n/)
  expect(others).toEqual([
    expect.stringContaining('rejected by user'),
    expect.stringContaining('rejected by user'),
    expect.stringContaining('the permission profile denies it'),
  ])
  model.script(...calls(patch('c.env', 'c5')), says('m2'))
  await runTurn(app, threadId, 'again', { approvalPolicy: 'never' })
  expect(outputs(opened).at(-1)).toContain('patch rejected: writing outside of the project')
  expect((await readdir(work)).toSorted()).toEqual(['a.env', 'open', 'secret'])
})

test('the tool that asks for permissions is offered with its feature, and unknown without', async () => {
  for (const options of [withTool, {}]) {
    const opened = await openApp(options)
    const { model } = opened
    model.script(...calls(ask('c1')), says('m'))
    const threadId = await startThread(opened, { ...confined, approvalPolicy: 'never' })
    await runTurn(opened.app, threadId, 'go')
    const offered = JSON.stringify(model.requests[0]?.body.tools).includes('"request_permissions"')
    expect(offered).toBe(options === withTool)
    expect(outputs(opened)).toEqual([
      offered ? '{"permissions":{},"scope":"turn"}' : 'unsupported call: request_permissions',
    ])
  }
})
