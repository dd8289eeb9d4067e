// What a thread was: turns, items, their pages, and the state a client gets when it resumes.
import { expect, test } from 'vitest'
import type { Result } from '../../src/protocol/index.ts'
import { functionCall, message, response } from '../responses-events.ts'
import { steps, stream, waitFor, write } from '../responses-server.ts'
import { openApp, runTurn, type ScriptedApp, startThread, turnEnd, words } from '../scripted-app.ts'

/** A thread with turns `1` … `count`, each answered with `answer n`. */
async function threadOfTurns(opened: ScriptedApp, count: number) {
  const threadId = await startThread(opened)
  const turnIds: string[] = []
  for (let at = 1; at <= count; at += 1) {
    opened.model.script(stream(response([message(`answer ${at}`, { id: `msg_${at}` })])))
    turnIds.push((await runTurn(opened.app, threadId, String(at))).id)
  }
  return { threadId, turnIds }
}

test('turns are listed newest first, in pages, with the question and the answer', async () => {
  const opened = await openApp()
  const { app } = opened
  const { threadId, turnIds } = await threadOfTurns(opened, 5)
  const first = await app.request('thread/turns/list', { threadId, limit: 2 })
  const [fifth] = first.data
  expect(fifth).toMatchObject({
    id: turnIds[4],
    itemsView: 'summary',
    status: 'completed',
    error: null,
    startedAt: expect.any(Number),
    completedAt: expect.any(Number),
    durationMs: expect.any(Number),
  })
  expect(fifth?.items).toMatchObject([
    { type: 'userMessage', content: words('5') },
    { type: 'agentMessage', id: 'msg_5', text: 'answer 5' },
  ])
  const second = await app.request('thread/turns/list', {
    threadId,
    limit: 2,
    cursor: first.nextCursor,
  })
  const third = await app.request('thread/turns/list', {
    threadId,
    limit: 2,
    cursor: second.nextCursor,
  })
  const ids = [first, second, third].flatMap(({ data }) => data.map(({ id }) => id))
  expect(ids).toEqual(turnIds.toReversed())
  expect(third.nextCursor).toBeNull()
  const back = await app.request('thread/turns/list', {
    threadId,
    cursor: second.backwardsCursor,
    sortDirection: 'asc',
  })
  expect(back.data.map(({ id }) => id)).toEqual(turnIds.slice(2))
})

test('the views of a turn show no items, the summary, or all', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const threadId = await startThread(opened, { sandbox: 'danger-full-access' })
  model.script(
    stream(
      response([
        message('I look.', { id: 'm1' }),
        functionCall('exec_command', { cmd: 'echo hi' }),
      ]),
    ),
    stream(response([message('Done.', { id: 'm2' })])),
  )
  await runTurn(app, threadId, 'look')
  const view = async (itemsView: 'notLoaded' | 'summary' | 'full') => {
    const { data } = await app.request('thread/turns/list', { threadId, itemsView })
    return data.map((turn) => [
      turn.itemsView,
      ...turn.items.map(({ type, id }) => `${type} ${id}`),
    ])
  }
  const user = expect.stringMatching(/^userMessage /)
  expect(await view('notLoaded')).toEqual([['notLoaded']])
  expect(await view('summary')).toEqual([['summary', user, 'agentMessage m2']])
  expect(await view('full')).toEqual([
    ['full', user, 'agentMessage m1', 'commandExecution call_1', 'agentMessage m2'],
  ])
})

test('items are listed oldest first, of a thread or of one turn, in pages', async () => {
  const opened = await openApp()
  const { app } = opened
  const { threadId, turnIds } = await threadOfTurns(opened, 3)
  const all = await app.request('thread/items/list', { threadId })
  expect(all.data.map(({ turnId, item }) => [turnId, item.type])).toEqual(
    turnIds.flatMap((id) => [
      [id, 'userMessage'],
      [id, 'agentMessage'],
    ]),
  )
  expect(all.data[0]).toMatchObject({
    startedAtMs: expect.any(Number),
    completedAtMs: expect.any(Number),
  })
  const pages: string[][] = []
  let cursor: string | null = null
  do {
    const page: Result<'thread/items/list'> = await app.request('thread/items/list', {
      threadId,
      limit: 4,
      cursor,
    })
    pages.push(page.data.map(({ item }) => item.id))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(pages.map(({ length }) => length)).toEqual([4, 2])
  expect(pages.flat()).toEqual(all.data.map(({ item }) => item.id))
  const descending = await app.request('thread/items/list', { threadId, sortDirection: 'desc' })
  expect(descending.data).toEqual(all.data.toReversed())
  const [, turnId = ''] = turnIds
  const ofTurn = await app.request('thread/items/list', { threadId, turnId })
  expect(ofTurn.data).toEqual(all.data.slice(2, 4))
  const behind = { type: 'item' as const, itemId: ofTurn.data[0]?.item.id ?? '' }
  const anchored = await app.request('thread/items/list', { threadId, turnId, cursor: behind })
  expect(anchored.data).toEqual(ofTurn.data.slice(1))
  const unplaced = { threadId, cursor: behind }
  expect(await app.refusal('thread/items/list', unplaced)).toMatchObject({ code: -32602 })
  const unknown = { threadId, turnId, cursor: { type: 'item', itemId: 'nope' } }
  expect(await app.refusal('thread/items/list', unknown)).toMatchObject({ code: -32602 })
})

test('items/read gives the named items in stored order', async () => {
  const opened = await openApp()
  const { app } = opened
  const { threadId, turnIds } = await threadOfTurns(opened, 2)
  const [turnId = ''] = turnIds
  const { data } = await app.request('thread/items/list', { threadId, turnId })
  const itemIds = data.map(({ item }) => item.id).toReversed()
  expect(await app.request('thread/items/read', { threadId, turnId, itemIds })).toEqual({ data })
  expect(await app.refusal('thread/items/read', { threadId, turnId, itemIds: [] })).toMatchObject({
    code: -32600,
  })
  const tooMany = Array.from({ length: 101 }, () => 'x')
  expect(
    await app.refusal('thread/items/read', { threadId, turnId, itemIds: tooMany }),
  ).toMatchObject({ code: -32600 })
  const elsewhere = { threadId, turnId: threadId, itemIds }
  expect(await app.request('thread/items/read', elsewhere)).toEqual({ data: [] })
})

test('a cursor belongs to one thread and one kind of listing', async () => {
  const opened = await openApp()
  const { app } = opened
  const { threadId } = await threadOfTurns(opened, 2)
  const { threadId: other } = await threadOfTurns(opened, 2)
  const { nextCursor: cursor } = await app.request('thread/turns/list', { threadId, limit: 1 })
  const refused: [string, object][] = [
    ['thread/turns/list', { threadId: other, cursor }],
    ['thread/items/list', { threadId, cursor }],
    ['thread/list', { cursor }],
    ['thread/turns/list', { threadId, cursor: 'nonsense' }],
  ]
  for (const [method, params] of refused)
    expect(await app.refusal(method, params), method).toMatchObject({ code: -32600 })
})

test('thread/read shows a thread without loading it', async () => {
  const opened = await openApp()
  const { threadId, turnIds } = await threadOfTurns(opened, 2)
  await opened.app.end()
  const app = await opened.restart()
  const bare = await app.request('thread/read', { threadId })
  expect(bare).toMatchObject({
    thread: { id: threadId, preview: '1', status: { type: 'notLoaded' }, turns: [] },
    skein: { imported: false },
  })
  const { thread } = await app.request('thread/read', { threadId, includeTurns: true })
  expect(thread.turns.map(({ id, items }) => [id, items.map(({ type }) => type)])).toEqual(
    turnIds.map((id) => [id, ['userMessage', 'agentMessage']]),
  )
  expect(await app.request('thread/loaded/list', {})).toMatchObject({ data: [] })
})

test('thread/read with turns of a thread without any gives none', async () => {
  const opened = await openApp()
  const threadId = await startThread(opened)
  const { thread } = await opened.app.request('thread/read', { threadId, includeTurns: true })
  expect(thread.turns).toEqual([])
})

test('resume joins a running thread and shows its turn in progress', async () => {
  const opened = await openApp()
  const { app, model } = opened
  let go = (): void => undefined
  const held = new Promise<void>((resolve) => {
    go = resolve
  })
  model.script(steps(waitFor(held), write(response([message('late')]))))
  const threadId = await startThread(opened)
  const { turn } = await app.request('turn/start', { threadId, input: words('hi') })
  await model.waitForRequest(1)
  const resumed = await app.request('thread/resume', { threadId })
  expect(resumed.thread).toMatchObject({
    status: { type: 'active', activeFlags: [] },
    turns: [{ id: turn.id, status: 'inProgress', items: [{ type: 'userMessage' }] }],
  })
  go()
  expect(await turnEnd(app, turn.id)).toMatchObject({ status: 'completed' })
})

test('resume gives the page of turns that was asked for, or none of them', async () => {
  const opened = await openApp()
  const { app } = opened
  const { threadId, turnIds } = await threadOfTurns(opened, 3)
  const paged = await app.request('thread/resume', {
    threadId,
    excludeTurns: true,
    initialTurnsPage: { limit: 2, sortDirection: 'desc', itemsView: 'notLoaded' },
  })
  expect(paged.thread.turns).toEqual([])
  expect(paged.initialTurnsPage?.data.map(({ id, items }) => [id, items])).toEqual(
    turnIds
      .slice(1)
      .toReversed()
      .map((id) => [id, []]),
  )
  const cursor = paged.initialTurnsPage?.nextCursor
  const rest = await app.request('thread/turns/list', { threadId, cursor: cursor ?? '' })
  expect(rest.data.map(({ id }) => id)).toEqual(turnIds.slice(0, 1))
  const full = await app.request('thread/resume', { threadId })
  expect(full.initialTurnsPage).toBeNull()
  expect(full.thread.turns.map(({ id, itemsView }) => [id, itemsView])).toEqual(
    turnIds.map((id) => [id, 'full']),
  )
  expect(full.skein.lastSeq).toBeGreaterThan(0)
})

test('a long output can be left out of a list and read in ranges of bytes', async () => {
  const opened = await openApp()
  const { app, model } = opened
  const cmd = 'i=0; while [ $i -lt 12000 ]; do echo "zeile $i äöü"; i=$((i+1)); done'
  model.script(
    stream(response([functionCall('exec_command', { cmd, yield_time_ms: 30_000 })])),
    stream(response([message('ok')])),
  )
  const threadId = await startThread(opened, { sandbox: 'danger-full-access' })
  await runTurn(app, threadId, 'go')
  const whole = await app.request('thread/items/list', { threadId })
  const item = whole.data[1]?.item
  const output = item?.type === 'commandExecution' ? (item.aggregatedOutput ?? '') : ''
  expect(output.split('\n')).toHaveLength(12_001)
  const deferred = await app.request('thread/items/list', {
    threadId,
    deferOutput: { commandExecution: true },
  })
  expect(deferred.data[1]).toMatchObject({ outputDeferred: true, item: { aggregatedOutput: null } })
  const pieces: string[] = []
  const totalBytes = Buffer.byteLength(output)
  for (let offset = 0; offset < totalBytes; ) {
    const range = { threadId, itemId: 'call_1', offset, length: 100_001 }
    const piece = await app.request('skein/item/output/read', range)
    expect(piece).toMatchObject({ offset, totalBytes, omittedBytes: 0 })
    pieces.push(piece.text)
    offset += Buffer.byteLength(piece.text)
  }
  expect(pieces.join('')).toBe(output)
})
