// A database of every earlier schema, with a thread in it, opens in this build.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, it } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { migrate, migrations } from './migrate.ts'

const item = JSON.stringify({ type: 'agentMessage', id: 'i', text: 'kept' })
const modelItem = JSON.stringify({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'kept' }],
})

/** In the words of the first schema: later ones only add. */
const thread = `
INSERT INTO config_snapshot VALUES ('c', '{}', 1);
INSERT INTO thread(pk, id, origin, name, preview, cwd, source, cli_version, history_mode, model_provider, config_hash,
  created_ms, updated_ms, recency_ms, next_seq, next_ord, turn_count, item_count)
  VALUES (1, 'thread-1', 'native', 'Mine', 'words', '/', 'vscode', '0', 'paginated', 'mock', 'c', 1, 2, 3, 3, 3, 1, 1);
INSERT INTO turn(pk, thread_pk, id, ord, end_ord, number, status, config_hash, started_ms, ended_ms)
  VALUES (1, 1, 'turn-1', 0, 2, 1, 'completed', 'c', 1, 2);
INSERT INTO item(thread_pk, ord, id, turn_pk, kind, status, json)
  VALUES (1, 1, 'i', 1, 'agentMessage', 'completed', '${item}');
INSERT INTO model_item(thread_pk, ord, turn_pk, kind, role, json)
  VALUES (1, 2, 1, 'message', 'assistant', '${modelItem}');`

function schemaOf(file: string): unknown[] {
  const db = new Sqlite(file, { readonly: true })
  try {
    return db.prepare(`SELECT type, name, sql FROM sqlite_schema ORDER BY type, name`).all()
  } finally {
    db.close()
  }
}

it.each(migrations.slice(0, -1).map(({ version, name }) => [version, name]))(
  'a database of schema %d (%s) opens with its threads, after a backup',
  async (version) => {
    const [home, fresh] = [await makeTestHome(), await makeTestHome()]
    const old = new Sqlite(join(home, 'skein.db'))
    const context = { home, appVersion: '0.0.1', nowMs: 1 }
    migrate(old, context, migrations.slice(0, Number(version)))
    old.pragma('application_id = 0x534b454e')
    old.exec(thread)
    old.close()

    const store = await openTestStore({ home })
    expect(await store.findThread('thread-1')).toMatchObject({ name: 'Mine', recencyMs: 3 })
    const turns = await store.turnsPage({
      threadId: 'thread-1',
      cursor: undefined,
      limit: 10,
      sortDirection: 'asc',
      itemsView: 'full',
    })
    expect(turns.data).toMatchObject([{ id: 'turn-1', items: [{ text: 'kept' }] }])
    expect(await store.modelHistory('thread-1')).toEqual([JSON.parse(modelItem)])
    await store.close()

    expect(readdirSync(join(home, 'backups'))).toEqual([
      expect.stringMatching(`^skein-schema-${version}-.*\\.db$`),
    ])
    await (await openTestStore({ home: fresh })).close()
    expect(schemaOf(join(home, 'skein.db'))).toEqual(schemaOf(join(fresh, 'skein.db')))
  },
)
