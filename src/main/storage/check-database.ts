// Looks through the whole database for damage, in a thread of its own: nothing waits for it. Due after an exit that
// was none, as a power cut or a crash is; at most once a day.
import { Worker } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import { isCorruption } from './failures.ts'
import { databaseFile } from './profile-files.ts'

/** What the thread is started with. */
export interface CheckOptions {
  readonly checkHome: string
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
): Worker {
  const worker = new Worker(entry, { workerData: { checkHome: home } satisfies CheckOptions })
  worker.on('message', onResult)
  worker.on('error', (error) => onResult({ failed: error.message }))
  worker.unref()
  return worker
}

/** Table by table, so that whoever ends the process waits for no more than one of them. */
export function runCheck({ checkHome }: CheckOptions): CheckResult {
  try {
    const db = new Sqlite(databaseFile(checkHome), { readonly: true })
    try {
      return { damage: damageOf(db) }
    } finally {
      db.close()
    }
  } catch (thrown) {
    if (isCorruption(thrown)) return { damage: String(thrown) }
    return { failed: String(thrown) }
  }
}

function damageOf(db: Sqlite.Database): string | null {
  const tables = db
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
    .pluck()
    .all()
  for (const table of tables) {
    const found = db.pragma(`quick_check('${table}')`, { simple: true })
    if (found !== 'ok') return `${table}: ${found}`
  }
  return null
}
