import { readdirSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { createBlobStore } from './blobs.ts'
import { createImportPacks } from './import-packs.ts'
import { partsOf } from './import-part.ts'
import type { PlacedPart } from './imported-thread.ts'
import { encode } from './pack-encoding.ts'
import { createPackFiles, createPackWriter, type PackPlace } from './pack-files.ts'
import { databaseFile, packFolder } from './profile-files.ts'
import { createSizeRepository } from './size-repository.ts'
import { threadCreated } from './test-support/events.ts'

const item = { type: 'message', role: 'user', content: [] }
const row = { k: 'model', turn: null, item } as const
const rows = [row]

/** Threads numbered from 1 without content, and packs where a kept content is the number of its rows. */
async function packsOf(ids: readonly string[]) {
  const home = await makeTestHome()
  const folder = packFolder(home)
  const store = await openTestStore({ home })
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
  const rowsOfLines = (kept: Buffer) => Array.from({ length: Number(kept) }, () => row)
  const files = createPackFiles(folder)
  const packs = createImportPacks(db, createBlobStore(db, home), files, rowsOfLines, listener)
  const writer = createPackWriter(folder)
  onTestFinished(writer.close)
  return { db, folder, packs, heard, write: writer.append }
}

const nowhere: PackPlace = { file: '', offset: 0, length: 0 }

function at(place = nowhere): readonly PlacedPart[] {
  return [{ toOrd: 1, form: 'rows', encoding: 'raw', place }]
}

it('leaves a pack that cannot be read as it is, says so, and goes on with the others', async () => {
  const ids = ['one', 'broken', 'three']
  const { db, folder, packs, heard, write } = await packsOf(ids)
  const [{ json: whole } = { json: '' }] = partsOf(rows)
  const [good, bad] = await write([Buffer.from(whole), Buffer.from('[{')])
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

  // As when its source is imported again.
  db.prepare('DELETE FROM import_pack WHERE thread_pk = 2').run()
  packs.put(2, at(good))
  packs.unpackSome(5, 'broken')
  expect(db.prepare('SELECT count(*) FROM import_pack').pluck().get()).toBe(0)
  const safe = db.prepare(`SELECT count(*) FROM meta WHERE key = 'unpacked_ms'`).pluck()
  expect(safe.get()).toBe(0)
  packs.sweep()
  expect(safe.get()).toBe(1)
  expect(readdirSync(folder)).toEqual([])
})

it('finds parts that were compressed together, and says when one is not there', async () => {
  const { db, packs, heard, write } = await packsOf(['one', 'two', 'short'])
  const [place = nowhere] = await write([encode(Buffer.from('2;3')).bytes])
  const lines = (toOrd: number, offset: number, length: number, share: number) =>
    [{ toOrd, form: 'lines', encoding: 'zstd', place, within: { offset, length, share } }] as const
  packs.put(1, lines(2, 0, 1, 10))
  packs.put(2, lines(3, 2, 1, 20))
  packs.put(3, lines(4, 2, 2, 30))
  const sizes = createSizeRepository(db).threadSizes(['one', 'two', 'short'])
  const without = (id: string) => sizes.find(({ threadId }) => threadId === id)?.bytes ?? 0
  expect(without('two') - without('one')).toBe(10)

  packs.unpackSome(60_000)
  expect(heard).toEqual(['short failed', 'one', 'two', 'short'])
  const count = db.prepare('SELECT count(*) FROM model_item GROUP BY thread_pk').pluck()
  expect(count.all()).toEqual([2, 3])
})

it('makes rows of kept lines: a few at once, many in parts of which the newest comes first', async () => {
  const { db, folder, packs, heard, write } = await packsOf(['few', 'many', 'more'])
  const kept = ['3', '1000', '2'].map((count) => Buffer.from(count))
  const places = await write(kept)
  const lines = (toOrd: number, index: number) =>
    [{ toOrd, form: 'lines', encoding: 'raw', place: places[index] ?? nowhere }] as const
  packs.put(1, lines(3, 0))
  packs.put(2, lines(1000, 1))
  // As if a later version saw more in the lines: the place behind is not free.
  packs.put(3, lines(1, 2))

  packs.unpackSome(0, 'few')
  const ords = db.prepare('SELECT ord FROM model_item WHERE thread_pk = ? ORDER BY ord').pluck()
  expect(ords.all(1)).toEqual([0, 1, 2])
  expect(packs.rowsFrom('few')).toBeUndefined()

  packs.unpackSome(0, 'many')
  expect(packs.rowsFrom('many')).toEqual({ threadPk: 2, ord: 1000 })
  packs.unpackSome(0, 'many')
  const newest = packs.rowsFrom('many')?.ord ?? 0
  expect(newest).toBeLessThan(1000)
  expect(ords.all(2)).toEqual(Array.from({ length: 1000 - newest }, (_, n) => newest + n))

  packs.unpackSome(60_000)
  expect(ords.all(2)).toHaveLength(1000)
  expect(heard).toEqual(['few', 'more failed', 'many', 'more'])
  expect(ords.all(3)).toEqual([])
  packs.sweep()
  expect(readdirSync(folder)).toHaveLength(1)
})
