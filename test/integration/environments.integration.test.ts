// What a turn has at hand: without an environment no files and no commands, in plan mode nothing that begins the work.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { functionCall, message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, runTurn, type ScriptedApp, startThread, words } from '../scripted-app.ts'

const OF_ENVIRONMENT = ['exec_command', 'write_stdin', 'apply_patch', 'view_image']

/** Names of the tools that a request offers. */
function offered({ model }: ScriptedApp, request: number): readonly unknown[] {
  const tools = model.requests[request]?.body.tools as readonly { name?: string }[]
  return tools.map(({ name }) => name)
}

async function openAnswering() {
  const opened = await openApp()
  opened.model.otherwise(stream(response([message('ok')])))
  return opened
}

test('an empty list of environments takes files and commands away for its turn alone', async () => {
  const opened = await openAnswering()
  const { app, model } = opened
  const threadId = await startThread(opened)
  const call = functionCall('exec_command', { cmd: 'echo never' })
  model.script(stream(response([call])))
  const without = await runTurn(app, threadId, 'one', { environments: [] })
  expect(OF_ENVIRONMENT.filter((name) => offered(opened, 0).includes(name))).toEqual([])
  expect(offered(opened, 0)).toContain('update_plan')
  expect(JSON.stringify(model.requests[1]?.body.input)).toContain('unsupported call: exec_command')
  const withThem = await runTurn(app, threadId, 'two')
  expect(offered(opened, 2)).toEqual(expect.arrayContaining(OF_ENVIRONMENT))
  const snapshots = await Promise.all(
    [without, withThem].map(({ id }) =>
      app.request('skein/config/snapshot/read', { threadId, turnId: id }),
    ),
  )
  expect(snapshots.map(({ snapshot }) => snapshot.values.environments)).toEqual([[], ['local']])
  expect(snapshots.map(({ snapshot }) => snapshot.origins.environments)).toEqual([
    'turn',
    'defaults',
  ])
  expect(without.skein?.onlyThisTurn).toEqual(['environments'])
})

test('a thread started without an environment has none, nor the instructions of its folder, until a turn names one', async () => {
  const opened = await openAnswering()
  const { app, work, home } = opened
  await writeFile(join(work, 'AGENTS.md'), 'Speak plainly.')
  const started = await app.request('thread/start', { cwd: work, environments: [] })
  expect(started).toMatchObject({ thread: { environments: [] }, instructionSources: [] })
  const threadId = started.thread.id
  await runTurn(app, threadId, 'one')
  expect(OF_ENVIRONMENT.filter((name) => offered(opened, 0).includes(name))).toEqual([])
  await runTurn(app, threadId, 'two', { environments: [{ environmentId: 'local', cwd: home }] })
  expect(offered(opened, 1)).toEqual(expect.arrayContaining(OF_ENVIRONMENT))
  const { params } = await app.waitFor('thread/settings/updated')
  expect(params.threadSettings).toMatchObject({
    cwd: home,
    environments: [{ environmentId: 'local', cwd: home, runtimeWorkspaceRoots: [home] }],
  })
})

test('an environment that is not there is refused', async () => {
  const opened = await openAnswering()
  const { app, work } = opened
  const environments = [{ environmentId: 'moon', cwd: work }]
  const threadId = await startThread(opened)
  const refusals = await Promise.all([
    app.refusal('turn/start', { threadId, input: words('x'), environments }),
    app.refusal('thread/start', { cwd: work, environments }),
  ])
  for (const refusal of refusals)
    expect(refusal).toMatchObject({
      code: -32600,
      message: expect.stringContaining('unknown turn environment id `moon`'),
    })
  expect(opened.model.requests).toEqual([])
})

test('plan mode offers neither update_plan nor apply_patch', async () => {
  const opened = await openAnswering()
  const { app } = opened
  const threadId = await startThread(opened)
  const settings = { model: 'mock-model', reasoning_effort: null, developer_instructions: null }
  await runTurn(app, threadId, 'one', { collaborationMode: { mode: 'plan', settings } })
  expect(offered(opened, 0)).toEqual(expect.arrayContaining(['exec_command', 'request_user_input']))
  expect(offered(opened, 0)).not.toContain('update_plan')
  expect(offered(opened, 0)).not.toContain('apply_patch')
  await runTurn(app, threadId, 'two', { collaborationMode: { mode: 'default', settings } })
  expect(offered(opened, 1)).toEqual(expect.arrayContaining(['update_plan', 'apply_patch']))
})
