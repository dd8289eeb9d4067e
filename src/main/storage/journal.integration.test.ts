import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { beforeEach, describe, expect, it } from 'vitest'
import { approval, command, steer, text } from '../../../test/builders.ts'
import { listThreads } from '../../../test/list-threads.ts'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import type { ThreadTokenUsage, TokenUsage } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { Store } from './store.ts'
import {
  answer,
  settingsSnapshot,
  threadCreated,
  threadQuery,
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

/** Rows as they are on disk, read beside the store. */
function rows(sql: string): unknown[] {
  const db = new Sqlite(join(home, 'skein.db'), { readonly: true })
  try {
    return db.prepare(sql).all()
  } finally {
    db.close()
  }
}

function recorded(): unknown[] {
  return rows('SELECT seq, type, turn_id, item_id FROM event ORDER BY seq')
}

async function create(...more: readonly ThreadEvent[]): Promise<number> {
  return store.journal.commit(thread, 0, 1000, [threadCreated(), ...more])
}

describe('a commit', () => {
  it('numbers what clients hear of, in order and without gaps, and nothing else', async () => {
    const modelItems = [{ type: 'message', role: 'user', content: 'hi' }]
    expect(await create({ type: 'threadRenamed', name: 'A name' })).toBe(1)
    const events: ThreadEvent[] = [
      turnStarted('turn-1'),
      { type: 'modelItemsRecorded', turnId: 'turn-1', items: modelItems },
      { type: 'itemCompleted', turnId: 'turn-1', item: userMessage('in', 'hi') },
      { type: 'inputSteered', steer: steer('steer-1', 'turn-1', 'also') },
      turnCompleted('turn-1'),
    ]
    expect(await store.journal.commit(thread, 1, 2000, events)).toBe(4)
    expect(recorded()).toEqual([
      { seq: 1, type: 'threadRenamed', turn_id: null, item_id: null },
      { seq: 2, type: 'turnStarted', turn_id: 'turn-1', item_id: null },
      { seq: 3, type: 'itemCompleted', turn_id: 'turn-1', item_id: 'in' },
      { seq: 4, type: 'turnCompleted', turn_id: 'turn-1', item_id: null },
    ])
    expect((await store.findThread(thread))?.lastSeq).toBe(4)
  })

  it('behind the thread, or ahead of it, is a conflict that says where the thread is', async () => {
    await create(...wholeTurn('turn-1'))
    for (const after of [3, 5]) {
      const commit = store.journal.commit(thread, after, 2000, [{ type: 'threadArchived' }])
      await expect(commit).rejects.toEqual(
        new SkeinError('conflict', `thread thread-1 is at event 4, not ${after}`, { lastSeq: 4 }),
      )
    }
  })

  it('cannot create a thread twice, nor continue one that does not exist or was deleted', async () => {
    await create()
    await expect(create()).rejects.toMatchObject({ code: 'conflict' })
    const archived: ThreadEvent[] = [{ type: 'threadArchived' }]
    await expect(store.journal.commit('thread-2', 0, 1000, archived)).rejects.toMatchObject({
      code: 'notFound',
    })
    const lastSeq = await store.journal.commit(thread, 0, 1000, [{ type: 'threadDeleted' }])
    await expect(store.journal.commit(thread, lastSeq, 1000, archived)).rejects.toMatchObject({
      code: 'notFound',
    })
  })

  it('that fails in the middle records nothing of itself', async () => {
    await create()
    const before = await store.findThread(thread)
    const events: ThreadEvent[] = [
      turnStarted('turn-1'),
      { type: 'itemCompleted', turnId: 'turn-0', item: userMessage('in', 'lost?') },
    ]
    await expect(store.journal.commit(thread, 0, 2000, events)).rejects.toMatchObject({
      code: 'notFound',
    })
    expect(await store.findThread(thread)).toEqual(before)
    expect(rows('SELECT * FROM turn')).toEqual([])
  })

  it('that fails does not touch the ones that share its transaction', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `thread-${index}`)
    const outcomes = await Promise.allSettled(
      ids.flatMap((id) => [
        store.journal.commit(id, 0, 1000, [threadCreated(), ...wholeTurn('turn-1')]),
        store.journal.commit(id, 99, 1000, [{ type: 'threadArchived' }]),
      ]),
    )
    expect(outcomes.map((outcome) => outcome.status)).toEqual(
      ids.flatMap(() => ['fulfilled', 'rejected']),
    )
    const { data } = await listThreads(store, threadQuery({ limit: 100 }))
    expect(data.map((record) => record.id).sort()).toEqual([...ids].sort())
  })

  it('is there after closing and opening again', async () => {
    await create(...wholeTurn('turn-1'))
    const before = [await store.loadThread(thread), await store.modelHistory(thread)]
    await store.close()
    store = await openTestStore({ home })
    expect([await store.loadThread(thread), await store.modelHistory(thread)]).toEqual(before)
  })

  it('gives every row of the thread a place of its own in one order', async () => {
    await create(turnStarted('turn-1'), {
      type: 'itemStarted',
      turnId: 'turn-1',
      item: command('call-1'),
    })
    await store.journal.commit(thread, 2, 2000, [
      { type: 'modelItemsRecorded', turnId: 'turn-1', items: [{ type: 'a' }, { type: 'b' }] },
      { type: 'itemCompleted', turnId: 'turn-1', item: answer('out', 'done') },
    ])
    expect(
      rows(`SELECT 'turn' AS what, ord FROM turn UNION ALL SELECT id, ord FROM item
        UNION ALL SELECT kind, ord FROM model_item ORDER BY ord`),
    ).toEqual([
      { what: 'turn', ord: 0 },
      { what: 'call-1', ord: 1 },
      { what: 'a', ord: 2 },
      { what: 'b', ord: 3 },
      { what: 'out', ord: 4 },
    ])
  })

  it('numbers events over all threads as well', async () => {
    await create(...wholeTurn('turn-1'))
    await store.journal.commit('thread-2', 0, 1000, [threadCreated(), ...wholeTurn('turn-1')])
    expect(rows('SELECT gseq FROM event ORDER BY gseq')).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((gseq) => ({ gseq })),
    )
  })

  it('keeps the latest events of a thread only, and never a copy of an item', async () => {
    const words = 'x'.repeat(1000)
    let seq = await create(turnStarted('turn-1'))
    for (let batch = 0; batch < 50; batch++) {
      const events = Array.from(
        { length: 50 },
        (_, index): ThreadEvent => ({
          type: 'itemCompleted',
          turnId: 'turn-1',
          item: answer(`${batch}-${index}`, words),
        }),
      )
      seq = await store.journal.commit(thread, seq, 2000, events)
    }
    const [kept] = rows(
      'SELECT count(*) AS n, max(seq) AS last, max(length(json)) AS longest FROM event',
    )
    expect(kept).toEqual({ n: expect.any(Number), last: 2501, longest: expect.any(Number) })
    const { n, longest } = kept as { n: number; longest: number }
    expect(n).toBeGreaterThanOrEqual(2000)
    expect(n).toBeLessThan(2300)
    expect(longest).toBeLessThan(50)
    expect(rows('SELECT count(*) AS items FROM item')).toEqual([{ items: 2500 }])
  })
})

describe('a thread in lists', () => {
  it('appears with the first words of its first message, cut at a limit', async () => {
    await create(turnStarted('turn-1'))
    expect((await listThreads(store, threadQuery())).data).toEqual([])
    await store.journal.commit(thread, 1, 2000, [
      {
        type: 'itemCompleted',
        turnId: 'turn-1',
        item: userMessage('a', `  ${'é'.repeat(399)}😀 `),
      },
      { type: 'itemCompleted', turnId: 'turn-1', item: userMessage('b', 'second') },
    ])
    const [record] = (await listThreads(store, threadQuery())).data
    expect(record?.preview).toBe('é'.repeat(399))
  })

  it('that begins with a picture says so', async () => {
    await create(turnStarted('turn-1'), {
      type: 'itemCompleted',
      turnId: 'turn-1',
      item: {
        ...userMessage('a', ' '),
        content: [text(' '), { type: 'localImage', path: '/a.png' }],
      },
    })
    expect((await store.findThread(thread))?.preview).toBe('[Image]')
  })

  it('moves up when a turn starts, and changes when its content does, not when it is renamed or archived', async () => {
    const times = async () => {
      const record = await store.findThread(thread)
      return [record?.createdMs, record?.updatedMs, record?.recencyMs, record?.archivedMs]
    }
    await create()
    expect(await times()).toEqual([1000, 1000, 1000, null])
    await store.journal.commit(thread, 0, 2000, [turnStarted('turn-1')])
    expect(await times()).toEqual([1000, 2000, 2000, null])
    await store.journal.commit(thread, 1, 3000, [
      { type: 'itemCompleted', turnId: 'turn-1', item: answer('out', 'x') },
    ])
    expect(await times()).toEqual([1000, 3000, 2000, null])
    await store.journal.commit(thread, 2, 4000, [
      { type: 'threadRenamed', name: 'New' },
      { type: 'threadArchived' },
    ])
    expect(await times()).toEqual([1000, 3000, 2000, 4000])
    await store.journal.commit(thread, 4, 5000, [{ type: 'threadUnarchived' }])
    expect(await times()).toEqual([1000, 3000, 2000, null])
  })

  it('is gone from every read once it is deleted', async () => {
    const lastSeq = await create(...wholeTurn('turn-1'))
    await store.journal.commit(thread, lastSeq, 2000, [{ type: 'threadDeleted' }])
    const page = { threadId: thread, cursor: undefined, limit: 10, sortDirection: 'asc' as const }
    expect(await store.findThread(thread)).toBeUndefined()
    expect(await store.loadThread(thread)).toBeUndefined()
    expect(await store.modelHistory(thread)).toEqual([])
    expect((await listThreads(store, threadQuery())).data).toEqual([])
    await expect(store.turnsPage({ ...page, itemsView: 'full' })).rejects.toMatchObject({
      code: 'notFound',
    })
  })
})

describe('what an actor needs to go on', () => {
  it('is the latest settings, usage, queue and the end of the last turn', async () => {
    const counts: TokenUsage = {
      totalTokens: 30,
      inputTokens: 20,
      cachedInputTokens: 5,
      cacheWriteInputTokens: 0,
      outputTokens: 10,
      reasoningOutputTokens: 2,
    }
    const threadUsage: ThreadTokenUsage = { total: counts, last: counts, modelContextWindow: 1000 }
    const queue = ['one', 'two'].map((words) => ({
      id: words,
      input: [text(words)],
      clientUserMessageId: null,
      metadata: null,
    }))
    const columns = { cwd: '/new', modelProvider: 'p', model: 'm', effort: 'high' }
    const changed = { id: 'snapshot-2', json: '{"model":"m"}' }
    const seq = await create(
      turnStarted('turn-1'),
      {
        type: 'tokenUsageRecorded',
        turnId: 'turn-1',
        responseId: 'r',
        model: 'm',
        usage: counts,
        threadUsage,
      },
      turnCompleted('turn-1', { status: 'failed' }),
      { type: 'queueChanged', queue },
      { type: 'settingsChanged', columns, snapshot: changed },
    )
    expect(await store.loadThread(thread)).toEqual({
      record: {
        id: thread,
        name: null,
        preview: '',
        cwd: '/new',
        source: 'vscode',
        threadSource: null,
        originator: 'test',
        cliVersion: '1.0.0',
        historyMode: 'paginated',
        modelProvider: 'p',
        model: 'm',
        effort: 'high',
        snapshotId: 'snapshot-2',
        origin: 'native',
        forkedFromId: null,
        gitInfo: null,
        memoryMode: null,
        createdMs: 1000,
        updatedMs: 1000,
        recencyMs: 1000,
        archivedMs: null,
        lastSeq: seq,
        turnCount: 1,
        queued: 2,
        goalStatus: null,
        damaged: false,
        section: null,
        sectionEnteredMs: null,
        projectId: null,
        pinned: false,
        snoozedUntilMs: null,
        files: { added: 0, removed: 0 },
        readState: { firstUnread: { type: 'turn', turnId: 'turn-1' }, revision: '1' },
        unread: 1,
      },
      snapshot: changed,
      tokenUsage: threadUsage,
      queue,
      lastTurnStatus: 'failed',
    })
    expect(await store.snapshot('snapshot-1')).toEqual({
      json: settingsSnapshot.json,
      createdAtMs: 1000,
    })
    expect(await store.snapshotIdOf(thread, 'turn-1')).toBe('snapshot-1')
    expect(await store.snapshotIdOf(thread, undefined)).toBe('snapshot-2')
    expect(await store.snapshotIdOf(thread, 'turn-2')).toBeUndefined()
  })

  it('has the queue in its new order when that changes, and none when it is empty', async () => {
    const entry = (id: string) => ({ id, input: [], clientUserMessageId: null, metadata: null })
    const seq = await create({ type: 'queueChanged', queue: ['a', 'b', 'c'].map(entry) })
    await store.journal.commit(thread, seq, 2000, [
      { type: 'queueChanged', queue: ['c', 'a'].map(entry) },
    ])
    expect((await store.loadThread(thread))?.queue.map(({ id }) => id)).toEqual(['c', 'a'])
    await store.journal.commit(thread, seq + 1, 3000, [{ type: 'queueChanged', queue: [] }])
    const state = await store.loadThread(thread)
    expect([state?.queue, state?.record.queued]).toEqual([[], 0])
  })

  it('includes the whole model history, large elements as well', async () => {
    const items = [
      { type: 'message', role: 'user', content: 'hi' },
      { type: 'function_call', call_id: 'c', name: 'n', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'é\u0000'.repeat(400_000) },
      { type: 'of_the_future', anything: { deep: [1, null] } },
    ]
    await create({ type: 'modelItemsRecorded', turnId: null, items })
    expect(await store.modelHistory(thread)).toEqual(items)
  })
})

describe('approvals', () => {
  it('are listed oldest first while they wait, and settled once', async () => {
    const asked = ['a', 'b', 'c'].map(
      (id): ThreadEvent => ({
        type: 'approvalRequested',
        approval: approval(id, 'turn-1', `item-${id}`),
      }),
    )
    const seq = await create(turnStarted('turn-1'), ...asked)
    const decide = (state: 'approved' | 'denied'): ThreadEvent => ({
      type: 'approvalDecided',
      approvalId: 'b',
      state,
      decision: state === 'approved' ? 'accept' : 'decline',
      reviewer: 'user',
    })
    await store.journal.commit(thread, seq, 2000, [decide('approved'), decide('denied')])

    const query = { threadId: thread, cursor: undefined, limit: 1 }
    const first = await store.approvals({ ...query, state: 'pending' })
    expect(first.data.map(({ approvalId }) => approvalId)).toEqual(['a'])
    const cursor = first.nextCursor ?? ''
    const second = await store.approvals({ ...query, cursor, state: 'pending' })
    expect(second.data.map(({ approvalId }) => approvalId)).toEqual(['c'])
    expect(second.nextCursor).toBeNull()
    expect(
      (await store.approvals({ ...query, threadId: undefined, state: 'approved' })).data,
    ).toEqual([
      {
        approvalId: 'b',
        threadId: thread,
        turnId: 'turn-1',
        itemId: 'item-b',
        method: 'item/commandExecution/requestApproval',
        params: {},
        state: 'approved',
        decision: 'accept',
        reviewer: 'user',
        createdAtMs: 1000,
        decidedAtMs: 2000,
      },
    ])
    await expect(store.approvals({ ...query, cursor, state: 'denied' })).rejects.toMatchObject({
      code: 'invalidParams',
    })
  })
})
