// What is known of a thread beside its words: the state of its repository, and whether memories may be made of it.
import type { Migration } from './migration.ts'

export const metadata: Migration = {
  version: 3,
  name: 'metadata',
  sql: `
ALTER TABLE thread ADD COLUMN git_json TEXT;
ALTER TABLE thread ADD COLUMN memory_mode TEXT;
`,
}
