import Sqlite from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { createBlobStore } from './blobs.ts'
import { createImportPacks } from './import-packs.ts'
import { partsOf } from './import-part.ts'
import { databaseFile } from './profile-files.ts'
import { threadCreated } from './test-support/events.ts'

it('leaves a pack that cannot be read as it is, says so, and goes on with the others', async () => {
  const home = await makeTestHome()
  const store = await openTestStore({ home })
  const ids = ['one', 'broken', 'three']
  for (const id of ids) await store.journal.commit(id, 0, 1, [threadCreated()])
  await store.close()
  const db = new Sqlite(databaseFile(home))
  onTestFinished(() => void db.close())
  const heard: string[] = []
  const listener = {
    arrived: () => void heard.push('arrived'),
    unpacked: (id: string) => void heard.push(id),
    failed: (id: string) => void heard.push(`${id} failed`),
  }
  const packs = createImportPacks(db, createBlobStore(db, home), listener)
  const item = { type: 'message', role: 'user', content: [] }
  const rows = [{ k: 'model', turn: null, item }] as const
  const [{ json: whole } = { json: '' }] = partsOf(rows)
  const raw = (json: string) => [{ toOrd: 1, encoding: 'raw', bytes: Buffer.from(json) }] as const
  packs.put(1, raw(whole))
  packs.put(2, raw('[{'))
  packs.put(3, raw(JSON.stringify(rows))) // as before there were parts

  while (packs.hasAny()) packs.unpackSome(5)
  expect(heard).toEqual(['arrived', 'broken failed', ...ids])
  expect(packs.hasAny()).toBe(false)
  expect(db.prepare('SELECT thread_pk FROM model_item').pluck().all()).toEqual([1, 3])
  expect(db.prepare('SELECT thread_pk FROM import_pack').pluck().all()).toEqual([2])
  expect(() => packs.unpackSome(5, 'broken')).toThrow()

  packs.put(2, raw(whole))
  packs.unpackSome(5, 'broken')
  expect(db.prepare('SELECT count(*) FROM import_pack').pluck().get()).toBe(0)
})
