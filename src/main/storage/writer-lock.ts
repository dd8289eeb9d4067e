// One writer per profile: a write transaction held open on writer.lock, which the system ends with the process.
// The file stays behind when the process is gone; only a held lock means anything.
import { randomUUID } from 'node:crypto'
import { renameSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { SkeinError } from '../lib/errors.ts'
import { isCorruption } from './failures.ts'

/** Enough for the moment in which another process writes its name; a holder is reported at once. */
const LOCK_WAIT_MS = 200

export interface WriterLock {
  /** The last process that held it did not come to its end. */
  readonly wasUnclean: boolean
  /** `isClean`: all is done, the next one has nothing to look after. */
  release(isClean?: boolean): void
}

interface Holder {
  readonly pid: number
  readonly host: string
  readonly started_ms: number
}

/** Throws SkeinError `conflict` that names the holder, with `pid`, `host` and `startedAtMs` in its detail. */
export function takeWriterLock(home: string, nowMs: number): WriterLock {
  const file = join(home, 'writer.lock')
  try {
    return lock(file, home, nowMs)
  } catch (thrown) {
    if (!isCorruption(thrown)) throw thrown
    // Torn by a power cut: it holds nothing but a name, and nobody can hold a lock on what cannot be opened.
    renameSync(file, `${file}.damaged-${nowMs}`)
    return { ...lock(file, home, nowMs), wasUnclean: true }
  }
}

function lock(file: string, home: string, nowMs: number): WriterLock {
  const db = new Sqlite(file, { timeout: LOCK_WAIT_MS })
  let wasUnclean = false
  try {
    // Its content is worth nothing after a power cut.
    db.pragma('synchronous = OFF')
    db.exec('BEGIN IMMEDIATE')
    db.exec(
      `CREATE TABLE IF NOT EXISTS holder(
         id INTEGER PRIMARY KEY CHECK(id = 1), pid INTEGER NOT NULL, host TEXT NOT NULL,
         started_ms INTEGER NOT NULL, nonce TEXT NOT NULL) STRICT`,
    )
    wasUnclean = db.prepare('SELECT 1 FROM holder').get() !== undefined
    db.prepare(
      'INSERT OR REPLACE INTO holder(id, pid, host, started_ms, nonce) VALUES (1, ?, ?, ?, ?)',
    ).run(process.pid, hostname(), nowMs, randomUUID())
    db.exec('COMMIT')
    // Reserved, not exclusive: others can read who holds it.
    db.exec('BEGIN IMMEDIATE')
  } catch (thrown) {
    const refusal = isBusy(thrown) ? refusedBy(db, home) : thrown
    db.close()
    throw refusal
  }
  return {
    wasUnclean,
    release(isClean = false) {
      if (!db.open) return
      // In the transaction that holds the lock: nobody comes in between.
      if (isClean) db.exec('DELETE FROM holder; COMMIT')
      db.close()
    },
  }
}

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(thrown.code)
}

function refusedBy(db: Sqlite.Database, home: string): SkeinError {
  const holder = readHolder(db)
  const who = holder
    ? `process ${holder.pid} on ${holder.host}, started ${new Date(holder.started_ms).toISOString()}`
    : 'another process'
  const detail = holder
    ? { pid: holder.pid, host: holder.host, startedAtMs: holder.started_ms }
    : {}
  return new SkeinError(
    'conflict',
    `The profile ${home} is in use by another Skein (${who}). Use that one, or end it first.`,
    detail,
  )
}

function readHolder(db: Sqlite.Database): Holder | undefined {
  try {
    return db.prepare<[], Holder>('SELECT pid, host, started_ms FROM holder').get()
  } catch {
    // It is just being written: that somebody holds the profile is known all the same.
    return undefined
  }
}
