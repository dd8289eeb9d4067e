// The index's own database: derived from the threads, so whatever is wrong with it is cured by a new one.
import { rmSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { indexFile } from './index-file.ts'

/** Another version: the index is built anew. */
const VERSION = 1

/**
 * One row of `doc` per text, its columns named after the kinds of hits. The row's number says where the text came from
 * (places.ts), so the index keeps no text of its own and a thread's rows lie together.
 */
const schema = `
CREATE VIRTUAL TABLE doc USING fts5(title, user, agent, command, output, file, error,
  content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");
CREATE TABLE indexed(thread_pk INTEGER PRIMARY KEY, thread_id TEXT NOT NULL, next_seq INTEGER NOT NULL,
  next_ord INTEGER NOT NULL, last_ord INTEGER NOT NULL) STRICT;
PRAGMA user_version = ${VERSION};
`

export function openIndex(home: string): Sqlite.Database {
  const file = indexFile(home)
  try {
    return openAt(file)
  } catch {
    removeIndex(home)
    return openAt(file)
  }
}

export function removeIndex(home: string): void {
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(indexFile(home) + suffix, { force: true, maxRetries: 3 })
}

function openAt(file: string): Sqlite.Database {
  const db = new Sqlite(file)
  try {
    db.pragma('journal_mode = WAL')
    // After a power loss it may be behind or broken; then it is made anew.
    db.pragma('synchronous = OFF')
    db.pragma('cache_size = -16384')
    db.pragma('journal_size_limit = 16777216')
    const version = Number(db.pragma('user_version', { simple: true }))
    if (version === 0) db.transaction(() => db.exec(schema))()
    else if (version !== VERSION) throw new Error(`search index of version ${version}`)
    db.prepare('SELECT count(*) FROM indexed').get()
    return db
  } catch (thrown) {
    db.close()
    throw thrown
  }
}
