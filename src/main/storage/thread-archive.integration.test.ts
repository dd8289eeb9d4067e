import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { messageOf } from '../lib/errors.ts'
import { createBlobStore } from './blobs.ts'
import { openProfile } from './open-profile.ts'
import { answer, threadCreated, turnStarted, wholeTurn } from './test-support/events.ts'
import { createThreadArchive } from './thread-archive.ts'

/** What lies beside the facts of a thread, one row of each. */
const beside = `
INSERT INTO goal(thread_pk, goal_id, objective, status, status_actor, token_budget, tokens_used, pace_json,
  created_ms, updated_ms, rev) VALUES (1, 'g', 'the objective', 'paused', 'user', 1000, 17, '{}', 1, 2, 3);
INSERT INTO goal_log(thread_pk, goal_id, seq, kind, actor, change, tokens_used, time_used_ms, detail_json, at_ms)
  VALUES (1, 'g', 1, 'change', 'user', 'set', 0, 0, '{}', 1);
INSERT INTO draft(thread_pk, json, updated_ms, rev) VALUES (1, '{"text":"half a thought"}', 5, 2);
INSERT INTO queued_input(id, thread_pk, turn_id, position, json, created_ms)
  VALUES ('q1', 1, NULL, 1.5, '{"input":[{"type":"text","text":"next"}]}', 6);
INSERT INTO approval(id, thread_pk, turn_id, item_id, kind, request_json, state, decision_json, created_ms, decided_ms)
  VALUES ('a1', 1, 't1', 't1-out', 'execCommand', '{"command":"ls"}', 'approved', '{"by":"user"}', 7, 8);
INSERT INTO attachment(thread_pk, id, kind, identity_key, payload_json, created_ms)
  VALUES (1, 'at1', 'file', 'key', '{"path":"/x"}', 9);
INSERT INTO token_usage(thread_pk, ord, turn_id, input, cached_input, output, reasoning, total, at_ms)
  VALUES (1, 1000, 't1', 1, 0, 2, 0, 3, 10);
INSERT INTO compaction(thread_pk, ord, kept_json) VALUES (1, 999, '[[1,1]]');
UPDATE thread SET name = 'named', next_ord = 1001, pinned = 1, snoozed_until_ms = 11, first_unread_turn = 't1',
  first_unread_number = 1, read_rev = 4, git_json = '{"branch":"b"}' WHERE pk = 1;
`
const derived = new Set(['event', 'import_pack', 'import_source', 'thread_segment', 'item_partial'])

async function openAt(home: string) {
  const { db, lock } = openProfile({ home, appVersion: '0', nowMs: 0 })
  onTestFinished(() => {
    db.close()
    lock.release()
  })
  return { db, archive: createThreadArchive(db, createBlobStore(db, home)) }
}

/** All rows that speak of the thread, by table; keys of tables are of one database alone. */
function everythingIn(db: Database): Record<string, unknown[]> {
  const tables = db
    .prepare<[], string>(
      `SELECT DISTINCT m.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c
       WHERE m.type = 'table' AND (c.name = 'thread_pk' OR m.name IN ('thread', 'blob', 'config_snapshot'))`,
    )
    .pluck()
    .all()
    .filter((name) => !derived.has(name))
  const plain = (row: unknown) =>
    Object.fromEntries(
      Object.entries(row as object).filter(
        ([name]) => !/pk$/.test(name) && !(name === 'created_ms' || name === 'media_type'),
      ),
    )
  return Object.fromEntries(
    tables.map((name) => [name, db.prepare(`SELECT * FROM ${name}`).all().map(plain)]),
  )
}

/** A file with a thread that a turn runs in, and what is beside it. */
async function exported() {
  const home = await makeTestHome()
  const store = await openTestStore({ home })
  const long = answer('long', 'many words '.repeat(40_000))
  await store.journal.commit('t', 0, 1, [
    threadCreated(),
    ...wholeTurn('t1', 'hello'),
    turnStarted('t2'),
    { type: 'itemCompleted', turnId: 't2', item: long },
    { type: 'itemStarted', turnId: 't2', item: answer('open', 'half') },
    {
      type: 'modelItemsRecorded',
      turnId: 't2',
      items: [{ type: 'message', role: 'user', content: [] }],
    },
  ])
  await store.close()
  const { db, archive } = await openAt(home)
  db.exec(beside)
  const file = join(home, 'thread.skein')
  await archive.write('t', file)
  return { home, db, file, lines: readFileSync(file, 'utf8').trimEnd().split('\n') }
}

it('brings back drafts, queue, approvals, goals and everything else as it was', async () => {
  const { db, file } = await exported()
  db.exec(
    `UPDATE turn SET status = 'interrupted', end_reason = 'process_exit', ended_ms = 1 WHERE id = 't2';
     UPDATE item SET status = 'interrupted' WHERE id = 'open'`,
  )
  const other = await makeTestHome()
  const target = await openAt(other)
  expect(target.archive.read(file)).toEqual({ threadId: 't', items: 4 })
  const before = everythingIn(db)
  expect(Object.entries(before).filter(([, rows]) => rows.length === 0)).toEqual([])
  expect(everythingIn(target.db)).toEqual(before)

  const again = join(other, 'again.skein')
  await target.archive.write('t', again)
  const third = await openAt(await makeTestHome())
  third.archive.read(again)
  await third.archive.write('t', join(other, 'third.skein'))
  expect(readFileSync(join(other, 'third.skein'), 'utf8')).toBe(readFileSync(again, 'utf8'))
})

it('ends what ran where it was exported', async () => {
  const { file } = await exported()
  const { db, archive } = await openAt(await makeTestHome())
  archive.read(file)
  const statusOf = (table: string) =>
    db.prepare<[], string>(`SELECT DISTINCT status FROM ${table} ORDER BY status`).pluck().all()
  expect(statusOf('turn')).toEqual(['completed', 'interrupted'])
  expect(statusOf('item')).toEqual(['completed', 'interrupted'])
})

it('takes nothing of a file that is damaged, wherever that is, and says what is wrong', async () => {
  const { home, lines } = await exported()
  const { db, archive } = await openAt(await makeTestHome())
  const nothing = everythingIn(db)
  const damaged = join(home, 'damaged.skein')
  function refused(content: readonly string[]): string {
    writeFileSync(damaged, content.join('\n'))
    try {
      archive.read(damaged)
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'corrupt' })
      expect({ ...everythingIn(db), blob: [] }).toEqual({ ...nothing, blob: [] })
      return messageOf(thrown)
    }
    throw new Error(`taken: ${content.length} lines`)
  }

  for (const [index, line] of lines.entries()) {
    expect(refused(lines.slice(0, index))).toMatch(/end is missing|not a thread/)
    if (index < lines.length - 1) refused(lines.toSpliced(index, 1))
    refused(lines.toSpliced(index, 1, line.slice(0, line.length / 2)))
    refused(lines.toSpliced(index, 1, 'null'))
  }
  const blob = lines.findIndex((line) => line.startsWith('{"blob"'))
  expect(
    refused(lines.toSpliced(blob, 1, lines[blob]?.replace('bWFueS', 'bWFuYS') ?? '')),
  ).toContain('is not what it was')
  const wrong = lines.map((line) => line.replace('"status":"completed"', '"status":"sleeping"'))
  expect(refused(wrong)).toContain('CHECK constraint')
  expect(refused([lines[0]?.replace('"id":"t"', '"id":null') ?? '', ...lines.slice(1)])).toContain(
    'damaged',
  )
})

it('refuses a file of a newer Skein, and takes one of the form that had no end', async () => {
  const { home, lines } = await exported()
  const { archive } = await openAt(await makeTestHome())
  const file = join(home, 'other.skein')
  writeFileSync(file, lines.join('\n').replace('{"skeinThread":2', '{"skeinThread":3'))
  expect(() => archive.read(file)).toThrow('newer Skein')
  writeFileSync(file, lines.slice(0, -1).join('\n').replace('{"skeinThread":2', '{"skeinThread":1'))
  expect(archive.read(file)).toEqual({ threadId: 't', items: 4 })
})
