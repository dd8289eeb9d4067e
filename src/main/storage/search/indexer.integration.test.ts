import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { makeTestHome, openTestStore } from '../../../../test/open-test-store.ts'
import { createBlobStore } from '../blobs.ts'
import { threadCreated, wholeTurn } from '../test-support/events.ts'
import { createIndexer } from './indexer.ts'
import { openIndex } from './open-index.ts'

const COUNT = 5

/** Threads with a name and some words each, and an index with nothing in it. */
async function open() {
  const home = await makeTestHome()
  const store = await openTestStore({ home })
  for (let number = 0; number < COUNT; number += 1)
    await store.journal.commit(`thread-${number}`, 0, 1, [
      threadCreated(),
      { type: 'threadRenamed', name: 'the walrus' },
      ...wholeTurn('t1'),
      { type: 'threadDescribed', preview: 'what was asked first' },
      ...wholeTurn('t2', 'a heron'),
    ])
  const threads = new Sqlite(join(home, 'skein.db'))
  const index = openIndex(home)
  onTestFinished(() => {
    index.close()
    threads.close()
  })
  const indexer = createIndexer(threads, index, createBlobStore(threads, home))
  const count = index
    .prepare<[string], number>('SELECT count(*) FROM doc WHERE doc MATCH ?')
    .pluck()
  return { store, indexer, found: (word: string) => count.get(word) }
}

it('has the titles of all threads before it has what was said in any', async () => {
  const { indexer, found } = await open()
  expect(indexer.compare()).toBe(COUNT)
  for (let number = 0; number < COUNT; number += 1) indexer.step(0)
  expect([found('walrus'), found('heron'), indexer.left()]).toEqual([COUNT, 0, COUNT])
  while (indexer.step(0));
  expect([found('walrus'), found('heron'), indexer.left()]).toEqual([COUNT, 2 * COUNT, 0])
})

it('has the title that a thread was given between the two', async () => {
  const { store, indexer, found } = await open()
  indexer.compare()
  for (let number = 0; number < COUNT; number += 1) indexer.step(0)
  const { lastSeq } = (await store.findThread('thread-3')) ?? { lastSeq: 0 }
  await store.journal.commit('thread-3', lastSeq, 2, [{ type: 'threadRenamed', name: 'the seal' }])
  indexer.touch('thread-3')
  while (indexer.step(0));
  expect([found('walrus'), found('seal')]).toEqual([COUNT - 1, 1])
})
