import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, it } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { createBlobStore } from './blobs.ts'
import { answer, threadCreated, turnStarted } from './test-support/events.ts'
import { createTrash } from './trash.ts'

it('removes what was deleted before a time, with the content that no other thread has', async () => {
  const home = await makeTestHome()
  const store = await openTestStore({ home })
  const shared = 'shared '.repeat(60_000)
  for (const [id, text] of [
    ['stays', shared],
    ['goes', shared],
    ['goes too', 'alone '.repeat(60_000)],
  ] as const) {
    const item = answer('a1', text)
    await store.journal.commit(id, 0, 1, [
      threadCreated(),
      turnStarted('t1'),
      { type: 'itemCompleted', turnId: 't1', item },
    ])
    if (id !== 'stays') await store.journal.commit(id, 2, 1000, [{ type: 'threadDeleted' }])
  }
  await store.close()
  const files = () =>
    readdirSync(join(home, 'blobs'), { recursive: true }).filter((name) => `${name}`.length > 10)
  expect(files()).toHaveLength(2)

  const db = new Sqlite(join(home, 'skein.db'))
  db.pragma('foreign_keys = ON')
  const trash = createTrash(db, createBlobStore(db, home))
  expect(trash.purgeNext(1000)).toBe(false)
  expect(trash.purgeNext(1001)).toBe(true)
  expect(trash.purgeNext(1001)).toBe(true)
  expect(trash.purgeNext(1001)).toBe(false)
  expect(db.prepare('SELECT id FROM thread').pluck().all()).toEqual(['stays'])
  expect(files()).toHaveLength(1)
  expect(db.pragma('foreign_key_check')).toEqual([])
  db.close()
  const again = await openTestStore({ home })
  expect((await again.modelHistory('stays')).length).toBe(0)
  expect(existsSync(join(home, 'skein.db'))).toBe(true)
})
