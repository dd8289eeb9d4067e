import Sqlite from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { makeTestHome } from '../../../test/open-test-store.ts'
import { threadFromRecord } from '../api/thread-view.ts'
import { createBlobStore } from './blobs.ts'
import { createDamageLog } from './damage.ts'
import { migrate } from './migrate.ts'
import { threadQuery } from './test-support/events.ts'
import { createThreadRepository } from './thread-repository.ts'

const odd = `"quotes" 'more' \\ / \u0000\u0001\u001f\u007f \b\f\n\r\t é 漢 🧵 \u2028\u2029 </script>`

const plain: Readonly<Record<string, string | number | null>> = {
  origin: 'native',
  preview: 'words',
  cwd: '/srv',
  source: 'cli',
  cli_version: '1',
  history_mode: 'paginated',
  model_provider: 'p',
  config_hash: 's',
  created_ms: 1999,
  updated_ms: 2000,
  recency_ms: 2999,
}

/** Every kind of value that a list shows, among them text that JSON escapes. */
const rows: readonly Readonly<Record<string, string | number | null>>[] = [
  {},
  { preview: odd, name: odd, cwd: odd, source: odd, thread_source: odd, originator: odd },
  { model: odd, reasoning_effort: odd, model_provider: odd, cli_version: odd, forked_from: 'x' },
  ...['vscode', 'exec', 'appServer', 'unknown', ''].map((source) => ({ source })),
  { section_pk: 1, section_entered_ms: 1500, project_pk: 1 },
  { section_pk: 2, section_entered_ms: 0 },
  { git_json: JSON.stringify({ sha: 'a', branch: odd, originUrl: null }) },
  { git_json: '{"sha":' },
  { pinned: 1, snoozed_until_ms: 1_900_000_000_000, queued: 3, damaged: 1 },
  { lines_added: 12, lines_removed: 3, turn_count: 4 },
  { turn_count: 5, first_unread_turn: 'turn-4', first_unread_number: 4, read_rev: 7 },
  { turn_count: 5, first_unread_turn: '', first_unread_number: 1, read_rev: 8 },
  { turn_count: 5, first_unread_turn: odd, first_unread_number: null },
  { turn_count: 1, first_unread_turn: 'turn-9', first_unread_number: 9 },
]
const goals = ['active', 'paused', 'blocked', 'usage_limited', 'budget_limited', 'complete']

it('a list shows of each thread, byte by byte, what is shown of it alone', async () => {
  const home = await makeTestHome()
  const db = new Sqlite(':memory:')
  onTestFinished(() => void db.close())
  migrate(db, { home, appVersion: '0', nowMs: 0 })
  db.exec(`INSERT INTO config_snapshot VALUES ('s', '{}', 0)`)
  const sections = db.prepare(
    'INSERT INTO section(pk, id, name, appearance_json, position) VALUES (?, ?, ?, ?, 0)',
  )
  sections.run(1, 's1', odd, JSON.stringify({ color: odd, list: [1, 1.5, true, null] }))
  sections.run(2, 's2', 'plain', null)
  db.prepare(`INSERT INTO project VALUES (1, ?, 'p', '[]', '{}', 0, 'k', 0, 0)`).run(odd)
  const insert = (row: Readonly<Record<string, unknown>>): unknown => {
    const names = Object.keys(row)
    const marks = names.map((name) => `@${name}`)
    return db.prepare(`INSERT INTO thread(${names.join()}) VALUES (${marks.join()})`).run(row)
  }
  const ids = [...rows, ...goals].map((_, index) => `thread-${index}`)
  for (const [index, id] of ids.entries()) insert({ ...plain, ...rows[index], id })
  for (const [index, status] of goals.entries())
    db.prepare(
      `INSERT INTO goal(thread_pk, goal_id, objective, status, status_actor, pace_json, created_ms, updated_ms)
       SELECT pk, id, 'o', ?, 'user', '{}', 0, 0 FROM thread WHERE id = ?`,
    ).run(status, `thread-${rows.length + index}`)

  const threads = createThreadRepository(db, createBlobStore(db, home), createDamageLog())
  const page = threads.threadPage(threadQuery({ limit: 100, sources: [] }))
  expect([...page.ids].sort()).toEqual([...ids].sort())
  const records = page.ids.map((id) => {
    const record = threads.findThread(id)
    if (!record) throw new Error(`${id} is not found`)
    return record
  })
  const shown = records.map((record) => threadFromRecord(record, { type: 'notLoaded' }))
  expect(page.threads).toEqual(shown.map((thread) => JSON.stringify(thread)))
  const readStates = records.flatMap(({ id, readState }) => (readState ? [[id, readState]] : []))
  expect(page.readStates).toBe(JSON.stringify(Object.fromEntries(readStates)))
  expect(records.map(({ goalStatus }) => goalStatus)).toContain('budgetLimited')
})
