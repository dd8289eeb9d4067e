// Threads whose story is made of parts: turns taken out again, forks that share what was before them, and
// histories that were summed up for the model.
import type { Migration } from './migration.ts'

export const story: Migration = {
  version: 2,
  name: 'story',
  sql: `
-- The rows of a thread from own_from on are its own newest part; thread_segment lists what comes before, by place.
ALTER TABLE thread ADD COLUMN own_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE thread ADD COLUMN forked_from TEXT;
ALTER TABLE turn ADD COLUMN only_this_turn TEXT;
-- Sums of the thread after this response, as a JSON list of counts; NULL: not known.
ALTER TABLE token_usage ADD COLUMN total_json TEXT;

-- Without a cascade from the source: what a fork is made of stays as long as the fork does.
CREATE TABLE thread_segment(
  thread_pk INTEGER NOT NULL REFERENCES thread(pk) ON DELETE CASCADE,
  from_ord INTEGER NOT NULL, to_ord INTEGER NOT NULL,
  source_pk INTEGER NOT NULL REFERENCES thread(pk),
  CHECK(from_ord < to_ord),
  PRIMARY KEY(thread_pk, from_ord)) STRICT, WITHOUT ROWID;
CREATE INDEX thread_segment_source ON thread_segment(source_pk);

-- From its place on the model sees the kept items, by thread row and place, and what came later.
CREATE TABLE compaction(
  thread_pk INTEGER NOT NULL REFERENCES thread(pk) ON DELETE CASCADE, ord INTEGER NOT NULL,
  kept_json TEXT NOT NULL, PRIMARY KEY(thread_pk, ord)) STRICT, WITHOUT ROWID;
`,
}
