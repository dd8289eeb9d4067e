// Reads another app's SQLite file without touching it: from a copy, because even a reader leaves files beside one.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'

type Rows = readonly Readonly<Record<string, unknown>>[]

/** The rows of one query; undefined when the file is missing, damaged or differently made. */
export function queryCopy(file: string, sql: string): Rows | undefined {
  if (!existsSync(file)) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'skein-copy-'))
  try {
    const copy = join(folder, 'copy.db')
    for (const suffix of ['', '-wal'])
      if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix)
    const db = new Sqlite(copy)
    try {
      return db.prepare<[], Record<string, unknown>>(sql).all()
    } finally {
      db.close()
    }
  } catch {
    // What stands there is a help, never a need: the files themselves are what is imported.
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
