// How a goal goes on, as its person set it: the least pause, when it gives up, and what is told of it.
import type { Migration } from './migration.ts'

export const goalHabits: Migration = {
  version: 8,
  name: 'goal-habits',
  sql: `
ALTER TABLE goal ADD COLUMN min_gap_ms INTEGER NOT NULL DEFAULT 1000;
ALTER TABLE goal ADD COLUMN no_progress_max INTEGER NOT NULL DEFAULT 3;
ALTER TABLE goal ADD COLUMN notify TEXT NOT NULL DEFAULT 'ends' CHECK(notify IN ('none','ends','turns'));
`,
}
