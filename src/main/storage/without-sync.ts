// Commits that do not wait for the disk: for what can be had again when the power fails.
import type { Database } from 'better-sqlite3'

/** The next commit of anybody else waits for the disk, and takes these along. */
export function withoutSync<T>(db: Database, work: () => T): T {
  db.pragma('synchronous = NORMAL')
  try {
    return work()
  } finally {
    db.pragma('synchronous = FULL')
  }
}
