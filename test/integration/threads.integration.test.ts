// Threads as clients make, name, put away and delete them.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Thread } from '../../src/protocol/index.ts'
import { openApp, startThread } from '../scripted-app.ts'
import { listed, usedThreads } from '../used-threads.ts'

const unknown = '01890000-0000-7000-8000-000000000000'

test('thread/start without parameters answers with the settings in force', async () => {
  const { app, work } = await openApp({ process: { cwd: '/' } })
  const started = await app.request('thread/start', {})
  const { thread, ...setup } = started
  expect(setup).toEqual({
    model: 'mock-model',
    modelProvider: 'mock',
    serviceTier: null,
    cwd: '/',
    runtimeWorkspaceRoots: ['/'],
    instructionSources: [],
    approvalPolicy: 'on-request',
    approvalsReviewer: 'user',
    sandbox: expect.objectContaining({ type: expect.any(String) }),
    activePermissionProfile: expect.toSatisfy((profile) => profile === null || 'id' in profile),
    reasoningEffort: null,
    disabledPluginIds: [],
    multiAgentMode: 'explicitRequestOnly',
    skein: { lastSeq: 0, imported: false },
  })
  const seconds = Math.floor(Date.now() / 1000)
  expect(thread).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    sessionId: thread.id,
    forkedFromId: null,
    parentThreadId: null,
    attachedToThreadId: null,
    preview: '',
    name: null,
    ephemeral: false,
    historyMode: 'paginated',
    modelProvider: 'mock',
    model: 'mock-model',
    reasoningEffort: null,
    createdAt: expect.closeTo(seconds, -1),
    updatedAt: thread.createdAt,
    recencyAt: thread.createdAt,
    status: { type: 'idle' },
    cwd: '/',
    path: null,
    cliVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
    originator: 'integration-test',
    source: 'vscode',
    threadSource: null,
    gitInfo: null,
    canAcceptDirectInput: true,
    agentNickname: null,
    agentRole: null,
    environments: expect.any(Array),
    turns: [],
    section: null,
    sectionEnteredAt: null,
    projectId: null,
    extra: null,
    daybreakEnabled: null,
    skein: {
      pinned: null,
      snoozedUntilMs: null,
      queued: 0,
      files: null,
      unread: null,
      goalStatus: null,
      damaged: false,
    },
  } satisfies Thread)
  const { params } = await app.waitFor('thread/started')
  expect(params).toEqual({ thread })
  expect(work).not.toBe('/')
})

test('thread/start takes overrides and reports them', async () => {
  const { app, work } = await openApp()
  const started = await app.request('thread/start', {
    cwd: work,
    model: 'other-model',
    approvalPolicy: 'never',
    sandbox: 'read-only',
    serviceTier: 'flex',
    config: { model_reasoning_effort: 'high' },
    runtimeWorkspaceRoots: [work, '/srv'],
  })
  expect(started).toMatchObject({
    model: 'other-model',
    approvalPolicy: 'never',
    sandbox: { type: 'readOnly', networkAccess: false },
    activePermissionProfile: null,
    serviceTier: 'flex',
    reasoningEffort: 'high',
    runtimeWorkspaceRoots: [work, '/srv'],
  })
})

test('a named permission profile is reported as the one in force', async () => {
  const { app, work } = await openApp()
  const started = await app.request('thread/start', { cwd: work, permissions: ':read-only' })
  expect(started).toMatchObject({
    sandbox: { type: 'readOnly' },
    activePermissionProfile: { id: ':read-only' },
  })
})

test('thread/start refuses what cannot be', async () => {
  const { app, work } = await openApp()
  const refused: [object, string][] = [
    [{ modelProvider: 'nobody' }, 'nobody'],
    [{ sandbox: 'read-only', permissions: ':workspace' }, 'permissions'],
    [{ permissions: ':anything' }, ':anything'],
  ]
  for (const [params, words] of refused)
    expect(await app.refusal('thread/start', { cwd: work, ...params }), words).toMatchObject({
      code: -32600,
      message: expect.stringContaining(words),
    })
  expect(await app.request('thread/loaded/list', {})).toEqual({ data: [], nextCursor: null })
})

test('a missing working directory is accepted', async () => {
  const { app, work } = await openApp()
  const cwd = join(work, 'nowhere')
  expect(await app.request('thread/start', { cwd })).toMatchObject({ cwd, thread: { cwd } })
})

test('instruction files of the working directory are named', async () => {
  const { app, work } = await openApp()
  await writeFile(join(work, 'AGENTS.md'), 'Be brief.')
  const { instructionSources } = await app.request('thread/start', { cwd: work })
  expect(instructionSources).toEqual([join(work, 'AGENTS.md')])
})

test('a name is trimmed, told to everyone, and must not be blank', async () => {
  const opened = await openApp()
  const { app } = opened
  const [threadId = ''] = await usedThreads(opened, 'one')
  expect(await app.request('thread/name/set', { threadId, name: '  My thread ' })).toEqual({})
  const { params } = await app.waitFor('thread/name/updated')
  expect(params).toEqual({ threadId, threadName: 'My thread' })
  expect(await app.request('thread/read', { threadId })).toMatchObject({
    thread: { name: 'My thread' },
  })
  expect(await app.refusal('thread/name/set', { threadId, name: ' \n' })).toMatchObject({
    code: -32600,
  })
})

test('an archived thread leaves the list, cannot be resumed, and comes back', async () => {
  const opened = await openApp()
  const { app } = opened
  const [threadId = ''] = await usedThreads(opened, 'one', 'two')
  expect(await app.request('thread/archive', { threadId })).toEqual({})
  expect((await app.waitFor('thread/archived')).params).toEqual({ threadId })
  await app.waitFor(
    'thread/status/changed',
    (params) => params.threadId === threadId && params.status.type === 'notLoaded',
  )
  expect(await listed(app)).toEqual(['two'])
  expect(await listed(app, { archived: true })).toEqual(['one'])
  expect(await app.request('thread/read', { threadId })).toMatchObject({ thread: { id: threadId } })
  expect(await app.refusal('thread/resume', { threadId })).toMatchObject({
    code: -32600,
    message: expect.stringContaining('archived'),
  })
  const { thread } = await app.request('thread/unarchive', { threadId })
  expect(thread).toMatchObject({ id: threadId, preview: 'one', status: { type: 'notLoaded' } })
  expect((await app.waitFor('thread/unarchived')).params).toEqual({ threadId })
  expect(await listed(app)).toEqual(['two', 'one'])
  expect(await app.refusal('thread/unarchive', { threadId })).toMatchObject({ code: -32600 })
  expect(await app.request('thread/resume', { threadId })).toMatchObject({
    thread: { id: threadId },
  })
})

test('archiving a running thread stops it first', async () => {
  const opened = await openApp()
  const { app, model } = opened
  model.script({ type: 'silence' })
  const threadId = await startThread(opened)
  await app.request('turn/start', { threadId, input: [{ type: 'text', text: 'wait' }] })
  await model.waitForRequest(1)
  await app.request('thread/archive', { threadId })
  const { params } = await app.waitFor('turn/completed')
  expect(params.turn).toMatchObject({ status: 'interrupted' })
  expect(await app.request('thread/loaded/list', {})).toMatchObject({ data: [] })
})

test('a deleted thread is gone, archived or not', async () => {
  const opened = await openApp()
  const { app } = opened
  const [one = '', two = ''] = await usedThreads(opened, 'one', 'two', 'three')
  await app.request('thread/archive', { threadId: two })
  for (const threadId of [one, two]) {
    expect(await app.request('thread/delete', { threadId })).toEqual({})
    await app.waitFor('thread/deleted', (params) => params.threadId === threadId)
    for (const method of ['thread/read', 'thread/resume', 'thread/turns/list', 'thread/delete'])
      expect(await app.refusal(method, { threadId }), method).toMatchObject({
        code: -32600,
        message: expect.stringContaining(threadId),
      })
  }
  expect(await listed(app)).toEqual(['three'])
  expect(await listed(app, { archived: true })).toEqual([])
})

test('an unknown thread is refused in the words of the reference', async () => {
  const { app } = await openApp()
  const noRollout = `no rollout found for thread id ${unknown}`
  const refusals: [string, Record<string, unknown>, number, string][] = [
    ['thread/read', {}, -32600, `thread not loaded: ${unknown}`],
    ['thread/turns/list', {}, -32600, `thread not loaded: ${unknown}`],
    ['thread/resume', {}, -32600, noRollout],
    ['thread/fork', {}, -32600, noRollout],
    ['thread/archive', {}, -32600, noRollout],
    ['thread/unarchive', {}, -32600, `no archived rollout found for thread id ${unknown}`],
    ['thread/delete', {}, -32600, noRollout],
    ['thread/name/set', { name: 'x' }, -32600, noRollout],
    ['thread/metadata/update', { gitInfo: { branch: 'b' } }, -32600, noRollout],
    ['thread/items/list', {}, -32601, 'thread/items/list is not supported yet'],
    [
      'thread/items/read',
      { turnId: unknown, itemIds: ['x'] },
      -32601,
      'thread/items/read is not supported yet',
    ],
    [
      'thread/searchOccurrences',
      { searchTerm: 'x' },
      -32601,
      'thread/searchOccurrences is not supported yet',
    ],
    [
      'thread/queue/list',
      {},
      -32603,
      `failed to read thread: invalid thread-store request: ${noRollout}`,
    ],
    ['turn/start', { input: [] }, -32600, `thread not found: ${unknown}`],
    ['thread/revert', { beforeTurnId: unknown }, -32600, `thread not found: ${unknown}`],
  ]
  for (const [method, params, code, message] of refusals)
    expect(await app.refusal(method, { threadId: unknown, ...params }), method).toEqual({
      code,
      message,
    })
})

test('what is no thread id is refused before anybody looks for the thread', async () => {
  const { app } = await openApp()
  for (const [method, noun] of [
    ['thread/read', 'thread'],
    ['thread/unsubscribe', 'thread'],
    ['thread/resume', 'session'],
    ['thread/fork', 'session'],
    ['thread/archive', 'session'],
  ] as const)
    for (const threadId of ['', 'no-uuid', unknown.slice(1)])
      expect(await app.refusal(method, { threadId }), `${method} ${threadId}`).toMatchObject({
        code: -32600,
        message: expect.stringMatching(
          new RegExp(`^invalid ${noun} id: invalid (character|length): `),
        ),
      })
})

test('thread/loaded/list names what is in memory', async () => {
  const opened = await openApp()
  const ids = [await startThread(opened), await startThread(opened), await startThread(opened)]
  const { app } = opened
  const all = await app.request('thread/loaded/list', {})
  expect(all.data.toSorted()).toEqual(ids.toSorted())
  const page = await app.request('thread/loaded/list', { limit: 2 })
  const rest = await app.request('thread/loaded/list', { limit: 2, cursor: page.nextCursor })
  expect([...page.data, ...rest.data].toSorted()).toEqual(ids.toSorted())
})

test('thread/unsubscribe says what it did, and nothing of the thread is heard afterwards', async () => {
  const opened = await openApp()
  const { app } = opened
  const [threadId = ''] = await usedThreads(opened, 'one')
  expect(await app.request('thread/unsubscribe', { threadId })).toEqual({ status: 'unsubscribed' })
  const from = app.notifications.length
  await app.request('turn/start', { threadId, input: [{ type: 'text', text: 'two' }] })
  await app.waitFor('thread/status/changed', ({ status }) => status.type === 'idle', from)
  const heard = new Set(app.notifications.slice(from).map(({ method }) => method))
  heard.delete('skein/store/updated') // whenever search has caught up
  // These go to everybody.
  expect([...heard]).toEqual(['warning', 'thread/status/changed'])
  expect(await app.request('thread/unsubscribe', { threadId: unknown })).toEqual({
    status: 'notLoaded',
  })
})

test('a fork may go on with another provider; a thread keeps its own', async () => {
  const provider = `request_max_retries = 0
stream_max_retries = 0

[model_providers.other]
name = "Other"
base_url = "http://127.0.0.1:9/v1"
wire_api = "responses"`
  const opened = await openApp({ provider })
  const { app } = opened
  const [threadId = ''] = await usedThreads(opened, 'one')
  const both = { threadId, permissions: ':workspace', sandbox: 'read-only' }
  expect(await app.refusal('thread/resume', both)).toMatchObject({
    code: -32600,
    message: '`permissions` cannot be combined with `sandbox`',
  })
  const fork = await app.request('thread/fork', { threadId, modelProvider: 'other' })
  expect([fork.modelProvider, fork.thread.modelProvider]).toEqual(['other', 'other'])
  expect(await app.refusal('thread/fork', { threadId, modelProvider: 'nope' })).toMatchObject({
    code: -32600,
    message: expect.stringContaining('Model provider `nope` not found'),
  })
  await app.end()
  const again = await opened.restart()
  for (const modelProvider of ['other', 'nope'])
    expect(await again.refusal('thread/resume', { threadId, modelProvider })).toMatchObject({
      code: -32600,
      data: { field: 'modelProvider' },
    })
  const resumed = await again.request('thread/resume', { threadId, modelProvider: 'mock' })
  expect(resumed.modelProvider).toBe('mock')
})
