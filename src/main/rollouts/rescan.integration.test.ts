// A home that is imported again, after something happened to its files, to a thread here, or to both.
import { appendFile, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { listThreads } from '../../../test/list-threads.ts'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { rolloutLines, wholeTurn, writeRollout } from '../../../test/rollout-files.ts'
import {
  historyOf,
  importHome,
  importReport,
  runImportOf,
  turnsOf,
} from '../../../test/rollout-import.ts'
import type { ThreadPageQuery } from '../storage/store.ts'
import { threadCreated } from '../storage/test-support/events.ts'
import type { ThreadEvent } from '../storage/thread-event.ts'

const A = '01960000-0000-7000-8000-00000000000a'
const B = '01960000-0000-7000-8000-00000000000b'

const turns = [
  wholeTurn('legacy', 't1', 'one', 'uno'),
  wholeTurn('legacy', 't2', 'there', 'ok'),
  wholeTurn('legacy', 't3', 'there again', 'fine'),
]

const allThreads: ThreadPageQuery = {
  cursor: undefined,
  limit: 100,
  sortKey: 'created_at',
  sortDirection: 'asc',
  archived: false,
  modelProviders: [],
  sources: [],
  cwds: [],
  searchTerm: undefined,
  excluded: [],
}

/** A home with one thread of one turn, imported. */
async function importedHome() {
  const [store, home] = [await openTestStore(), await makeTestHome()]
  let path = await writeRollout(home, A, rolloutLines({ id: A }, turns[0] ?? []))
  let said = 1

  async function commit(threadId: string, events: readonly ThreadEvent[]): Promise<void> {
    const { lastSeq } = (await store.findThread(threadId)) ?? { lastSeq: 0 }
    await store.journal.commit(threadId, lastSeq, 1, events)
  }

  expect(await importHome(store, home)).toEqual(importReport({ threads: 1, items: 2 }))
  return {
    store,
    home,
    path: () => path,
    commit,
    again: () => importHome(store, home),
    /** The next turn is written to the source. */
    async grow() {
      const lines = rolloutLines({ id: A }, turns.slice(0, said + 1).flat())
      const before = turns.slice(0, said).flat().length + 1
      await appendFile(path, `${lines.slice(before).join('\n')}\n`)
      said += 1
    },
    /** The first input of a person: from then on the thread is one of ours. */
    goOn(threadId: string, text = 'here') {
      const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] }
      return commit(threadId, [{ type: 'modelItemsRecorded', turnId: null, items: [item] }])
    },
    async moveTo(folder: string) {
      const to = join(home, folder, basename(path))
      await mkdir(dirname(to), { recursive: true })
      await rename(path, to)
      path = to
    },
    async forksOf(threadId: string) {
      const { data } = await listThreads(store, allThreads)
      return data.filter(({ forkedFromId }) => forkedFromId === threadId).map(({ id }) => id)
    },
  }
}

const there = ['user: one', 'assistant: uno', 'user: there', 'assistant: ok']

test('a source that grows on and on after its thread went on here fills a thread of its own', async () => {
  const { store, path, again, grow, goOn, forksOf } = await importedHome()
  await goOn(A)
  await grow()
  const skipped = [
    {
      path: path(),
      reason: 'it went on both here and there: what is there is now a thread of its own',
    },
  ]
  expect(await again()).toEqual(importReport({ threads: 1, items: 4, skipped }))
  const [copy = ''] = await forksOf(A)
  expect(await historyOf(store, copy)).toEqual(there)
  await grow()
  expect(await again()).toEqual(importReport({ alreadyPresent: 1, items: 2 }))
  expect(await historyOf(store, copy)).toEqual([...there, 'user: there again', 'assistant: fine'])
  expect(await historyOf(store, A)).toEqual(['user: one', 'assistant: uno', 'user: here'])
  expect(await again()).toEqual(importReport({ alreadyPresent: 1 }))
  expect(await forksOf(A)).toEqual([copy])
})

test('a copy that goes on here too is left alone as well', async () => {
  const { store, again, grow, goOn, forksOf } = await importedHome()
  await goOn(A)
  await grow()
  await again()
  const [copy = ''] = await forksOf(A)
  await goOn(copy, 'in the copy')
  await grow()
  expect(await again()).toMatchObject({ threads: 1, skipped: [{}] })
  expect((await historyOf(store, copy)).at(-1)).toBe('user: in the copy')
  expect(await forksOf(copy)).toHaveLength(1)
})

test('a source that is moved about after its thread went on here stays known', async () => {
  const { again, grow, goOn, moveTo, forksOf } = await importedHome()
  await goOn(A)
  await grow()
  await again()
  for (const folder of ['sessions/2026/06/01', 'archived_sessions', 'sessions/2026/07/01']) {
    await moveTo(folder)
    expect(await again()).toEqual(importReport({ alreadyPresent: 1 }))
  }
  expect(await forksOf(A)).toHaveLength(1)
})

test('what a fork stands on stays as it is when the source grows', async () => {
  const { store, again, grow, commit, forksOf } = await importedHome()
  await store.contentThere(A)
  const { ord } = await store.placeOf(A, { turnId: undefined, through: true })
  const base = { threadId: A, ord, turnCount: 1, preview: 'one', tokenUsage: null }
  await commit(B, [threadCreated({ base })])
  await grow()
  expect(await again()).toMatchObject({ threads: 1, skipped: [{}] })
  expect(await forksOf(A)).toHaveLength(2)
  for (const id of [A, B]) {
    expect(await historyOf(store, id)).toEqual(['user: one', 'assistant: uno'])
    expect(await turnsOf(store, id)).toEqual([['completed', 'userMessage', 'agentMessage']])
  }
})

test('a file that was archived there since, or taken out of the archive, takes its thread along', async () => {
  const { store, again, grow, moveTo } = await importedHome()
  await moveTo('archived_sessions')
  expect(await again()).toEqual(importReport({ alreadyPresent: 1 }))
  expect((await store.findThread(A))?.archivedMs).not.toBeNull()
  await moveTo('sessions/2026/05/01')
  await grow()
  expect(await again()).toEqual(importReport({ alreadyPresent: 1, items: 2 }))
  expect((await store.findThread(A))?.archivedMs).toBeNull()
})

test('an older copy of a home changes nothing, whatever was archived in it', async () => {
  const [store, home, backup] = [await openTestStore(), await makeTestHome(), await makeTestHome()]
  const meta = { id: A, extra: { base_instructions: { text: 'as in every file '.repeat(300) } } }
  await writeRollout(home, A, rolloutLines(meta, turns.flat()))
  await importHome(store, home)
  const older = rolloutLines(meta, turns[0] ?? [])
  await writeRollout(backup, A, older, { folder: 'archived_sessions' })
  expect(await importHome(store, backup)).toEqual(importReport({ alreadyPresent: 1 }))
  expect(await turnsOf(store, A)).toHaveLength(3)
  expect((await store.findThread(A))?.archivedMs).toBeNull()
})

test('a thread archived here stays so while its file stays where it is', async () => {
  const { store, again, grow, commit } = await importedHome()
  await commit(A, [{ type: 'threadArchived' }])
  await grow()
  expect(await again()).toEqual(importReport({ alreadyPresent: 1, items: 2 }))
  expect((await store.findThread(A))?.archivedMs).not.toBeNull()
})

test('a file that is of another thread inside than by its name never writes over that thread', async () => {
  const { store, home, again, goOn } = await importedHome()
  const odd = await writeRollout(home, B, rolloutLines({ id: A }, turns[1] ?? []))
  expect(await again()).toMatchObject({ threads: 0, alreadyPresent: 1, skipped: [{ path: odd }] })
  await goOn(A)
  await rm(join(home, 'sessions/2026/05/01', `rollout-2026-05-01T10-00-00-${A}.jsonl`))
  await again()
  expect(await historyOf(store, A)).toEqual(['user: one', 'assistant: uno', 'user: here'])
  expect(await store.findThread(B)).toBeUndefined()
})

test('a source that was replaced by a shorter one is read anew', async () => {
  const { store, home, path, again, grow } = await importedHome()
  await grow()
  await again()
  await rm(path())
  await writeRollout(home, A, rolloutLines({ id: A }, turns[2] ?? []))
  expect(await again()).toEqual(importReport({ alreadyPresent: 1 }))
  expect(await historyOf(store, A)).toEqual(['user: there again', 'assistant: fine'])
  expect(await turnsOf(store, A)).toHaveLength(1)
})

test('the file of a thread that began here and was deleted comes back as a thread of its own', async () => {
  const { store, home, commit } = await importedHome()
  await commit(B, [threadCreated()])
  await commit(B, [{ type: 'threadDeleted' }])
  const path = await writeRollout(home, B, rolloutLines({ id: B }, turns[1] ?? []))
  expect(await runImportOf(store, { paths: [path], home: undefined })).toMatchObject({ threads: 1 })
  const { data } = await listThreads(store, allThreads)
  expect(data.map(({ preview }) => preview).sort()).toEqual(['one', 'there'])
})
