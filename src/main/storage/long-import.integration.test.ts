// Threads whose content is still being unpacked: what can be answered of them at once, and who waits for whom.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { rolloutLines, wholeTurn, writeRollout } from '../../../test/rollout-files.ts'
import { historyOf, importHome, importReport } from '../../../test/rollout-import.ts'
import type { StoreOptions } from './create-store.ts'
import { databaseFile, packFolder } from './profile-files.ts'
import { wholeTurn as wholeTurnOf } from './test-support/events.ts'
import { unpackingChild } from './test-support/unpacking-child.ts'

const LONG = '01960000-0000-7000-8000-00000000000a'
const SHORT = '01960000-0000-7000-8000-00000000000b'
const TURNS = 2_000

async function imported(options: Partial<StoreOptions> = {}, words = '', count = TURNS) {
  const home = await makeTestHome()
  const store = await openTestStore({ home, ...options })
  const source = await makeTestHome()
  const turns = Array.from({ length: count }, (_, n) =>
    wholeTurn('legacy', `t${n}`, `question ${n}${words}`, `answer ${n}`),
  )
  await writeRollout(source, LONG, rolloutLines({ id: LONG }, turns.flat()))
  const few = wholeTurn('legacy', 't0', 'one', 'uno')
  await writeRollout(source, SHORT, rolloutLines({ id: SHORT }, few))
  expect(await importHome(store, source)).toEqual(
    importReport({ threads: 2, items: 2 * count + 2 }),
  )
  const db = new Sqlite(databaseFile(home), { readonly: true })
  onTestFinished(() => void db.close())
  const packed = db
    .prepare<[string], number>(
      'SELECT count(*) FROM import_pack JOIN thread ON thread.pk = thread_pk WHERE thread.id = ?',
    )
    .pluck()
  const forms = db
    .prepare<[], string>('SELECT DISTINCT form FROM import_pack ORDER BY form')
    .pluck()
  return { home, store, packed: () => packed.get(LONG), forms: () => forms.all() }
}

const told = Array.from({ length: TURNS }, (_, n) => [
  `user: question ${n}`,
  `assistant: answer ${n}`,
]).flat()
const newest = { cursor: undefined, limit: 20, sortDirection: 'desc', itemsView: 'full' } as const

test('while the whole of a long thread is asked for, others are answered', async () => {
  const { store } = await imported()
  const answered: string[] = []
  const history = historyOf(store, LONG).then((lines) => {
    answered.push('history')
    return lines
  })
  const other = historyOf(store, SHORT).then(() => answered.push('other'))
  const [lines] = await Promise.all([history, other])
  expect(answered).toEqual(['other', 'history'])
  expect(lines).toEqual(told)
})

test('its newest page comes before the rest is there; older pages follow without a gap', async () => {
  const { store, packed } = await imported()
  expect((await store.loadThread(LONG))?.lastTurnStatus).toBe('completed')
  const first = await store.turnsPage({ threadId: LONG, ...newest })
  expect(packed()).toBeGreaterThan(0)
  expect(first.data.map(({ id }) => id)).toEqual(
    Array.from({ length: 20 }, (_, n) => `t${TURNS - 1 - n}`),
  )
  const ids = first.data.map(({ id }) => id)
  for (let cursor = first.nextCursor; cursor !== null; ) {
    const page = await store.turnsPage({ threadId: LONG, ...newest, limit: 100, cursor })
    for (const { id, items } of page.data) {
      expect(items).toHaveLength(2)
      ids.push(id)
    }
    cursor = page.nextCursor
  }
  expect(ids).toEqual(Array.from({ length: TURNS }, (_, n) => `t${TURNS - 1 - n}`))
})

test('of a thread kept as its lines the newest page comes first too, also after an end between', async () => {
  const count = 300
  const { home, store, packed, forms } = await imported({}, '', count)
  expect(forms()).toEqual(['lines'])
  const first = await store.turnsPage({ threadId: LONG, ...newest })
  expect(first.data.map(({ id }) => id)).toEqual(
    Array.from({ length: 20 }, (_, n) => `t${count - 1 - n}`),
  )
  await store.close()
  expect(packed()).toBeGreaterThan(0)
  const again = await openTestStore({ home })
  expect(await historyOf(again, LONG)).toEqual(told.slice(0, 2 * count))
  expect((await again.findThread(LONG))?.turnCount).toBe(count)
})

test('a store that ended in the middle of it goes on there', async () => {
  const { home, store, packed } = await imported()
  const before = packed() ?? 0
  await store.turnsPage({ threadId: LONG, ...newest })
  await store.close()
  expect(packed()).toBeGreaterThan(0)
  expect(packed()).toBeLessThan(before)
  expect(await historyOf(await openTestStore({ home }), LONG)).toEqual(told)
  expect(packed()).toBe(0)
})

test('killed in the middle of it, again and again, it loses nothing and repeats nothing', async () => {
  const { home, store, packed } = await imported()
  await store.close()
  const left = [packed() ?? 0]
  for (const answers of [1, 40, 200]) {
    const child = spawn(process.execPath, [unpackingChild, home, LONG], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    for (let said = 0; said < answers; said++) expect((await lines.next()).value).toBe('answered')
    child.kill('SIGKILL')
    await ended
    left.push(packed() ?? 0)
  }
  expect(left).toEqual(left.toSorted((a, b) => b - a))
  expect(new Set(left).size).toBeGreaterThan(1)
  const again = await openTestStore({ home })
  expect(await historyOf(again, LONG)).toEqual(told)
  expect((await again.check()).state).toBe('healthy')
})

test('a backup that is made in the middle of it has all of it', async () => {
  const { home, store } = await imported()
  const path = join(home, 'copy.db')
  await store.backup(path)
  const again = await makeTestHome()
  await rename(path, databaseFile(again))
  await rename(`${path}.imports`, packFolder(again))
  expect(await historyOf(await openTestStore({ home: again }), LONG)).toEqual(told)
})

test('a turn that is begun meanwhile comes behind all that was there', async () => {
  const { store, packed } = await imported()
  const loaded = await store.loadThread(LONG)
  await store.journal.commit(LONG, loaded?.record.lastSeq ?? 0, 1, wholeTurnOf('new'))
  expect(packed()).toBeGreaterThan(0)
  const page = await store.turnsPage({ threadId: LONG, ...newest, limit: 2 })
  expect(page.data.map(({ id }) => id)).toEqual(['new', `t${TURNS - 1}`])
  expect(await historyOf(store, LONG)).toEqual(told)
  expect((await store.findThread(LONG))?.turnCount).toBe(TURNS + 1)
})

test('a thread of more than the heap of the worker is unpacked, and read page by page', async () => {
  const heapMax = 24
  const words = ' and then some'.repeat((heapMax * 1024 * 1024) / TURNS / 14)
  const { store, packed } = await imported({ heapMax }, words)
  await store.contentThere(LONG)
  expect(packed()).toBe(0)
  const oldest = await store.turnsPage({ threadId: LONG, ...newest, sortDirection: 'asc' })
  expect(oldest.data[0]?.id).toBe('t0')
  expect((await store.health()).state).toBe('healthy')
})
