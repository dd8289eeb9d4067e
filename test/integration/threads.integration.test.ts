// Threads as clients make, list, name, put away and delete them.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CallParams, Thread } from '../../src/protocol/index.ts'
import type { AppServer, Nullable } from '../app-server-client.ts'
import { message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, runTurn, type ScriptedApp, startThread } from '../scripted-app.ts'

const unknown = '01890000-0000-7000-8000-000000000000'

/** Threads with one answered turn each, oldest first. */
async function usedThreads(opened: ScriptedApp, ...texts: string[]): Promise<string[]> {
  opened.model.otherwise(stream(response([message('fine')])))
  const ids: string[] = []
  for (const text of texts) {
    const threadId = await startThread(opened)
    await runTurn(opened.app, threadId, text)
    ids.push(threadId)
  }
  return ids
}

async function listed(
  app: AppServer,
  params: Nullable<CallParams<'thread/list'>> = {},
): Promise<string[]> {
  const { data } = await app.request('thread/list', params)
  return data.map(({ preview }) => preview)
}

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

test('a thread is listed once it has a user message, an ephemeral one never', async () => {
  const opened = await openApp()
  const { app, work, model } = opened
  model.otherwise(stream(response([message('fine')])))
  await startThread(opened)
  const ephemeral = await startThread(opened, { ephemeral: true })
  await runTurn(app, ephemeral, 'not kept')
  const kept = await startThread(opened)
  await runTurn(app, kept, '  a question\nwith two lines ')
  const { data, ...page } = await app.request('thread/list', {})
  expect(page).toMatchObject({ nextCursor: null, backwardsCursor: expect.any(String) })
  expect(data).toMatchObject([
    {
      id: kept,
      preview: expect.stringMatching(/^a question/),
      status: { type: 'idle' },
      turns: [],
      cwd: work,
    },
  ])
})

test('pages of thread/list follow each other in both directions without gap or repeat', async () => {
  const opened = await openApp()
  await usedThreads(opened, '1', '2', '3', '4', '5')
  const { app } = opened
  const first = await app.request('thread/list', { limit: 2 })
  const second = await app.request('thread/list', { limit: 2, cursor: first.nextCursor })
  const third = await app.request('thread/list', { limit: 2, cursor: second.nextCursor })
  const previews = [first, second, third].map(({ data }) => data.map(({ preview }) => preview))
  expect(previews).toEqual([['5', '4'], ['3', '2'], ['1']])
  expect(third.nextCursor).toBeNull()
  const back = await app.request('thread/list', {
    cursor: second.backwardsCursor,
    sortDirection: 'asc',
    limit: 2,
  })
  expect(back.data.map(({ preview }) => preview)).toEqual(['3', '4'])
})

test('a new thread in the middle of paging shifts nothing', async () => {
  const opened = await openApp()
  const { app } = opened
  await usedThreads(opened, '1', '2', '3', '4')
  const first = await app.request('thread/list', { limit: 2 })
  await usedThreads(opened, '5')
  expect(await listed(app, { limit: 2, cursor: first.nextCursor })).toEqual(['2', '1'])
})

test('the empty list has no cursors, and a cursor that is none is refused', async () => {
  const { app } = await openApp()
  expect(await app.request('thread/list', {})).toEqual({
    data: [],
    nextCursor: null,
    backwardsCursor: null,
    readStates: null,
  })
  for (const cursor of ['nonsense', '', Buffer.from('{"k":1}').toString('base64url')])
    expect(await app.refusal('thread/list', { cursor }), cursor).toMatchObject({ code: -32600 })
})

test('thread/list filters and sorts', async () => {
  const opened = await openApp()
  const { app, work } = opened
  const [apple, pear] = await usedThreads(opened, 'apple pie', 'pear tree')
  await app.request('thread/name/set', { threadId: pear ?? '', name: 'Orchard' })
  await runTurn(app, apple ?? '', 'again')
  expect(await listed(app, { sortKey: 'recency_at' })).toEqual(['apple pie', 'pear tree'])
  expect(await listed(app, { sortDirection: 'asc' })).toEqual(['apple pie', 'pear tree'])
  expect(await listed(app, { searchTerm: 'chard' })).toEqual(['pear tree'])
  expect(await listed(app, { searchTerm: 'apple' })).toEqual(['apple pie'])
  expect(await listed(app, { searchTerm: '%' })).toEqual([])
  expect(await listed(app, { cwd: work })).toHaveLength(2)
  expect(await listed(app, { cwd: ['/', '/srv'] })).toEqual([])
  expect(await listed(app, { modelProviders: ['mock'] })).toHaveLength(2)
  expect(await listed(app, { modelProviders: ['other'] })).toEqual([])
  expect(await listed(app, { sourceKinds: ['exec'] })).toEqual([])
  expect(await listed(app, { excludedThreadIds: [pear ?? ''] })).toEqual(['apple pie'])
  expect(await listed(app, { limit: 0 })).toHaveLength(1)
  expect(await listed(app, { limit: 100_000 })).toHaveLength(2)
  const tooMany = Array.from({ length: 101 }, () => unknown)
  expect(await app.refusal('thread/list', { excludedThreadIds: tooMany })).toMatchObject({
    code: -32600,
  })
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

test('every method refuses an unknown thread and names it', async () => {
  const { app } = await openApp()
  const methods = ['read', 'resume', 'archive', 'unarchive', 'delete', 'turns/list', 'items/list']
  for (const method of methods)
    expect(await app.refusal(`thread/${method}`, { threadId: unknown }), method).toMatchObject({
      code: -32600,
      message: expect.stringContaining(unknown),
    })
  const name = { threadId: unknown, name: 'x' }
  expect(await app.refusal('thread/name/set', name)).toMatchObject({ code: -32600 })
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
  expect([...heard]).toEqual(['thread/status/changed'])
  expect(await app.request('thread/unsubscribe', { threadId: unknown })).toEqual({
    status: 'notLoaded',
  })
})
