// Looks through the whole database for damage, in a thread of its own: nothing waits for it. Due after an exit that
// was none, as a power cut or a crash is; at most once a day.
import { Worker } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import { isCorruption } from './failures.ts'
import { databaseFile } from './profile-files.ts'

/** What the thread is started with. */
export interface CheckOptions {
  readonly checkHome: string
  /** One Int32: not 0 once the look is to stop. */
  readonly stop: SharedArrayBuffer
}

export interface RunningCheck {
  /** The thread closes the database and ends, after the table it is at; this thread does not end before. */
  stop(): void
}

export type CheckResult = { readonly damage: string | null } | { readonly failed: string }

const AGAIN_MS = 24 * 3_600_000

export function isCheckDue(wasUnclean: boolean, lastMs: number | null, nowMs: number): boolean {
  return wasUnclean && (lastMs === null || nowMs - lastMs > AGAIN_MS)
}

/** `entry` is the code that runs `runCheck` with these options. */
export function startCheck(
  entry: string,
  home: string,
  onResult: (result: CheckResult) => void,
): RunningCheck {
  const stop = new SharedArrayBuffer(4)
  const workerData = { checkHome: home, stop } satisfies CheckOptions
  const worker = new Worker(entry, { workerData })
  worker.on('message', onResult)
  worker.on('error', (error) => onResult({ failed: error.message }))
  worker.unref()
  return {
    stop() {
      Atomics.store(new Int32Array(stop), 0, 1)
      worker.ref()
    },
  }
}

/** Table by table, so that whoever ends the process waits for no more than one of them. */
export function runCheck({ checkHome, stop }: CheckOptions): CheckResult {
  try {
    const db = new Sqlite(databaseFile(checkHome), { readonly: true })
    try {
      return damageOf(db, new Int32Array(stop))
    } finally {
      db.close()
    }
  } catch (thrown) {
    if (isCorruption(thrown)) return { damage: String(thrown) }
    return { failed: String(thrown) }
  }
}

function damageOf(db: Sqlite.Database, stop: Int32Array): CheckResult {
  const tables = db
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
    .pluck()
    .all()
  for (const table of tables) {
    if (Atomics.load(stop, 0) !== 0) return { failed: 'the store was closed' }
    const found = db.pragma(`quick_check('${table}')`, { simple: true })
    if (found !== 'ok') return { damage: `${table}: ${found}` }
  }
  return { damage: null }
}
