// How a person puts threads in order: sections, projects, pins, snoozes, read marks, attachments, drafts; and what
// lists and deletions tell of a thread's size.
import type { Migration } from './migration.ts'

export const arrangement: Migration = {
  version: 7,
  name: 'arrangement',
  sql: `
CREATE TABLE section(
  pk INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, appearance_json TEXT,
  position INTEGER NOT NULL) STRICT;
CREATE INDEX section_position ON section(position, pk);

CREATE TABLE project(
  pk INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  roots_json TEXT NOT NULL, metadata_json TEXT NOT NULL, position INTEGER NOT NULL,
  idempotency_key TEXT NOT NULL UNIQUE, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL) STRICT;
CREATE INDEX project_position ON project(position, pk);

ALTER TABLE thread ADD COLUMN section_pk INTEGER REFERENCES section(pk) ON DELETE SET NULL;
ALTER TABLE thread ADD COLUMN section_entered_ms INTEGER;
ALTER TABLE thread ADD COLUMN project_pk INTEGER REFERENCES project(pk) ON DELETE SET NULL;
-- Where a person put it; NULL: by age, the newest first.
ALTER TABLE thread ADD COLUMN position INTEGER;
ALTER TABLE thread ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE thread ADD COLUMN snoozed_until_ms INTEGER;
-- NULL: all is read; '' with number 1: nothing is.
ALTER TABLE thread ADD COLUMN first_unread_turn TEXT;
ALTER TABLE thread ADD COLUMN first_unread_number INTEGER;
ALTER TABLE thread ADD COLUMN read_rev INTEGER NOT NULL DEFAULT 0;
-- Lines of the diffs of its turns.
ALTER TABLE thread ADD COLUMN lines_added INTEGER NOT NULL DEFAULT 0;
ALTER TABLE thread ADD COLUMN lines_removed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE turn ADD COLUMN lines_added INTEGER NOT NULL DEFAULT 0;
ALTER TABLE turn ADD COLUMN lines_removed INTEGER NOT NULL DEFAULT 0;

CREATE INDEX turn_lines ON turn(thread_pk, ord, lines_added, lines_removed)
  WHERE lines_added + lines_removed > 0;

CREATE INDEX thread_section ON thread(section_pk, coalesce(position, -pk * 65536), pk);
CREATE INDEX thread_project ON thread(project_pk, recency_ms DESC, pk DESC) WHERE project_pk IS NOT NULL;
CREATE INDEX thread_manual ON thread(coalesce(position, -pk * 65536), pk)
  WHERE archived_ms IS NULL AND deleted_ms IS NULL AND preview <> '';
CREATE INDEX thread_archived_manual ON thread(coalesce(position, -pk * 65536), pk)
  WHERE archived_ms IS NOT NULL AND deleted_ms IS NULL AND preview <> '';
CREATE INDEX thread_title ON thread(substr(coalesce(name, preview), 1, 80) COLLATE NOCASE, pk)
  WHERE archived_ms IS NULL AND deleted_ms IS NULL AND preview <> '';
CREATE INDEX thread_archived_title ON thread(substr(coalesce(name, preview), 1, 80) COLLATE NOCASE, pk)
  WHERE archived_ms IS NOT NULL AND deleted_ms IS NULL AND preview <> '';

CREATE TABLE attachment(
  pk INTEGER PRIMARY KEY, thread_pk INTEGER NOT NULL REFERENCES thread(pk) ON DELETE CASCADE,
  id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, identity_key TEXT NOT NULL, payload_json TEXT NOT NULL,
  created_ms INTEGER NOT NULL, UNIQUE(thread_pk, kind, identity_key)) STRICT;
CREATE INDEX attachment_thread ON attachment(thread_pk);
CREATE TABLE draft(
  thread_pk INTEGER PRIMARY KEY REFERENCES thread(pk) ON DELETE CASCADE,
  json TEXT, updated_ms INTEGER NOT NULL, rev INTEGER NOT NULL) STRICT;

UPDATE turn SET
  lines_added = (length(diff) - length(replace(diff, char(10) || '+', ''))) / 2
    - (length(diff) - length(replace(diff, char(10) || '+++ ', ''))) / 5,
  lines_removed = (length(diff) - length(replace(diff, char(10) || '-', ''))) / 2
    - (length(diff) - length(replace(diff, char(10) || '--- ', ''))) / 5
  WHERE diff IS NOT NULL;
UPDATE thread SET lines_added = sums.added, lines_removed = sums.removed
  FROM (SELECT thread_pk, sum(lines_added) AS added, sum(lines_removed) AS removed
    FROM turn WHERE lines_added + lines_removed > 0 GROUP BY thread_pk) AS sums
  WHERE sums.thread_pk = thread.pk;
`,
}
