// Goals, one a thread, and the log of their changes and turns.
import type { Migration } from './migration.ts'

export const goals: Migration = {
  version: 4,
  name: 'goals',
  sql: `
CREATE TABLE goal(
  thread_pk INTEGER PRIMARY KEY REFERENCES thread(pk) ON DELETE CASCADE, goal_id TEXT NOT NULL,
  objective TEXT NOT NULL,
  status TEXT NOT NULL CHECK(status IN
    ('active','paused','blocked','usage_limited','budget_limited','complete')),
  status_reason TEXT, status_detail TEXT,
  status_actor TEXT NOT NULL CHECK(status_actor IN ('user','model','system')),
  token_budget INTEGER, tokens_used INTEGER NOT NULL DEFAULT 0,
  time_budget_ms INTEGER, time_used_ms INTEGER NOT NULL DEFAULT 0,
  cost_budget_micros INTEGER, cost_used_micros INTEGER,
  auto_turn_cap INTEGER, auto_turns INTEGER NOT NULL DEFAULT 0,
  last_progress_ms INTEGER, next_start_ms INTEGER,
  deferred INTEGER NOT NULL DEFAULT 0, copied_from TEXT,
  checks_json TEXT NOT NULL DEFAULT '[]', checks_failed INTEGER NOT NULL DEFAULT 0,
  wait_json TEXT, pace_json TEXT NOT NULL,
  created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, rev INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX goal_active ON goal(updated_ms DESC) WHERE status = 'active';
CREATE INDEX goal_spend ON goal(tokens_used DESC, thread_pk DESC);
CREATE INDEX goal_updated ON goal(updated_ms DESC, thread_pk DESC);

CREATE TABLE goal_log(
  pk INTEGER PRIMARY KEY, thread_pk INTEGER NOT NULL REFERENCES thread(pk) ON DELETE CASCADE,
  goal_id TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL CHECK(kind IN ('change','turn')),
  turn_id TEXT, actor TEXT NOT NULL, change TEXT NOT NULL, before_json TEXT, after_json TEXT,
  tokens_used INTEGER NOT NULL, time_used_ms INTEGER NOT NULL, detail_json TEXT NOT NULL,
  at_ms INTEGER NOT NULL) STRICT;
CREATE INDEX goal_log_thread ON goal_log(thread_pk, seq);
`,
}
