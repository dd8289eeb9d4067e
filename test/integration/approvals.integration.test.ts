// Questions to a person about an action, and every way in which they are settled.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ServerRequest } from '../../src/protocol/index.ts'
import { inWords } from '../in-words.ts'
import { customCall, functionCall, message, response, type SseEvent } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, type ScriptedApp, startThread, turnEnd, words } from '../scripted-app.ts'

const asking = { approvalPolicy: 'untrusted', sandbox: 'workspace-write' } as const
const touch = (name: string, callId = 'call_1') =>
  functionCall('exec_command', { cmd: `touch ${name}` }, { callId })
/** Temporary folders are writable otherwise, and the tests live in one. */
const strict = {
  'sandbox_workspace_write.exclude_slash_tmp': true,
  'sandbox_workspace_write.exclude_tmpdir_env_var': true,
}
const patch = '*** Begin Patch\n*** Add File: ../outside.txt\n+x\n*** End Patch'

/** Starts a turn whose first response makes this call, and waits until the app asks. */
async function untilAsked(
  opened: ScriptedApp,
  call: readonly SseEvent[],
  settings: object = asking,
) {
  const { app, model } = opened
  model.script(stream(response([call])), stream(response([message('ok', { id: 'last' })])))
  const threadId = await startThread(opened, settings)
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  const request = await app.waitForServerRequest()
  return { threadId, turnId: turn.id, request }
}

async function resolved({ app }: ScriptedApp, { id }: ServerRequest) {
  const { params } = await app.waitFor(
    'serverRequest/resolved',
    ({ requestId }) => requestId === id,
  )
  return params
}

/** What the model read of its call. */
function outputOf({ model }: ScriptedApp, request = 1): string {
  const input = model.requests[request]?.body.input ?? []
  return String(input.findLast(({ type }) => String(type).endsWith('_call_output'))?.output)
}

function outputs({ model }: ScriptedApp, request = 1) {
  const input = model.requests[request]?.body.input ?? []
  return input.filter(({ type }) => String(type).endsWith('_call_output'))
}

const exists = (file: string) =>
  readFile(file).then(
    () => true,
    () => false,
  )

test('a question carries what a person must know, and an accept runs the command once', async () => {
  const opened = await openApp()
  const { app, work } = opened
  const { threadId, turnId, request } = await untilAsked(opened, touch('made'))
  expect(request).toMatchObject({
    id: 0,
    method: 'item/commandExecution/requestApproval',
    params: {
      kind: 'command',
      threadId,
      turnId,
      itemId: 'call_1',
      startedAtMs: expect.any(Number),
      command: expect.stringContaining('touch made'),
      cwd: work,
      availableDecisions: expect.arrayContaining(['accept', 'cancel']),
    },
  })
  expect(await app.request('thread/read', { threadId })).toMatchObject({
    thread: { status: { type: 'active', activeFlags: ['waitingOnApproval'] } },
  })
  expect(await exists(join(work, 'made'))).toBe(false)
  app.answer(request.id, { result: { decision: 'accept' } })
  expect(await resolved(opened, request)).toEqual({ threadId, requestId: request.id })
  expect(await turnEnd(app, turnId)).toMatchObject({ status: 'completed' })
  expect(await exists(join(work, 'made'))).toBe(true)
  const from = app.notifications.findIndex(({ method }) => method === 'turn/started')
  const heard = app.notifications.slice(from).map(inWords)
  expect(heard.filter((text) => /status|commandExecution|resolved/.test(text))).toEqual([
    'item/started commandExecution inProgress',
    'status active waitingOnApproval',
    'serverRequest/resolved',
    'status active',
    'item/completed commandExecution completed',
    'status idle',
  ])
})

test('[T38] a declined command is not run, the model is told, and the turn goes on', async () => {
  const opened = await openApp()
  const { app, work } = opened
  const { turnId, threadId, request } = await untilAsked(opened, touch('made'))
  app.answer(request.id, { result: { decision: 'decline' } })
  expect(await turnEnd(app, turnId)).toMatchObject({ status: 'completed', items: [{ id: 'last' }] })
  expect(await exists(join(work, 'made'))).toBe(false)
  expect(outputOf(opened)).toContain('rejected by user')
  const { data } = await app.request('thread/items/list', { threadId })
  expect(data[1]?.item).toMatchObject({ status: 'declined', exitCode: null })
})

test('[T38] a cancel ends the turn without another word to the model', async () => {
  const opened = await openApp()
  const { app, model, work } = opened
  const { turnId, threadId, request } = await untilAsked(opened, touch('made'))
  app.answer(request.id, { result: { decision: 'cancel' } })
  expect(await turnEnd(app, turnId)).toMatchObject({ status: 'interrupted', error: null })
  await resolved(opened, request)
  expect(model.requests).toHaveLength(1)
  expect(await exists(join(work, 'made'))).toBe(false)
  const { data } = await app.request('thread/items/list', { threadId })
  expect(data[1]?.item).toMatchObject({ status: 'declined', exitCode: null })
})

test.each<[string, { result: unknown } | { error: unknown }]>([
  ['an error', { error: { code: -1, message: 'no person here' } }],
  ['a decision that is none', { result: { decision: 'perhaps' } }],
  ['an empty result', { result: {} }],
])('[T48] %s as the answer counts as a refusal', async (_name, answer) => {
  const opened = await openApp()
  const { app, work } = opened
  const { turnId, request } = await untilAsked(opened, touch('made'))
  app.answer(request.id, answer)
  expect(await turnEnd(app, turnId)).toMatchObject({ status: 'completed' })
  await resolved(opened, request)
  expect(await exists(join(work, 'made'))).toBe(false)
  expect(outputOf(opened)).toBe('approval request failed')
  expect(await app.waitFor('item/completed', ({ item }) => item.id === 'call_1')).toMatchObject({
    params: { item: { status: 'failed', exitCode: null } },
  })
})

test('acceptForSession is not asked again for the same command in the same folder', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const { threadId, turnId, request } = await untilAsked(opened, touch('made'))
  app.answer(request.id, { result: { decision: 'acceptForSession' } })
  await turnEnd(app, turnId)
  model.script(
    stream(response([touch('made', 'c2')])),
    stream(response([touch('other', 'c3')])),
    stream(response([message('ok', { id: 'm9' })])),
  )
  const { turn } = await app.request('turn/start', { threadId, input: words('again') })
  const second = await app.waitForServerRequest(2)
  expect(second.params).toMatchObject({ itemId: 'c3' })
  app.answer(second.id, { result: { decision: 'accept' } })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'completed' })
  expect(app.serverRequests).toHaveLength(2)
})

test('[T49] an interrupt settles the question, and a late answer changes nothing', async () => {
  const opened = await openApp()
  const { app, work, model } = opened
  const { threadId, turnId, request } = await untilAsked(opened, touch('made'))
  await app.request('turn/interrupt', { threadId, turnId })
  expect(await turnEnd(app, turnId)).toMatchObject({ status: 'interrupted' })
  await resolved(opened, request)
  app.answer(request.id, { result: { decision: 'accept' } })
  app.answer(request.id, { result: { decision: 'accept' } })
  app.answer(4711, { result: { decision: 'accept' } })
  const { turn } = await app.request('turn/start', { threadId, input: words('next') })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'completed' })
  expect(await exists(join(work, 'made'))).toBe(false)
  expect(JSON.stringify(model.requests[1]?.body.input)).toMatch(/aborted by user/)
})

test('a change of files is asked for with its diff on the started item', async () => {
  const opened = await openApp()
  const { app, work } = opened
  const { threadId, turnId, request } = await untilAsked(opened, customCall('apply_patch', patch), {
    approvalPolicy: 'on-request',
    sandbox: 'workspace-write',
    config: strict,
  })
  expect(request).toMatchObject({
    method: 'item/fileChange/requestApproval',
    params: { threadId, turnId, itemId: 'call_1', grantRoot: null },
  })
  const { params } = await app.waitFor('item/started', ({ item }) => item.type === 'fileChange')
  const file = join(work, '../outside.txt')
  expect(params.item).toMatchObject({
    status: 'inProgress',
    changes: [{ path: file, kind: { type: 'add' }, diff: 'x\n' }],
  })
  app.answer(request.id, { result: { decision: 'accept' } })
  expect(await turnEnd(app, turnId)).toMatchObject({ status: 'completed' })
  expect(await readFile(file, 'utf8')).toBe('x\n')
})

test('[T28] a file that changes while a person is asked is not overwritten, and the model is told', async () => {
  const opened = await openApp()
  const { app, work } = opened
  const file = join(work, 'f')
  await writeFile(file, 'old\n')
  const update = '*** Begin Patch\n*** Update File: f\n@@\n-old\n+new\n*** End Patch'
  const { turnId, request } = await untilAsked(opened, customCall('apply_patch', update))
  await writeFile(file, 'edited by hand\n')
  app.answer(request.id, { result: { decision: 'accept' } })
  expect(await turnEnd(app, turnId)).toMatchObject({ status: 'completed' })
  expect(await readFile(file, 'utf8')).toBe('edited by hand\n')
  expect(outputOf(opened)).toContain('it changed on disk since the patch was checked')
})

test('a declined change of files writes nothing', async () => {
  const opened = await openApp()
  const { app, work } = opened
  const { threadId, turnId, request } = await untilAsked(opened, customCall('apply_patch', patch))
  app.answer(request.id, { result: { decision: 'decline' } })
  expect(await turnEnd(app, turnId)).toMatchObject({ status: 'completed' })
  expect(await exists(join(work, '../outside.txt'))).toBe(false)
  const { data } = await app.request('thread/items/list', { threadId })
  expect(data[1]?.item).toMatchObject({ type: 'fileChange', status: 'declined' })
})

test('with on-request only a call that wants to leave the sandbox asks, with its reason', async () => {
  const opened = await openApp()
  const { app } = opened
  const escalate = {
    cmd: 'touch outside',
    sandbox_permissions: 'require_escalated',
    justification: 'Because I must.',
  }
  const { turnId, request } = await untilAsked(opened, functionCall('exec_command', escalate), {
    approvalPolicy: 'on-request',
    sandbox: 'workspace-write',
  })
  expect(request.params).toMatchObject({ reason: 'Because I must.' })
  app.answer(request.id, { result: { decision: 'accept' } })
  expect(await turnEnd(app, turnId)).toMatchObject({ status: 'completed' })
  expect(app.serverRequests).toHaveLength(1)
})

test('with never nothing asks, and a call that wants to leave the sandbox is refused', async () => {
  const opened = await openApp()
  const { app, model, work } = opened
  const escalate = { cmd: 'touch made', sandbox_permissions: 'require_escalated' }
  model.script(
    stream(response([functionCall('exec_command', escalate)])),
    stream(response([message('ok')])),
  )
  const threadId = await startThread(opened, { approvalPolicy: 'never', sandbox: 'read-only' })
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'completed' })
  expect(app.serverRequests).toEqual([])
  expect(await exists(join(work, 'made'))).toBe(false)
})

test('a known-safe command does not ask under untrusted', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script(
    stream(response([functionCall('exec_command', { cmd: 'ls' })])),
    stream(response([message('ok')])),
  )
  const threadId = await startThread(opened, asking)
  const { turn } = await app.request('turn/start', { threadId, input: words('go') })
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'completed' })
  expect(app.serverRequests).toEqual([])
})

test('[T47] two open questions are answered in reverse order, and the thread waits until the second', async () => {
  const opened = await openApp()
  const { app, work } = opened
  const both = [...touch('one', 'c1'), ...touch('two', 'c2')]
  const { threadId, turnId, request } = await untilAsked(opened, both)
  const second = await app.waitForServerRequest(2)
  app.answer(second.id, { result: { decision: 'accept' } })
  await resolved(opened, second)
  expect(await app.request('thread/read', { threadId })).toMatchObject({
    thread: { status: { type: 'active', activeFlags: ['waitingOnApproval'] } },
  })
  app.answer(request.id, { result: { decision: 'accept' } })
  expect(await turnEnd(app, turnId)).toMatchObject({ status: 'completed' })
  expect([await exists(join(work, 'one')), await exists(join(work, 'two'))]).toEqual([true, true])
  const heard = app.notifications.map(inWords)
  expect(heard.slice(heard.lastIndexOf('serverRequest/resolved') + 1)).toContain('status active')
  expect(outputs(opened).map(({ call_id }) => call_id)).toEqual(['c1', 'c2'])
})

test('an open question is listed, and can be answered by who holds no request for it', async () => {
  const opened = await openApp()
  const { app, work } = opened
  const { threadId, turnId, request } = await untilAsked(opened, touch('made'))
  const { data } = await app.request('skein/approval/list', {})
  expect(data).toMatchObject([
    {
      threadId,
      turnId,
      itemId: 'call_1',
      method: request.method,
      params: request.params,
      state: 'pending',
      decision: null,
    },
  ])
  const approvalId = data[0]?.approvalId ?? ''
  const respond = { approvalId, result: { decision: 'accept' as const } }
  expect(await app.request('skein/approval/respond', respond)).toEqual({ accepted: true })
  await resolved(opened, request)
  await turnEnd(app, turnId)
  expect(await app.request('skein/approval/respond', respond)).toEqual({ accepted: false })
  expect(await exists(join(work, 'made'))).toBe(true)
  const settled = await app.request('skein/approval/list', { threadId, state: 'approved' })
  expect(settled.data).toMatchObject([{ approvalId, state: 'approved', decision: 'accept' }])
})

test('resuming a thread that waits asks the question again', async () => {
  const opened = await openApp()
  const { app } = opened
  const { threadId, turnId, request } = await untilAsked(opened, touch('made'))
  await app.request('thread/unsubscribe', { threadId })
  const resumed = await app.request('thread/resume', { threadId })
  expect(resumed.thread.status).toEqual({ type: 'active', activeFlags: ['waitingOnApproval'] })
  const last = app.serverRequests.at(-1) ?? request
  expect(last.params).toEqual(request.params)
  app.answer(last.id, { result: { decision: 'decline' } })
  expect(await turnEnd(app, turnId)).toMatchObject({ status: 'completed' })
})

test('a question that is open when the process dies is expired afterwards, and its command never runs', async () => {
  const opened = await openApp()
  const { threadId, turnId } = await untilAsked(opened, touch('made'))
  await opened.app.kill9()
  const app = await opened.restart()
  const { thread } = await app.request('thread/resume', { threadId })
  expect(thread).toMatchObject({
    status: { type: 'idle' },
    turns: [{ id: turnId, status: 'interrupted' }],
  })
  expect(app.serverRequests).toEqual([])
  const expired = await app.request('skein/approval/list', { threadId, state: 'expired' })
  expect(expired.data).toHaveLength(1)
  expect(await app.request('skein/approval/list', { threadId })).toMatchObject({ data: [] })
  expect(await exists(join(opened.work, 'made'))).toBe(false)
})
