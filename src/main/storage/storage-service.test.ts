import { statSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeTestHome } from '../../../test/open-test-store.ts'
import { openProfile, type Profile } from './open-profile.ts'
import { type PartialRow, textOf } from './partial-text.ts'
import { createStorageService, type ServiceLink, type StorageService } from './storage-service.ts'
import { answer, threadCreated, turnStarted, wholeTurn } from './test-support/events.ts'
import type { ThreadEvent } from './thread-event.ts'
import type { Answer, FromWorker, ToWorker } from './worker-messages.ts'

let home: string
let profile: Profile
let service: StorageService
let waiting: ToWorker[]
let sent: FromWorker[]
/** Rows another connection sees at the moment a batch is answered. */
let visible: unknown[]

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  home = await makeTestHome()
  profile = openProfile({ home, appVersion: '0', nowMs: 0 })
  waiting = []
  sent = []
  visible = []
  const other = new Sqlite(join(home, 'skein.db'), { readonly: true })
  const countThreads = other.prepare('SELECT count(*) FROM thread').pluck()
  const link: ServiceLink = {
    send(message) {
      if (message.type === 'answers') visible.push(countThreads.get())
      sent.push(message)
    },
    next: () => waiting.shift(),
    entry: '',
    closed: () => other.close(),
  }
  service = createStorageService(profile, link, () => [])
})
afterEach(() => {
  if (profile.db.open) work({ op: 'close', id: 0 })
  vi.useRealTimers()
})

function work(...messages: readonly ToWorker[]): readonly (readonly Answer[])[] {
  sent = []
  waiting.push(...messages)
  service.work()
  return sent.flatMap((message) => (message.type === 'answers' ? [message.answers] : []))
}

function commit(
  id: number,
  threadId: string,
  after: number,
  events: readonly ThreadEvent[],
): ToWorker {
  return { op: 'commit', id, request: { threadId, after, atMs: 1000, events } }
}

function create(id: number): ToWorker {
  return commit(id, `thread-${id}`, 0, [threadCreated(), ...wholeTurn('turn-1')])
}

function find(id: number, threadId: string): ToWorker {
  return { op: 'read', id, name: 'findThread', args: [threadId] }
}

describe('group commit', () => {
  it('answers a batch after it is on disk, and not one by one', () => {
    const batches = work(...Array.from({ length: 100 }, (_, id) => create(id)))
    expect(batches.flat()).toEqual(Array.from({ length: 100 }, (_, id) => ({ id, value: 4 })))
    expect(batches.map((batch) => batch.length)).toEqual([64, 36])
    expect(visible).toEqual([64, 100])
  })

  it('fails only the operation that fails', () => {
    const batches = work(create(1), commit(2, 'thread-1', 9, [turnStarted('x')]), create(3))
    expect(batches.flat()).toEqual([
      { id: 1, value: 4 },
      {
        id: 2,
        error: {
          code: 'conflict',
          message: 'thread thread-1 is at event 4, not 9',
          detail: { lastSeq: 4 },
          stack: expect.any(String),
        },
      },
      { id: 3, value: 4 },
    ])
  })

  it('lets one batch go through reads that came between, and answers these with what they may see', () => {
    const [writes, reads] = work(create(1), find(2, 'thread-1'), find(3, 'thread-4'), create(4))
    expect(writes).toEqual([
      { id: 1, value: 4 },
      { id: 4, value: 4 },
    ])
    expect(reads).toEqual([
      { id: 2, value: expect.objectContaining({ id: 'thread-1', lastSeq: 4 }) },
      { id: 3, value: expect.objectContaining({ id: 'thread-4', lastSeq: 4 }) },
    ])
  })

  it('answers a flush after everything before it', () => {
    const key = { turnId: 'turn-1', itemId: 'm', kind: 'agentMessage', field: 'text' } as const
    work(create(1))
    const checkpoint = { threadId: 'thread-1', key, appended: 'text', atMs: 1 }
    const answers = work({ op: 'checkpoint', checkpoint }, { op: 'flush', id: 2 }).flat()
    expect(answers).toEqual([{ id: 2, value: undefined }])
    expect(profile.db.prepare('SELECT text FROM item_partial').pluck().all()).toEqual(['text'])
  })
})

describe('upkeep', () => {
  const walBytes = () => statSync(join(home, 'skein.db-wal')).size

  function fillWal(): void {
    // A reader that holds on keeps automatic checkpoints from starting the log anew.
    const reader = new Sqlite(join(home, 'skein.db'), { readonly: true })
    reader.exec('BEGIN; SELECT count(*) FROM thread')
    work(commit(0, 'thread', 0, [threadCreated(), turnStarted('turn-1')]))
    const words = 'x'.repeat(10_000)
    for (let seq = 1; seq <= 1000; seq += 100) {
      const items = Array.from(
        { length: 100 },
        (_, n): ThreadEvent => ({
          type: 'itemCompleted',
          turnId: 'turn-1',
          item: answer(`${seq}-${n}`, words),
        }),
      )
      work(commit(seq, 'thread', seq, items))
    }
    reader.close()
  }

  it('folds a large log back into the database after half a minute of rest', () => {
    fillWal()
    expect(walBytes()).toBeGreaterThan(8 * 1024 * 1024)
    vi.advanceTimersByTime(29_000)
    work(find(1, 'thread'))
    vi.advanceTimersByTime(29_000)
    expect(walBytes()).toBeGreaterThan(8 * 1024 * 1024)
    vi.advanceTimersByTime(1_001)
    expect(walBytes()).toBe(0)
  })

  it('removes deleted threads after as long as it is told to keep them', () => {
    const atMs = Date.now() - 2_000
    work(create(1), {
      op: 'commit',
      id: 2,
      request: { threadId: 'thread-1', after: 4, atMs, events: [{ type: 'threadDeleted' }] },
    })
    const threads = profile.db.prepare('SELECT count(*) FROM thread').pluck()
    for (const [ms, left] of [
      [null, 1],
      [3_600_000, 1],
      [1_000, 0],
    ] as const) {
      work({ op: 'keepDeleted', ms })
      vi.advanceTimersByTime(60_000)
      expect(threads.get()).toBe(left)
    }
  })

  it('folds the log and gives the lock back when it closes', () => {
    fillWal()
    expect(work({ op: 'close', id: 7 }).flat()).toEqual([{ id: 7, value: undefined }])
    expect(walBytes()).toBe(0)
    const next = openProfile({ home, appVersion: '0', nowMs: 0 })
    next.db.close()
    next.lock.release()
  })
})

describe('a database that may not grow', () => {
  // Nothing that could be kept in less.
  const words = Array.from({ length: 2_200 }, (_, n) =>
    ((n * 2_654_435_761) % 2 ** 32).toString(36),
  ).join(' ')
  const key = { turnId: 'turn-1', itemId: 'm', kind: 'agentMessage', field: 'text' } as const

  /** Stands for a full disk where none can be made: SQLite reports both in the same way. */
  function limit(pages: number): void {
    profile.db.pragma(`max_page_count = ${pages}`)
  }
  function pages(): number {
    return Number(profile.db.pragma('page_count', { simple: true }))
  }
  function item(id: number, after: number): ToWorker {
    const event: ThreadEvent = {
      type: 'itemCompleted',
      turnId: 'turn-1',
      item: answer(`item-${id}`, words),
    }
    return commit(id, 'thread', after, [event])
  }
  const states = () =>
    sent.flatMap((message) => (message.type === 'health' ? [message.health.state] : []))
  const failure = expect.objectContaining({
    code: 'storageDegraded',
    message: expect.stringContaining('The disk is full'),
  })

  beforeEach(() => {
    work(commit(0, 'thread', 0, [threadCreated(), turnStarted('turn-1')]))
  })

  it('fails all that share the transaction, keeps no half of it, and still answers reads', () => {
    limit(pages() + 20)
    const answers = work(item(1, 1), item(2, 2), find(3, 'thread')).flat()
    expect(answers).toEqual([
      { id: 1, error: failure },
      { id: 2, error: failure },
      { id: 3, value: expect.objectContaining({ lastSeq: 1 }) },
    ])
    expect(profile.db.prepare('SELECT count(*) FROM item').pluck().get()).toBe(0)
  })

  it('says once that it cannot record, and once that it can again, by trying by itself', () => {
    limit(pages())
    work(item(1, 1))
    const first = states()
    work(item(2, 1))
    expect([first, states()]).toEqual([['readOnly'], []])
    vi.advanceTimersByTime(3_000)
    expect(states()).toEqual([])
    limit(1_000_000)
    vi.advanceTimersByTime(1_000)
    expect(states()).toEqual(['healthy'])
    expect(work(item(3, 1)).flat()).toEqual([{ id: 3, value: 2 }])
  })

  it('records again as soon as an operation succeeds', () => {
    limit(pages())
    work(item(1, 1))
    limit(1_000_000)
    expect(work(item(2, 1)).flat()).toEqual([{ id: 2, value: 2 }])
    expect(states()).toEqual(['healthy'])
  })

  it('writes streamed text that it had to hold back, without a hole, once there is room', () => {
    const checkpoint = (appended: string): ToWorker => ({
      op: 'checkpoint',
      checkpoint: { threadId: 'thread', key, appended, atMs: 1 },
    })
    work(checkpoint('one '))
    limit(pages())
    work(checkpoint(words), checkpoint(' three'))
    work(checkpoint(' four'))
    limit(1_000_000)
    vi.advanceTimersByTime(1_000)
    const text = profile.db
      .prepare<[], PartialRow>('SELECT text, packed FROM item_partial ORDER BY part')
      .all()
      .map(textOf)
      .join('')
    expect(text.replace(words, 'two')).toBe('one two three four')
  })
})
