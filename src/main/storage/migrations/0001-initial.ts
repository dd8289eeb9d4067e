// The first schema: threads with their turns, items, model history, events, usage, approvals and waiting input.
// Never edited once released: a change is a new file.
import type { Migration } from './migration.ts'

export const initial: Migration = {
  version: 1,
  name: 'initial',
  sql: `
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE blob(
  hash TEXT PRIMARY KEY, size INTEGER NOT NULL, stored_size INTEGER NOT NULL,
  encoding TEXT NOT NULL CHECK(encoding IN ('raw','zstd')), media_type TEXT,
  location TEXT NOT NULL CHECK(location IN ('row','file')), data BLOB,
  created_ms INTEGER NOT NULL,
  CHECK((data IS NULL) = (location = 'file'))) STRICT, WITHOUT ROWID;
CREATE INDEX blob_file ON blob(stored_size) WHERE location = 'file';

CREATE TABLE config_snapshot(hash TEXT PRIMARY KEY, json TEXT NOT NULL, created_ms INTEGER NOT NULL)
  STRICT, WITHOUT ROWID;

CREATE TABLE thread(
  pk INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  origin TEXT NOT NULL CHECK(origin IN ('native','import','fork')),
  name TEXT, preview TEXT NOT NULL DEFAULT '',
  cwd TEXT NOT NULL, source TEXT NOT NULL, thread_source TEXT, originator TEXT,
  cli_version TEXT NOT NULL, history_mode TEXT NOT NULL CHECK(history_mode IN ('legacy','paginated')),
  model_provider TEXT NOT NULL, model TEXT, reasoning_effort TEXT,
  config_hash TEXT NOT NULL REFERENCES config_snapshot(hash),
  archived_ms INTEGER, deleted_ms INTEGER,
  created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, recency_ms INTEGER NOT NULL,
  next_seq INTEGER NOT NULL DEFAULT 1, next_ord INTEGER NOT NULL DEFAULT 0,
  turn_count INTEGER NOT NULL DEFAULT 0, item_count INTEGER NOT NULL DEFAULT 0,
  queued INTEGER NOT NULL DEFAULT 0,
  tokens_total INTEGER NOT NULL DEFAULT 0, usage_json TEXT,
  damaged INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX thread_recency ON thread(recency_ms DESC, pk DESC)
  WHERE archived_ms IS NULL AND deleted_ms IS NULL AND preview <> '';
CREATE INDEX thread_created ON thread(created_ms DESC, pk DESC)
  WHERE archived_ms IS NULL AND deleted_ms IS NULL AND preview <> '';
CREATE INDEX thread_updated ON thread(updated_ms DESC, pk DESC)
  WHERE archived_ms IS NULL AND deleted_ms IS NULL AND preview <> '';
CREATE INDEX thread_archived_recency ON thread(recency_ms DESC, pk DESC)
  WHERE archived_ms IS NOT NULL AND deleted_ms IS NULL AND preview <> '';
CREATE INDEX thread_archived_created ON thread(created_ms DESC, pk DESC)
  WHERE archived_ms IS NOT NULL AND deleted_ms IS NULL AND preview <> '';
CREATE INDEX thread_archived_updated ON thread(updated_ms DESC, pk DESC)
  WHERE archived_ms IS NOT NULL AND deleted_ms IS NULL AND preview <> '';

CREATE TABLE turn(
  pk INTEGER PRIMARY KEY, thread_pk INTEGER NOT NULL REFERENCES thread(pk) ON DELETE CASCADE,
  id TEXT NOT NULL, ord INTEGER NOT NULL, end_ord INTEGER, number INTEGER NOT NULL,
  kind TEXT NOT NULL DEFAULT 'user',
  status TEXT NOT NULL CHECK(status IN ('in_progress','completed','interrupted','failed')),
  end_reason TEXT, error_json TEXT, config_hash TEXT REFERENCES config_snapshot(hash),
  root_turn_id TEXT, started_ms INTEGER, ended_ms INTEGER, duration_ms INTEGER,
  plan_json TEXT, diff TEXT,
  UNIQUE(thread_pk, id), UNIQUE(thread_pk, ord)) STRICT;
CREATE INDEX turn_open ON turn(thread_pk) WHERE status = 'in_progress';

CREATE TABLE item(
  thread_pk INTEGER NOT NULL REFERENCES thread(pk) ON DELETE CASCADE, ord INTEGER NOT NULL,
  id TEXT NOT NULL, turn_pk INTEGER NOT NULL REFERENCES turn(pk) ON DELETE CASCADE,
  kind TEXT NOT NULL, status TEXT NOT NULL CHECK(status IN ('in_progress','completed','interrupted')),
  json TEXT, blob_hash TEXT REFERENCES blob(hash),
  out_hash TEXT REFERENCES blob(hash), out_size INTEGER NOT NULL DEFAULT 0,
  started_ms INTEGER, ended_ms INTEGER,
  CHECK((json IS NULL) <> (blob_hash IS NULL)),
  PRIMARY KEY(thread_pk, ord)) STRICT, WITHOUT ROWID;
CREATE INDEX item_turn ON item(turn_pk, ord, kind);
CREATE INDEX item_id ON item(thread_pk, id);
CREATE INDEX item_open ON item(turn_pk, id) WHERE status = 'in_progress';

CREATE TABLE item_partial(
  thread_pk INTEGER NOT NULL REFERENCES thread(pk) ON DELETE CASCADE, turn_id TEXT NOT NULL,
  item_id TEXT NOT NULL, field TEXT NOT NULL, part INTEGER NOT NULL,
  kind TEXT NOT NULL, text TEXT NOT NULL, updated_ms INTEGER NOT NULL,
  PRIMARY KEY(thread_pk, turn_id, item_id, field, part)) STRICT, WITHOUT ROWID;

CREATE TABLE model_item(
  thread_pk INTEGER NOT NULL REFERENCES thread(pk) ON DELETE CASCADE, ord INTEGER NOT NULL,
  turn_pk INTEGER, kind TEXT NOT NULL, role TEXT, call_id TEXT,
  json TEXT, blob_hash TEXT REFERENCES blob(hash), est_tokens INTEGER,
  CHECK((json IS NULL) <> (blob_hash IS NULL)),
  PRIMARY KEY(thread_pk, ord)) STRICT, WITHOUT ROWID;

CREATE TABLE event(
  thread_pk INTEGER NOT NULL REFERENCES thread(pk) ON DELETE CASCADE, seq INTEGER NOT NULL,
  gseq INTEGER NOT NULL, type TEXT NOT NULL, turn_id TEXT, item_id TEXT, json TEXT NOT NULL,
  at_ms INTEGER NOT NULL, PRIMARY KEY(thread_pk, seq)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX event_gseq ON event(gseq);

CREATE TABLE token_usage(
  thread_pk INTEGER NOT NULL REFERENCES thread(pk) ON DELETE CASCADE, ord INTEGER NOT NULL,
  turn_id TEXT, response_id TEXT, model TEXT, input INTEGER NOT NULL, cached_input INTEGER NOT NULL,
  cache_write INTEGER NOT NULL DEFAULT 0, output INTEGER NOT NULL, reasoning INTEGER NOT NULL,
  total INTEGER NOT NULL, context_window INTEGER, at_ms INTEGER NOT NULL,
  PRIMARY KEY(thread_pk, ord)) STRICT, WITHOUT ROWID;

CREATE TABLE approval(
  id TEXT PRIMARY KEY, thread_pk INTEGER NOT NULL REFERENCES thread(pk) ON DELETE CASCADE,
  turn_id TEXT NOT NULL, item_id TEXT, kind TEXT NOT NULL, request_json TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('pending','approved','denied','expired','cancelled')),
  decision_json TEXT, reviewer TEXT, created_ms INTEGER NOT NULL, decided_ms INTEGER) STRICT;
CREATE INDEX approval_state ON approval(state, created_ms);
CREATE INDEX approval_thread ON approval(thread_pk, state, created_ms);

CREATE TABLE queued_input(
  id TEXT PRIMARY KEY, thread_pk INTEGER NOT NULL REFERENCES thread(pk) ON DELETE CASCADE,
  turn_id TEXT, position REAL NOT NULL, json TEXT NOT NULL, created_ms INTEGER NOT NULL) STRICT;
CREATE INDEX queued_input_thread ON queued_input(thread_pk, position);
`,
}
