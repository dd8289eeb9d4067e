// The list of threads: what is in it, in which order, and its pages.
import { expect, test } from 'vitest'
import { message, response } from '../responses-events.ts'
import { stream } from '../responses-server.ts'
import { openApp, runTurn, startThread } from '../scripted-app.ts'
import { listed, usedThreads } from '../used-threads.ts'

const unknown = '01890000-0000-7000-8000-000000000000'

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
    readStates: {},
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
  expect(await listed(app, { sourceKinds: ['subAgent'] })).toEqual([])
  expect(await app.refusal('thread/list', { sourceKinds: ['nonsense'] })).toMatchObject({
    code: -32600,
  })
  expect(await app.refusal('thread/loaded/list', { cursor: 'nonsense' })).toEqual({
    code: -32600,
    message: 'invalid cursor',
  })
  const tooMany = Array.from({ length: 101 }, () => unknown)
  expect(await app.refusal('thread/list', { excludedThreadIds: tooMany })).toMatchObject({
    code: -32602,
  })
  for (const [params, code] of [
    [{ excludedThreadIds: ['x'] }, -32602],
    [{ parentThreadId: 'x' }, -32600],
    [{ limit: -1 }, -32600],
    [{ limit: 2 ** 32 }, -32600],
  ] as const)
    expect(await app.refusal('thread/list', params)).toMatchObject({ code })
})
