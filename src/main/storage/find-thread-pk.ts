// The row of a thread that is there: what everything that refers to it is written under.
import type { Database } from 'better-sqlite3'
import { SkeinError } from '../lib/errors.ts'

/** Throws SkeinError `notFound`. */
export function createThreadFinder(db: Database): (threadId: string) => number {
  const select = db
    .prepare<[string], number>('SELECT pk FROM thread WHERE id = ? AND deleted_ms IS NULL')
    .pluck()
  return (threadId) => {
    const pk = select.get(threadId)
    if (pk === undefined) throw new SkeinError('notFound', `thread not found: ${threadId}`)
    return pk
  }
}
