// The content of an imported thread in parts, so that each is unpacked by itself, the newest first.
import type { Migration } from './migration.ts'

/** What came in one piece has fewer rows than this; where they end in truth is known when they are unpacked. */
const PLACES = 268_435_456

export const packParts: Migration = {
  version: 11,
  name: 'pack parts',
  sql: `
CREATE TABLE import_part(
  pk INTEGER PRIMARY KEY, thread_pk INTEGER NOT NULL REFERENCES thread(pk) ON DELETE CASCADE,
  -- Exclusive. Everything of the thread from the highest of its parts on is in rows.
  to_ord INTEGER NOT NULL,
  encoding TEXT NOT NULL CHECK(encoding IN ('raw','zstd')), rows BLOB NOT NULL, problem TEXT,
  UNIQUE(thread_pk, to_ord)) STRICT;
INSERT INTO import_part(thread_pk, to_ord, encoding, rows, problem)
  SELECT thread_pk, ${PLACES}, encoding, rows, problem FROM import_pack;
UPDATE thread SET next_ord = ${PLACES} WHERE pk IN (SELECT thread_pk FROM import_pack);
DROP TABLE import_pack;
ALTER TABLE import_part RENAME TO import_pack;
`,
}
