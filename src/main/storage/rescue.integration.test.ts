import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { listThreads } from '../../../test/list-threads.ts'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { damageMark, databaseFile, rescuedFile } from './profile-files.ts'
import type { ThreadRecord } from './store.ts'
import {
  answer,
  threadCreated,
  threadQuery,
  turnCompleted,
  turnStarted,
  wholeTurn,
} from './test-support/events.ts'

const THREADS = 6
const TURNS = 40

async function filledHome(): Promise<string> {
  const home = await makeTestHome()
  const store = await openTestStore({ home })
  for (let thread = 1; thread <= THREADS; thread += 1) {
    await store.journal.commit(`thread-${thread}`, 0, 1000, [
      threadCreated(),
      ...Array.from({ length: TURNS }, (_, turn) =>
        wholeTurn(`turn-${turn}`, `${thread}: ${'words '.repeat(30)}`),
      ).flat(),
    ])
  }
  await store.close()
  return home
}

/** Overwrites a page in the middle of what a table is made of. */
function ruinPageOf(home: string, table: string): void {
  const db = new Sqlite(databaseFile(home), { readonly: true })
  const pages = db
    .prepare<[string], number>(
      `SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path`,
    )
    .pluck()
    .all(table)
  const size = Number(db.pragma('page_size', { simple: true }))
  db.close()
  const page = pages[Math.floor(pages.length / 2)] ?? 0
  const bytes = readFileSync(databaseFile(home))
  bytes.fill(0xff, (page - 1) * size, page * size)
  writeFileSync(databaseFile(home), bytes)
}

async function rescued(home: string) {
  writeFileSync(damageMark(home), '')
  const store = await openTestStore({ home })
  const { data } = await listThreads(store, threadQuery())
  const turns: Record<string, number> = {}
  const threads: ThreadRecord[] = []
  for (const { id } of data) {
    const record = await store.findThread(id)
    if (record) threads.push(record)
    const page = await store.turnsPage({
      threadId: id,
      cursor: undefined,
      limit: 100,
      sortDirection: 'asc',
      itemsView: 'full',
    })
    turns[id] = page.data.filter((turn) => turn.items.length > 1).length
  }
  return { store, threads, turns, health: await store.health() }
}

function integrityOf(home: string): unknown[] {
  const db = new Sqlite(databaseFile(home), { readonly: true })
  try {
    return [
      db.pragma('integrity_check', { simple: true }),
      (db.pragma('foreign_key_check') as unknown[]).length,
    ]
  } finally {
    db.close()
  }
}

describe('a database with a damaged page', () => {
  it('among the items keeps all threads and all that lies around the page, and says what it carried', async () => {
    const home = await filledHome()
    ruinPageOf(home, 'item')
    const { store, threads, turns, health } = await rescued(home)
    expect(threads).toHaveLength(THREADS)
    const whole = Object.values(turns).filter((count) => count === TURNS)
    expect(whole.length).toBeGreaterThanOrEqual(THREADS - 2)
    expect(whole.length).toBeLessThan(THREADS)
    const all = Object.values(turns).reduce((sum, count) => sum + count, 0)
    expect(all).toBeGreaterThan(THREADS * TURNS * 0.8)
    expect(threads.filter((thread) => thread.damaged).length).toBe(THREADS - whole.length)
    expect(health.state).toBe('repaired')
    expect(health.reason).toContain(`${THREADS} threads with ${THREADS * TURNS} turns`)
    expect(health.reason).toContain('could not be read')
    const damaged = readdirSync(join(home, 'backups'))
    expect(damaged).toHaveLength(1)
    await store.close()
    expect(integrityOf(home)).toEqual(['ok', 0])
  })

  it.each(['turn', 'model_item', 'event', 'token_usage', 'sqlite_autoindex_thread_1'])(
    'of %s is rescued into a sound one that goes on',
    async (table) => {
      const home = await filledHome()
      ruinPageOf(home, table)
      const { store, threads } = await rescued(home)
      expect(threads).toHaveLength(THREADS)
      const { id, lastSeq } = threads[0] ?? { id: '', lastSeq: 0 }
      await store.journal.commit(id, lastSeq, 9000, wholeTurn('turn-new', 'goes on'))
      await store.close()
      expect(integrityOf(home)).toEqual(['ok', 0])
      expect((await (await openTestStore({ home })).health()).state).toBe('healthy')
    },
  )

  it('that keeps no thread is replaced by the newest backup', async () => {
    const home = await filledHome()
    const store = await openTestStore({ home })
    const long = answer('large', randomBytes(300_000).toString('base64'))
    const large = [
      threadCreated(),
      turnStarted('t'),
      { type: 'itemCompleted', turnId: 't', item: long } as const,
      turnCompleted('t'),
    ]
    await store.journal.commit('large', 0, 1, large)
    await store.backup(undefined)
    await store.close()
    writeFileSync(databaseFile(home), 'x'.repeat(8192))
    rmSync(join(home, 'blobs'), { recursive: true })
    const { store: again, threads, health } = await rescued(home)
    expect(threads).toHaveLength(THREADS)
    expect(await again.readItems('large', 't', ['large'])).toMatchObject([{ item: long }])
    expect(health.reason).toContain('restored from the backup')
  })

  it('whose rescue was cut off before the last step is finished by the next start', async () => {
    const home = await filledHome()
    renameSync(databaseFile(home), rescuedFile(home))
    writeFileSync(`${databaseFile(home)}-wal`, 'of the old one')
    const store = await openTestStore({ home })
    expect((await listThreads(store, threadQuery())).data).toHaveLength(THREADS)
    expect((await store.health()).state).toBe('healthy')
  })
})
