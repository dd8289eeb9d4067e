// How threads are put in order, over the wire: sections, projects, marks, read states, attachments, drafts.
import assert from 'node:assert'
import { expect, test } from 'vitest'
import { message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, runTurn, type ScriptedApp, startThread } from '../scripted-app.ts'

const unknown = '01890000-0000-7000-8000-000000000000'

async function openAppWithThreads(count: number): Promise<ScriptedApp & { ids: string[] }> {
  const opened = await openApp()
  opened.model.otherwise(stream(response([message('done')])))
  const ids: string[] = []
  for (let number = 1; number <= count; number += 1) {
    const threadId = await startThread(opened)
    await runTurn(opened.app, threadId, `thread ${number}`)
    ids.push(threadId)
  }
  return { ...opened, ids }
}

test('sections are made, renamed, filled in order and deleted, and everybody hears of it', async () => {
  const { app, ids, restart } = await openAppWithThreads(3)
  const [a = '', b = '', c = ''] = ids
  const { section } = await app.request('threadSection/create', { name: ' Work ' })
  expect(section).toEqual({ id: expect.any(String), name: 'Work', appearance: null })
  const sectionId = section.id
  await app.waitFor('skein/section/changed', ({ changeType }) => changeType === 'created')
  for (const threadId of [a, b]) await app.request('thread/section/move', { threadId, sectionId })
  const moved = await app.waitFor('thread/section/changed', ({ threadId }) => threadId === b)
  expect(moved.params).toEqual({ threadId: b, sectionId })
  await app.request('thread/section/move', { threadId: c, sectionId, beforeThreadId: b })
  const listed = async () => {
    const { data } = await app.request('thread/list', { sectionId, sortKey: 'section_position' })
    return data.map(({ id }) => id)
  }
  expect(await listed()).toEqual([a, c, b])
  const appearance = { icon: 'star', color: null }
  await app.request('threadSection/update', { sectionId, name: 'Later', appearance })
  const { data } = await app.request('thread/list', { sectionId: null })
  expect(data).toEqual([])

  await app.end()
  const again = await restart()
  const { thread } = await again.request('thread/read', { threadId: c })
  expect(thread.section).toEqual({ id: sectionId, name: 'Later', appearance })
  expect(thread.sectionEnteredAt).toEqual(expect.any(Number))
  await again.request('threadSection/delete', { sectionId })
  expect((await again.request('threadSection/list', {})).data).toEqual([])
  expect((await again.request('thread/read', { threadId: c })).thread.section).toBeNull()
})

test('what cannot be is refused with its name, and changes nothing', async () => {
  const { app, work, ids } = await openAppWithThreads(1)
  const [threadId = ''] = ids
  const ephemeral = (await app.request('thread/start', { ephemeral: true })).thread.id
  const identity = { attachmentType: 't', identityKey: 'k' }
  const refused: [string, object, string][] = [
    ['threadSection/create', { name: ' ' }, 'section name must not be empty'],
    ['threadSection/update', { sectionId: 'x' }, 'name'],
    ['threadSection/update', { sectionId: 'x', name: 'y' }, 'section x does not exist'],
    ['thread/section/move', { threadId, sectionId: 'x' }, 'section x does not exist'],
    ['thread/section/move', { threadId: ephemeral, sectionId: null }, 'ephemeral'],
    ['thread/list', { sortKey: 'section_position' }, 'requires a section filter'],
    ['thread/list', { projectId: 'x' }, 'project not found: x'],
    ['thread/list', { skein: { filter: { status: 'odd' } } }, 'unknown variant `odd`'],
    ['thread/start', { projectId: 'x' }, 'project not found: x'],
    ['thread/metadata/update', { threadId, projectId: 'x' }, 'project not found: x'],
    ['project/create', { name: 'p', roots: [{ path: 'rel' }], idempotencyKey: 'k' }, 'rel'],
    ['project/create', { name: 'p', roots: [], idempotencyKey: '' }, 'idempotencyKey'],
    ['project/list', { sortDirection: 'asc' }, 'sortDirection requires sortKey'],
    ['skein/thread/mark', { threadIds: [threadId] }, 'pinned'],
    ['skein/thread/mark', { threadIds: [threadId, unknown], pinned: true }, unknown],
    ['thread/attachment/add', { threadId, ...identity, attachmentType: '', payload: 1 }, 'empty'],
    ['thread/attachment/add', { threadId: ephemeral, ...identity, payload: 1 }, 'not found'],
    ['skein/draft/write', { threadId }, 'draft'],
  ]
  for (const [method, params, words] of refused) {
    const refusal = await app.refusal(method as 'thread/list', params as never)
    expect([method, refusal.code, refusal.message]).toEqual([
      method,
      -32600,
      expect.stringContaining(words),
    ])
  }
  expect((await app.request('thread/read', { threadId })).thread.skein?.pinned).toBe(false)
  expect((await app.request('project/list', {})).data).toEqual([])
  expect(work).toBeTruthy()
})

test('a thread begins in a project, moves to another and out of it', async () => {
  const { app, model, work } = await openApp()
  model.otherwise(stream(response([message('done')])))
  const create = { roots: [{ path: work }], idempotencyKey: 'one', name: 'One' }
  const { project } = await app.request('project/create', create)
  expect((await app.request('project/create', { ...create, name: 'Two' })).project).toEqual(project)
  const started = await app.request('thread/start', { cwd: work, projectId: project.id })
  const threadId = started.thread.id
  expect(started.thread.projectId).toBe(project.id)
  await runTurn(app, threadId, 'hello')
  const { data } = await app.request('thread/list', { projectId: project.id })
  expect(data.map(({ id }) => id)).toEqual([threadId])
  const read = await app.request('project/read', { projectId: project.id })
  expect(read.project.recencyAt).toEqual(expect.any(Number))
  const cleared = await app.request('thread/metadata/update', { threadId, projectId: '' })
  expect(cleared.thread.projectId).toBeNull()
  await app.waitFor('thread/project/updated', (params) => params.projectId === null)
  await app.request('thread/metadata/update', { threadId, projectId: project.id })
  await app.request('project/delete', { projectId: project.id })
  await app.waitFor('project/changed', ({ changeType }) => changeType === 'deleted')
  expect((await app.request('thread/read', { threadId })).thread.projectId).toBeNull()
})

test('a turn that ended is unread until it is read, and an old revision is refused', async () => {
  const { app, ids } = await openAppWithThreads(1)
  const [threadId = ''] = ids
  const { readState: first } = await app.request('thread/read', { threadId })
  assert.ok(first)
  expect(first.firstUnread).toMatchObject({ type: 'turn' })
  const listed = await app.request('thread/list', {})
  expect(listed.readStates).toEqual({ [threadId]: first })
  expect(listed.data[0]?.skein?.unread).toBe(1)
  const update = (type: 'read' | 'unread', expectedRevision: string, fromTurnId?: string) => ({
    threadId,
    operation: { type },
    expectedRevision,
    ...(fromTurnId && { skein: { fromTurnId } }),
  })
  const read = await app.request('thread/readState/update', update('read', first.revision))
  expect(read.readState.firstUnread).toBeNull()
  const refusal = await app.refusal('thread/readState/update', update('read', first.revision))
  expect(refusal).toEqual({
    code: -32600,
    message: 'read state changed',
    data: { reason: 'readStateConflict', readState: read.readState },
  })
  const all = await app.request(
    'thread/readState/update',
    update('unread', read.readState.revision),
  )
  expect(all.readState.firstUnread).toEqual({ type: 'threadStart' })
  const unread = await app.request('thread/list', { skein: { filter: { status: 'unread' } } })
  expect(unread.data).toHaveLength(1)
})

test('marks are told to everybody, and lists can be asked for them', async () => {
  const { app, ids } = await openAppWithThreads(2)
  const [a = '', b = ''] = ids
  const untilMs = Date.now() + 3_600_000
  await app.request('skein/thread/mark', { threadIds: [a, b], pinned: true })
  await app.request('skein/thread/mark', { threadIds: [b], pinned: false, snoozedUntilMs: untilMs })
  const marked = await app.waitFor('skein/thread/marked', ({ pinned }) => !pinned)
  expect(marked.params).toEqual({ threadId: b, pinned: false, snoozedUntilMs: untilMs })
  const found = async (filter: object) => {
    const { data } = await app.request('thread/list', { skein: { filter } })
    return data.map(({ id }) => id)
  }
  expect(await found({ pinned: true })).toEqual([a])
  expect(await found({ snoozed: true })).toEqual([b])
  expect(await found({ status: ['idle'] })).toEqual([b, a])
  expect(await found({ status: ['active', 'notLoaded'] })).toEqual([])
  const titles = await app.request('thread/list', { skein: { sortKey: 'title' } })
  expect(titles.data.map(({ preview }) => preview)).toEqual(['thread 1', 'thread 2'])
  await app.request('skein/thread/mark', { threadIds: [b], snoozedUntilMs: null })
  expect(await found({ snoozed: true })).toEqual([])
})

test('attachments and drafts are kept with their thread', async () => {
  const { app, ids, restart } = await openAppWithThreads(1)
  const [threadId = ''] = ids
  const identity = { attachmentType: 'note', identityKey: '1' }
  const add = { threadId, ...identity, payload: { words: 'kept' } }
  const created = await app.request('thread/attachment/add', add)
  expect(created).toMatchObject({ outcome: 'created', attachment: { payload: { words: 'kept' } } })
  const existing = await app.request('thread/attachment/add', { ...add, payload: null })
  expect(existing).toEqual({ outcome: 'existing', attachment: created.attachment })
  const written = await app.request('skein/draft/write', { threadId, draft: { text: 'half' } })
  expect(written).toEqual({ draft: { text: 'half' }, rev: 1 })
  await app.request('skein/draft/write', { draft: 'start' })
  await app.kill9()
  const again = await restart()
  expect(await again.request('skein/draft/read', { threadId })).toEqual(written)
  expect(await again.request('skein/draft/read', {})).toEqual({ draft: 'start', rev: 1 })
  const stale = { threadId, draft: null, expectedRev: 0 }
  expect(await again.refusal('skein/draft/write', stale)).toMatchObject({
    code: -32600,
    data: { skein_error_code: 'draft_changed', rev: 1 },
  })
  expect((await again.request('thread/attachment/list', { threadId })).data).toEqual([
    created.attachment,
  ])
  await again.request('thread/attachment/remove', { threadId, ...identity })
  const removed = await again.waitFor('thread/attachment/updated')
  expect(removed.params).toMatchObject({ operation: 'deleted', ...identity })
  expect((await again.request('thread/attachment/list', { threadId })).data).toEqual([])
})
