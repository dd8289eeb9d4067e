import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { beforeEach, describe, expect, it } from 'vitest'
import { command } from '../../../test/builders.ts'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import type { ThreadItem } from '../../protocol/index.ts'
import type { ItemsQuery, Page, Store, TurnsQuery } from './store.ts'
import {
  answer,
  threadCreated,
  turnCompleted,
  turnStarted,
  userMessage,
  wholeTurn,
} from './test-support/events.ts'
import type { ThreadEvent } from './thread-event.ts'

let home: string
let store: Store

beforeEach(async () => {
  home = await makeTestHome()
  store = await openTestStore({ home })
})

const thread = 'thread-1'

async function create(...more: readonly ThreadEvent[]): Promise<number> {
  return store.journal.commit(thread, 0, 1000, [threadCreated(), ...more])
}

function turnsQuery(overrides: Partial<TurnsQuery> = {}): TurnsQuery {
  const query = { threadId: thread, cursor: undefined, limit: 10, sortDirection: 'asc' } as const
  return { ...query, itemsView: 'notLoaded', ...overrides }
}

function itemsQuery(overrides: Partial<ItemsQuery> = {}): ItemsQuery {
  const query = { threadId: thread, turnId: undefined, cursor: undefined, limit: 10 } as const
  return { ...query, sortDirection: 'asc', deferOutput: false, ...overrides }
}

/** All pages, until there is no next one. */
async function pages<T>(read: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[][]> {
  const found: T[][] = []
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await read(cursor)
    found.push([...page.data])
    more = page.nextCursor !== null
    cursor = page.nextCursor ?? undefined
  }
  return found
}

/** Damages the database as no API can, while nobody has it open. */
async function tamper(sql: string): Promise<void> {
  await store.close()
  const db = new Sqlite(join(home, 'skein.db'))
  db.exec(sql)
  db.close()
  store = await openTestStore({ home })
}

describe('turns by page', () => {
  const turnIds = ['turn-1', 'turn-2', 'turn-3', 'turn-4', 'turn-5']
  const ids = (page: Page<{ id: string }>) => page.data.map(({ id }) => id)

  it('come in either order, every turn once', async () => {
    await create(...turnIds.flatMap((turnId) => wholeTurn(turnId)))
    const read = (sortDirection: 'asc' | 'desc') =>
      pages(async (cursor) => store.turnsPage(turnsQuery({ cursor, limit: 2, sortDirection })))
    const names = (found: { id: string }[][]) => found.map((page) => page.map(({ id }) => id))
    expect(names(await read('asc'))).toEqual([
      ['turn-1', 'turn-2'],
      ['turn-3', 'turn-4'],
      ['turn-5'],
    ])
    expect(names(await read('desc'))).toEqual([
      ['turn-5', 'turn-4'],
      ['turn-3', 'turn-2'],
      ['turn-1'],
    ])
  })

  it('go back from the first turn of a page, that turn included, to turns that are newer', async () => {
    const seq = await create(...turnIds.slice(0, 3).flatMap((turnId) => wholeTurn(turnId)))
    const newest = await store.turnsPage(turnsQuery({ limit: 1, sortDirection: 'desc' }))
    const more = turnIds.slice(3).flatMap((turnId) => wholeTurn(turnId))
    await store.journal.commit(thread, seq, 2000, more)
    const cursor = newest.backwardsCursor ?? ''
    const since = await store.turnsPage(turnsQuery({ cursor, sortDirection: 'asc' }))
    expect(ids(since)).toEqual(['turn-3', 'turn-4', 'turn-5'])
  })

  it('have no items, the first message and the last answer, or everything', async () => {
    const started: ThreadItem = command('call-1')
    const done: ThreadItem = command('call-1', { status: 'completed', aggregatedOutput: 'out' })
    const steered = userMessage('in-2', 'also')
    await create(
      turnStarted('turn-1'),
      { type: 'itemCompleted', turnId: 'turn-1', item: userMessage('in', 'go') },
      { type: 'itemCompleted', turnId: 'turn-1', item: answer('first', 'I will') },
      { type: 'itemStarted', turnId: 'turn-1', item: started },
      { type: 'itemCompleted', turnId: 'turn-1', item: steered },
      { type: 'itemCompleted', turnId: 'turn-1', item: done },
      { type: 'itemCompleted', turnId: 'turn-1', item: answer('last', 'I did') },
    )
    const items = async (itemsView: TurnsQuery['itemsView']) => {
      const [turn] = (await store.turnsPage(turnsQuery({ itemsView }))).data
      return [turn?.itemsView, turn?.items]
    }
    expect(await items('notLoaded')).toEqual(['notLoaded', []])
    expect(await items('summary')).toEqual([
      'summary',
      [userMessage('in', 'go'), answer('last', 'I did')],
    ])
    expect(await items('full')).toEqual([
      'full',
      [userMessage('in', 'go'), answer('first', 'I will'), done, steered, answer('last', 'I did')],
    ])
  })

  it('have their own items, though another turn recorded something in between', async () => {
    const late: ThreadItem = command('call-1')
    await create(
      turnStarted('turn-1'),
      { type: 'itemCompleted', turnId: 'turn-1', item: userMessage('in-1', 'one') },
      turnStarted('turn-2'),
      { type: 'itemCompleted', turnId: 'turn-2', item: userMessage('in-2', 'two') },
      { type: 'itemCompleted', turnId: 'turn-1', item: late },
      turnStarted('turn-3'),
      { type: 'itemCompleted', turnId: 'turn-3', item: userMessage('in-3', 'three') },
    )
    const items = async (query: Partial<TurnsQuery>) =>
      (await store.turnsPage(turnsQuery({ itemsView: 'full', ...query }))).data.map((turn) =>
        turn.items.map(({ id }) => id),
      )
    expect(await items({})).toEqual([['in-1', 'call-1'], ['in-2'], ['in-3']])
    expect(await items({ limit: 2, sortDirection: 'desc' })).toEqual([['in-3'], ['in-2']])
    expect(await items({ limit: 1 })).toEqual([['in-1', 'call-1']])
  })

  it('have their latest plan with them, where they are read in full', async () => {
    const step = (status: 'pending' | 'completed') => [{ step: 'look', status }]
    await create(
      turnStarted('turn-1'),
      { type: 'planUpdated', turnId: 'turn-1', explanation: 'first', plan: step('pending') },
      { type: 'planUpdated', turnId: 'turn-1', explanation: null, plan: step('completed') },
      turnStarted('turn-2'),
    )
    const plans = async (itemsView: TurnsQuery['itemsView']) =>
      (await store.turnsPage(turnsQuery({ itemsView }))).data.map((turn) => turn.skein?.plan)
    const latest = { explanation: null, steps: step('completed') }
    expect([await plans('full'), await plans('summary')]).toEqual([
      [latest, undefined],
      [undefined, undefined],
    ])
  })

  it('say how they ended', async () => {
    const error = { message: 'no', codexErrorInfo: 'badRequest' as const, additionalDetails: null }
    const seq = await create(turnStarted('turn-1'))
    const ended = turnCompleted('turn-1', { status: 'failed', error, durationMs: 1234.6 })
    await store.journal.commit(thread, seq, 3400, [ended, turnStarted('turn-2')])
    expect((await store.turnsPage(turnsQuery())).data).toEqual([
      {
        id: 'turn-1',
        rootTurnId: 'turn-1',
        items: [],
        itemsView: 'notLoaded',
        status: 'failed',
        error: { ...error, misalignment: null },
        startedAt: 1,
        completedAt: 3,
        durationMs: 1235,
        skein: { snapshotId: 'snapshot-1', number: 1, trigger: 'user', onlyThisTurn: [] },
      },
      {
        id: 'turn-2',
        rootTurnId: 'turn-2',
        items: [],
        itemsView: 'notLoaded',
        status: 'inProgress',
        error: null,
        startedAt: 3,
        completedAt: null,
        durationMs: null,
        skein: { snapshotId: 'snapshot-1', number: 2, trigger: 'user', onlyThisTurn: [] },
      },
    ])
  })

  it('are refused for a cursor of another thread or list', async () => {
    await create(...turnIds.flatMap((turnId) => wholeTurn(turnId)))
    await store.journal.commit('thread-2', 0, 1000, [threadCreated(), ...wholeTurn('turn-1')])
    const turns = await store.turnsPage(turnsQuery({ limit: 1 }))
    const items = await store.itemsPage(itemsQuery({ limit: 1 }))
    const refused = { code: 'invalidParams', message: 'invalid cursor' }
    for (const [threadId, cursor] of [
      ['thread-2', turns.nextCursor ?? ''],
      [thread, items.nextCursor ?? ''],
      [thread, 'garbage'],
    ] as const) {
      const read = store.turnsPage(turnsQuery({ threadId, cursor }))
      await expect(read).rejects.toMatchObject(refused)
    }
  })
})

describe('items by page', () => {
  it('come in order with the turn and the times they belong to', async () => {
    await create(turnStarted('turn-1'), {
      type: 'itemStarted',
      turnId: 'turn-1',
      item: { ...command('call-1'), startedAtMs: 1100 },
    })
    const done: ThreadItem = { ...command('call-1', { status: 'completed' }), completedAtMs: 1300 }
    await store.journal.commit(thread, 2, 1400, [
      { type: 'itemCompleted', turnId: 'turn-1', item: done },
      turnCompleted('turn-1'),
      turnStarted('turn-2'),
      { type: 'itemCompleted', turnId: 'turn-2', item: answer('out', 'x') },
    ])
    const entries = [
      { turnId: 'turn-1', item: done, startedAtMs: 1100, completedAtMs: 1300 },
      { turnId: 'turn-2', item: answer('out', 'x'), startedAtMs: null, completedAtMs: 1400 },
    ]
    const data = async (query: Partial<ItemsQuery>) =>
      (await store.itemsPage(itemsQuery(query))).data
    expect(await data({})).toEqual(entries)
    expect(await data({ sortDirection: 'desc' })).toEqual(entries.toReversed())
    expect(await data({ turnId: 'turn-2' })).toEqual(entries.slice(1))
    expect(await data({ cursor: { itemId: 'call-1' } })).toEqual(entries.slice(1))
    expect(await data({ cursor: { itemId: 'out' }, turnId: 'turn-2' })).toEqual([])
    const elsewhere = data({ cursor: { itemId: 'out' }, turnId: 'turn-1' })
    await expect(elsewhere).rejects.toMatchObject({ code: 'contradiction' })
    await expect(data({ turnId: 'turn-9' })).rejects.toMatchObject({ code: 'notFound' })
  })

  it('are paged back from the newest one, which is known without reading it', async () => {
    await create()
    expect(await store.newestItem(thread)).toBeNull()
    await store.journal.commit(thread, 0, 1000, [...wholeTurn('turn-1'), ...wholeTurn('turn-2')])
    const { backwardsCursor } = await store.itemsPage(itemsQuery({ sortDirection: 'desc' }))
    expect(await store.newestItem(thread)).toBe(backwardsCursor)
    await expect(store.newestItem('thread-9')).rejects.toMatchObject({ code: 'notFound' })
  })

  it('are read by name in the order of the thread', async () => {
    await create(...wholeTurn('turn-1'), ...wholeTurn('turn-2'))
    const entries = await store.readItems(thread, 'turn-1', [
      'turn-1-out',
      'nothing',
      'turn-1-in',
      'turn-2-in',
    ])
    expect(entries.map(({ item }) => item.id)).toEqual(['turn-1-in', 'turn-1-out'])
  })

  it('may have the id of an earlier one: providers repeat them, and nothing is lost', async () => {
    const both = ['one', 'two'].flatMap((words): ThreadEvent[] => [
      { type: 'itemStarted', turnId: 'turn-1', item: answer('msg_1', '') },
      { type: 'itemCompleted', turnId: 'turn-1', item: answer('msg_1', words) },
    ])
    await create(turnStarted('turn-1'), ...both, turnStarted('turn-2'), {
      type: 'itemCompleted',
      turnId: 'turn-2',
      item: answer('msg_1', 'three'),
    })
    const { data } = await store.itemsPage(itemsQuery())
    expect(data.map(({ item }) => item)).toEqual([
      answer('msg_1', 'one'),
      answer('msg_1', 'two'),
      answer('msg_1', 'three'),
    ])
  })

  it('of kinds a newer build wrote come back as they are stored', async () => {
    await create(...wholeTurn('turn-1'))
    await tamper(`UPDATE item SET kind = 'hologram', json = '{"type":"hologram","id":"turn-1-out","depth":3}'
      WHERE id = 'turn-1-out'`)
    const { data } = await store.itemsPage(itemsQuery())
    expect(data.map(({ item }) => item)).toEqual([
      userMessage('turn-1-in', 'hello'),
      { type: 'hologram', id: 'turn-1-out', depth: 3 },
    ])
    expect((await store.findThread(thread))?.damaged).toBe(false)
  })
})

describe('long outputs', () => {
  const lines = 'zeile mit ü und 😀\n'.repeat(40_000)
  const item = command('call-1', { status: 'completed', aggregatedOutput: lines })

  async function withOutput(output: string): Promise<void> {
    const done: ThreadItem = { ...item, aggregatedOutput: output }
    await create(turnStarted('turn-1'), { type: 'itemCompleted', turnId: 'turn-1', item: done })
  }

  it('are left out of a page on request, and come whole otherwise', async () => {
    await withOutput(lines)
    const [whole] = (await store.itemsPage(itemsQuery())).data
    expect(whole?.item).toEqual(item)
    const [deferred] = (await store.itemsPage(itemsQuery({ deferOutput: true }))).data
    expect([deferred?.item, deferred?.outputDeferred]).toEqual([
      { ...item, aggregatedOutput: null },
      true,
    ])
  })

  it('are not left out when they are short', async () => {
    await withOutput('short')
    const [entry] = (await store.itemsPage(itemsQuery({ deferOutput: true }))).data
    expect(entry).toEqual({
      turnId: 'turn-1',
      item: { ...item, aggregatedOutput: 'short' },
      startedAtMs: null,
      completedAtMs: 1000,
    })
  })

  it.each([
    ['short', 'ä😀 end'],
    ['long', lines],
  ])(
    'that are %s are read by ranges that cut no character and leave nothing out',
    async (_, output) => {
      await withOutput(output)
      const totalBytes = Buffer.byteLength(output)
      const step = Math.max(5, Math.floor(totalBytes / 7))
      let text = ''
      while (Buffer.byteLength(text) < totalBytes) {
        const offset = Buffer.byteLength(text)
        const range = await store.readOutput(thread, 'call-1', offset, step)
        expect(range).toMatchObject({ offset, totalBytes, omittedBytes: 0 })
        expect(range?.text).not.toBe('')
        text += range?.text
      }
      expect(text).toBe(output)
    },
  )

  it('begin at the next whole character when a range starts inside one', async () => {
    await withOutput('ä😀 end')
    expect(await store.readOutput(thread, 'call-1', 3, 100)).toEqual({
      text: ' end',
      offset: 6,
      totalBytes: 10,
      omittedBytes: 0,
    })
    expect(await store.readOutput(thread, 'call-1', 99, 1)).toMatchObject({ text: '', offset: 10 })
  })

  it('of a command that still runs are what was kept of it so far', async () => {
    await create(turnStarted('turn-1'), {
      type: 'itemStarted',
      turnId: 'turn-1',
      item: command('call-1'),
    })
    const key = {
      turnId: 'turn-1',
      itemId: 'call-1',
      kind: 'commandExecution',
      field: 'output',
    } as const
    store.journal.checkpoint(thread, key, 'so ')
    store.journal.checkpoint(thread, key, 'far')
    expect(await store.readOutput(thread, 'call-1', 0, 100)).toMatchObject({ text: 'so far' })
    expect(await store.readOutput(thread, 'call-2', 0, 100)).toBeUndefined()
  })
})

describe('a damaged row', () => {
  it('is left out, marks its thread, and leaves the rest readable', async () => {
    await create(...wholeTurn('turn-1'), {
      type: 'modelItemsRecorded',
      turnId: 'turn-1',
      items: [
        { type: 'message', n: 1 },
        { type: 'message', n: 2 },
      ],
    })
    await store.journal.commit('thread-2', 0, 1000, [threadCreated(), ...wholeTurn('turn-1')])
    await tamper(`UPDATE item SET json = '{"type":' WHERE id = 'turn-1-in' AND thread_pk = 1;
      UPDATE model_item SET json = '[]' WHERE json LIKE '%1%'`)
    expect((await store.findThread(thread))?.damaged).toBe(false)
    const changes = store.changes()
    const [turn] = (await store.turnsPage(turnsQuery({ itemsView: 'full' }))).data
    expect(turn?.items).toEqual([answer('turn-1-out', 'hello, too')])
    expect(store.changes()).toBe(changes + 1) // known with the page: what was read of the thread is old now
    expect(await store.modelHistory(thread)).toEqual([{ type: 'message', n: 2 }])
    expect((await store.findThread(thread))?.damaged).toBe(true)
    expect((await store.findThread('thread-2'))?.damaged).toBe(false)
  })
})

describe('settings of turns', () => {
  it('joins neighbours that ran under the same snapshot, newest first, by page', async () => {
    const snapshots = ['a', 'a', 'b', 'a', 'a', 'a']
    const turns = snapshots.flatMap((id, index) =>
      wholeTurn(`turn-${index + 1}`).map((event) =>
        event.type === 'turnStarted' ? { ...event, snapshot: { id, json: '{}' } } : event,
      ),
    )
    await create(...turns)
    const query = { threadId: thread, cursor: undefined, limit: 2 }
    const first = await store.snapshotSpans(query)
    expect(first.data).toEqual([
      { snapshotId: 'a', firstTurnId: 'turn-4', lastTurnId: 'turn-6', turns: 3 },
      { snapshotId: 'b', firstTurnId: 'turn-3', lastTurnId: 'turn-3', turns: 1 },
    ])
    const rest = await store.snapshotSpans({ ...query, cursor: first.nextCursor ?? '' })
    expect(rest).toMatchObject({
      data: [{ snapshotId: 'a', firstTurnId: 'turn-1', lastTurnId: 'turn-2', turns: 2 }],
      nextCursor: null,
    })
  })
})
