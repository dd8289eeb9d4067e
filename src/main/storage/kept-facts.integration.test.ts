// What a person made of threads outlives a crash and the loss of everything that is derived; summing up copies nothing.
import { existsSync } from 'node:fs'
import { copyFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, it } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { silentLogger } from '../lib/logger.ts'
import { createSearch } from './search/create-search.ts'
import { indexFile } from './search/index-file.ts'
import { threadCreated, turnCompleted, turnStarted, wholeTurn } from './test-support/events.ts'
import type { ThreadEvent } from './thread-event.ts'

const id = 'thread-1'
const goal = {
  threadId: id,
  goalId: 'goal-1',
  objective: 'a better end',
  status: 'paused',
  reason: null,
  detail: null,
  actor: 'user',
  tokenBudget: 500,
  tokensUsed: 0,
  timeBudgetMs: null,
  timeUsedMs: 0,
  costBudgetMicros: null,
  costUsedMicros: null,
  autoTurnCap: null,
  autoTurns: 0,
  minGapMs: 1_000,
  noProgressMax: 3,
  notify: 'ends',
  lastProgressMs: null,
  nextStartMs: null,
  deferred: false,
  copiedFrom: null,
  checks: [],
  checksFailed: 0,
  wait: null,
  pace: {
    goalTurns: 0,
    unattended: 0,
    noProgress: 0,
    empty: 0,
    repeats: 0,
    toolFailures: 0,
    commandFailures: 0,
    overloads: 0,
    recentCalls: [],
    lastTurn: null,
  },
  createdMs: 1,
  updatedMs: 1,
  rev: 1,
} as const

it('names, sections, read marks and goals outlive a crash without the index', async () => {
  const home = await makeTestHome()
  const store = await openTestStore({ home })
  const search = createSearch({ home, logger: silentLogger, opened: store.opened })
  const seq = await store.journal.commit(id, 0, 1, [threadCreated(), ...wholeTurn('turn-1')])
  await search.find({
    ...{ term: 'hello', operators: false, cursor: undefined, limit: 5, archived: false },
    ...{ sortKey: 'created_at', sortDirection: 'desc', sources: [] },
  })
  await store.journal.commit(id, seq, 2, [{ type: 'threadRenamed', name: 'Mine' }])
  await store.createSection({ id: 'section-1', name: 'Now', appearance: null })
  const move = { threadId: id, sectionId: 'section-1', beforeThreadId: undefined, atMs: 3 }
  await store.moveThread(move)
  const { readState } = (await store.findThread(id)) ?? {}
  const expectedRevision = readState?.revision ?? ''
  const mark = { threadId: id, operation: 'unread', fromTurnId: 'turn-1' } as const
  await store.changeReadState({ ...mark, expectedRevision })
  await store.saveGoals([{ threadId: id, expectedRev: null, goal, log: [] }])
  await store.saveGoals([
    { threadId: id, expectedRev: 1, goal: { ...goal, objective: 'another end', rev: 2 }, log: [] },
  ])
  const before = await store.findThread(id)
  await search.close()
  expect(existsSync(indexFile(home))).toBe(true)

  // What a disk holds when the process is gone in this moment, but for the index.
  const after = await makeTestHome()
  for (const file of ['skein.db', 'skein.db-wal'])
    await copyFile(join(home, file), join(after, file))
  const again = await openTestStore({ home: after })
  expect(await again.findThread(id)).toEqual(before)
  expect(before).toMatchObject({ name: 'Mine', section: { id: 'section-1' }, unread: 1 })
  expect(await again.findGoal(id)).toMatchObject({ objective: 'another end', rev: 2 })
})

it('a hundred summings-up of a thread with pictures keep each picture once', async () => {
  const home = await makeTestHome()
  const store = await openTestStore({ home })
  const picture = (n: number) => {
    const bytes = Buffer.alloc(300_000, `picture ${n} `).toString('base64')
    return {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_image', image_url: `data:image/png;base64,${bytes}` }],
    }
  }
  const pictures = Array.from({ length: 10 }, (_, n) => picture(n))
  let seq = await store.journal.commit(id, 0, 1, [
    threadCreated(),
    turnStarted('turn-0'),
    { type: 'modelItemsRecorded', turnId: 'turn-0', items: pictures },
    turnCompleted('turn-0'),
  ])
  const sumUp = (n: number): ThreadEvent[] => {
    const summary = {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: `${n}` }],
    }
    const kept = pictures.map((_, index) => ({ kept: index }))
    const history = [...kept, { item: summary }]
    const turnId = `turn-${n}`
    const replaced: ThreadEvent = { type: 'historyReplaced', turnId, history }
    return [turnStarted(turnId), replaced, turnCompleted(turnId)]
  }
  seq = await store.journal.commit(id, seq, 2, sumUp(1))
  const before = await bytesOf(home)
  for (let n = 2; n <= 101; n += 1) seq = await store.journal.commit(id, seq, n, sumUp(n))
  const grown = (await bytesOf(home)) - before
  expect(grown).toBeLessThan(1024 * 1024)
  const history = await store.modelHistory(id)
  expect(history.slice(0, -1)).toEqual(pictures)
  expect(history).toHaveLength(pictures.length + 1)
})

/** Of the database, once its log is folded in, and of the big content beside it. */
async function bytesOf(home: string): Promise<number> {
  const db = new Sqlite(join(home, 'skein.db'))
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
  let bytes = (await stat(join(home, 'skein.db'))).size
  for (const name of await readdir(join(home, 'blobs'), { recursive: true })) {
    const found = await stat(join(home, 'blobs', name))
    if (found.isFile()) bytes += found.size
  }
  return bytes
}
