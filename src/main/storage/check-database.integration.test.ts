import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, it } from 'vitest'
import { listThreads } from '../../../test/list-threads.ts'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { isCheckDue } from './check-database.ts'
import { damageMark, databaseFile } from './profile-files.ts'
import type { StoreHealth } from './store.ts'
import { threadCreated, threadQuery, wholeTurn } from './test-support/events.ts'

async function homeWithThread(): Promise<string> {
  const home = await makeTestHome()
  const store = await openTestStore({ home })
  await store.journal.commit('thread-1', 0, 1000, [threadCreated(), ...wholeTurn('turn-1')])
  await store.close()
  return home
}

/** As if the process that had it had ended in the middle of its work. */
function leaveHolder(home: string): void {
  const db = new Sqlite(join(home, 'writer.lock'))
  db.exec(`INSERT INTO holder VALUES (1, 1, 'here', 0, 'x')`)
  db.close()
}

function ruinIndex(home: string): void {
  const db = new Sqlite(databaseFile(home), { readonly: true })
  const sql = `SELECT pageno FROM dbstat WHERE name = 'thread_created'`
  const page = db.prepare<[], number>(sql).pluck().get() ?? 0
  const size = Number(db.pragma('page_size', { simple: true }))
  db.close()
  const bytes = readFileSync(databaseFile(home))
  bytes.fill(0xff, (page - 1) * size, page * size)
  writeFileSync(databaseFile(home), bytes)
}

async function healthAfterCheck(home: string) {
  const store = await openTestStore({ home })
  const health = await new Promise<StoreHealth>((resolve) => void store.onHealth(resolve))
  return { store, health }
}

it('after an unclean exit the database is looked through, and the health says when', async () => {
  const home = await homeWithThread()
  leaveHolder(home)
  const { store, health } = await healthAfterCheck(home)
  expect(health.state).toBe('healthy')
  expect(health.checkedAtMs).toBeGreaterThan(0)
  await store.close()
  const lock = new Sqlite(join(home, 'writer.lock'), { readonly: true })
  expect(lock.prepare('SELECT * FROM holder').all()).toEqual([])
  lock.close()
})

it('a store that is closed while it is looked through ends after that, by itself', async () => {
  const home = await homeWithThread()
  const store = await openTestStore({ home })
  const look = store.check()
  look.catch(() => undefined)
  await store.close()
  await expect(look).rejects.toMatchObject({ code: 'storageDegraded' })
  expect(await (await openTestStore({ home })).findThread('thread-1')).toBeDefined()
})

it('damage that nobody met is found, told, and rescued by the next start', async () => {
  const home = await homeWithThread()
  ruinIndex(home)
  leaveHolder(home)
  const { store, health } = await healthAfterCheck(home)
  expect(health).toMatchObject({ state: 'damaged', checkedAtMs: null })
  expect(health.reason).toContain('Restart Skein')
  expect(existsSync(damageMark(home))).toBe(true)
  await store.close()
  const next = await openTestStore({ home })
  expect((await next.health()).reason).toContain('1 threads with 1 turns')
  expect((await listThreads(next, threadQuery())).data).toHaveLength(1)
  expect(existsSync(damageMark(home))).toBe(false)
})

it('a look is due after an unclean exit only, and once a day', () => {
  const day = 24 * 3_600_000
  expect(isCheckDue(false, null, day)).toBe(false)
  expect(isCheckDue(true, null, day)).toBe(true)
  expect(isCheckDue(true, 1, day)).toBe(false)
  expect(isCheckDue(true, 1, day + 2)).toBe(true)
})

it('is looked through when somebody asks, and says what it found', async () => {
  const home = await homeWithThread()
  const store = await openTestStore({ home })
  const whole = await store.check()
  expect(whole).toMatchObject({ state: 'healthy', reason: null })
  expect(whole.checkedAtMs).toBeGreaterThan(0)
  await store.close()
  ruinIndex(home)
  const ruined = await openTestStore({ home })
  expect(await ruined.check()).toMatchObject({ state: 'damaged' })
  expect(existsSync(damageMark(home))).toBe(true)
})
