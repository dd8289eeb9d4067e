// Threads that came from files of another app: where from, and their rows until they are unpacked.
import type { Migration } from './migration.ts'

export const imports: Migration = {
  version: 5,
  name: 'imports',
  sql: `
CREATE TABLE import_source(
  path TEXT PRIMARY KEY, thread_id TEXT NOT NULL,
  size INTEGER NOT NULL, mtime_ms REAL NOT NULL, head_hash TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('full','detached')),
  bad_lines INTEGER NOT NULL DEFAULT 0, scanned_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX import_source_thread ON import_source(thread_id);

CREATE TABLE import_pack(
  thread_pk INTEGER PRIMARY KEY REFERENCES thread(pk) ON DELETE CASCADE,
  encoding TEXT NOT NULL CHECK(encoding IN ('raw','zstd')), rows BLOB NOT NULL) STRICT;
`,
}
