import { readdirSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { createBlobStore } from './blobs.ts'
import { createImportPacks } from './import-packs.ts'
import { partsOf } from './import-part.ts'
import { createPackFiles, createPackWriter } from './pack-files.ts'
import { databaseFile, packFolder } from './profile-files.ts'
import { threadCreated } from './test-support/events.ts'

it('leaves a pack that cannot be read as it is, says so, and goes on with the others', async () => {
  const home = await makeTestHome()
  const folder = packFolder(home)
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
  const packs = createImportPacks(db, createBlobStore(db, home), createPackFiles(folder), listener)
  const item = { type: 'message', role: 'user', content: [] }
  const rows = [{ k: 'model', turn: null, item }] as const
  const [{ json: whole } = { json: '' }] = partsOf(rows)
  const writer = createPackWriter(folder)
  onTestFinished(writer.close)
  const [good, bad] = await writer.append([Buffer.from(whole), Buffer.from('[{')])
  const at = (place = { file: '', offset: 0, length: 0 }) =>
    [{ toOrd: 1, encoding: 'raw', place }] as const
  packs.put(1, at(good))
  packs.put(2, at(bad))
  // As before there were parts, and files of them.
  db.prepare(
    `INSERT INTO import_pack(thread_pk, to_ord, encoding, rows) VALUES (3, 9, 'raw', ?)`,
  ).run(Buffer.from(JSON.stringify(rows)))
  expect(heard).toEqual([])
  packs.committed()

  packs.unpackSome(60_000)
  expect(heard).toEqual(['arrived', 'broken failed', ...ids])
  expect(packs.hasAny()).toBe(false)
  expect(db.prepare('SELECT thread_pk FROM model_item').pluck().all()).toEqual([1, 3])
  expect(db.prepare('SELECT thread_pk FROM import_pack').pluck().all()).toEqual([2])
  expect(() => packs.unpackSome(5, 'broken')).toThrow()

  packs.sweep()
  expect(readdirSync(folder)).toHaveLength(1)

  packs.put(2, at(good))
  packs.unpackSome(5, 'broken')
  expect(db.prepare('SELECT count(*) FROM import_pack').pluck().get()).toBe(0)
  packs.sweep()
  expect(readdirSync(folder)).toEqual([])
})
