import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
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

it('brings back drafts, queue, approvals, goals and everything else as it was', async () => {
  const [home, other] = [await makeTestHome(), await makeTestHome()]
  const store = await openTestStore({ home })
  const long = answer('long', 'many words '.repeat(40_000))
  await store.journal.commit('t', 0, 1, [
    threadCreated(),
    ...wholeTurn('t1', 'hello'),
    turnStarted('t2'),
    { type: 'itemCompleted', turnId: 't2', item: long },
    {
      type: 'modelItemsRecorded',
      turnId: 't2',
      items: [{ type: 'message', role: 'user', content: [] }],
    },
  ])
  await store.close()
  const source = await openAt(home)
  source.db.exec(beside)
  const file = join(home, 'thread.skein')
  await source.archive.write('t', file)

  const target = await openAt(other)
  expect(target.archive.read(file)).toEqual({ threadId: 't', items: 3 })
  const before = everythingIn(source.db)
  expect(Object.entries(before).filter(([, rows]) => rows.length === 0)).toEqual([])
  expect(everythingIn(target.db)).toEqual(before)

  const again = join(other, 'again.skein')
  await target.archive.write('t', again)
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(file, 'utf8'))
})
