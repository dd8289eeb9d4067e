// Statements whose text depends on the question; each text is prepared once.
import type { Database, Statement } from 'better-sqlite3'

export type Prepared = <R>(sql: string) => Statement<unknown[], R>

/** The number of different texts must be small: filters are bound as values, never written into the text. */
export function createPrepared(db: Database): Prepared {
  const statements = new Map<string, Statement<unknown[], unknown>>()
  return <R>(sql: string) => {
    const known = statements.get(sql) ?? db.prepare<unknown[], unknown>(sql)
    statements.set(sql, known)
    // The caller knows the columns it wrote into the text.
    return known as Statement<unknown[], R>
  }
}
