// Puts a new database in the place of a damaged one, with what could be read of it, or of the newest backup when
// nothing could. The damaged one is kept. Interrupted anywhere, the next start begins again or finishes.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { isCorruption } from './failures.ts'
import { fileTime, type MigrationContext } from './migrate.ts'
import { damageMark, databaseFile, packFolder, rescuedFile } from './profile-files.ts'
import { type Salvage, salvage } from './salvage.ts'
import { removeIndex } from './search/open-index.ts'

export interface Repair {
  readonly kind: string
  readonly count: number
  readonly text: string
}

const suffixes = ['', '-wal', '-shm']

/** `open` makes a new database at a place. Afterwards the profile's own is closed and in its place. */
export function rescue(context: MigrationContext, open: (file: string) => Sqlite.Database): Repair {
  const { home } = context
  const file = databaseFile(home)
  let found = carry(file, rescuedFile(home), open)
  const backup = found.threads === 0 ? newestBackup(home) : undefined
  if (backup !== undefined) {
    found = carry(backup, rescuedFile(home), open)
    bringBeside(backup, home)
  }
  // Built of places in the old one.
  removeIndex(home)
  const folder = setAside(context)
  rmSync(damageMark(home), { force: true })
  renameSync(rescuedFile(home), file)
  return {
    kind: 'damagedDatabase',
    count: 1,
    text: `The database was damaged. ${reportOf(found, backup)} The damaged one was moved to ${folder}. Nothing was deleted.`,
  }
}

/** A rescue that was cut off after the damaged database had been moved away. */
export function finishRescue(context: MigrationContext): void {
  const { home } = context
  if (existsSync(databaseFile(home)) || !existsSync(rescuedFile(home))) return
  // A log that was left behind is not the new one's.
  setAside(context)
  rmSync(damageMark(home), { force: true })
  renameSync(rescuedFile(home), databaseFile(home))
}

/** All of it, or what one could read of it, is in one file at `to` when this returns. */
function carry(from: string, to: string, open: (file: string) => Sqlite.Database): Salvage {
  for (const suffix of suffixes) rmSync(to + suffix, { force: true })
  const into = open(to)
  try {
    const source = new Sqlite(from, { readonly: true })
    try {
      return salvage(source, into)
    } finally {
      source.close()
    }
  } catch (thrown) {
    if (!isCorruption(thrown)) throw thrown
    return { threads: 0, turns: 0, items: 0, incomplete: 0, lostRows: 0 }
  } finally {
    into.pragma('wal_checkpoint(TRUNCATE)')
    into.close()
  }
}

/** What the rows of a backup refer to, where it is not here any more. What is here is the same. */
function bringBeside(backup: string, home: string): void {
  for (const [from, to] of [
    [`${backup}.blobs`, join(home, 'blobs')],
    [`${backup}.imports`, packFolder(home)],
  ] as const)
    if (existsSync(from)) cpSync(from, to, { recursive: true, force: false })
}

function newestBackup(home: string): string | undefined {
  const folder = join(home, 'backups')
  if (!existsSync(folder)) return undefined
  const times = readdirSync(folder).flatMap((name) => {
    const time = /^skein-(?:schema-\d+-)?(\d{4}-.*)\.db$/.exec(name)?.[1]
    return time === undefined ? [] : [{ time, name }]
  })
  const newest = times.sort((a, b) => (a.time < b.time ? -1 : 1)).at(-1)
  return newest && join(folder, newest.name)
}

function reportOf({ threads, turns, items, incomplete }: Salvage, backup?: string): string {
  const carried = `${threads} threads with ${turns} turns and ${items} items`
  if (threads === 0) return 'Nothing in it could be read, and a new one was started.'
  if (backup !== undefined)
    return `Nothing in it could be read; ${carried} were restored from the backup ${backup}.`
  const gaps = incomplete === 0 ? '' : ` Parts of ${incomplete} threads could not be read.`
  return `${carried} were carried over to a new one.${gaps}`
}

function setAside({ home, nowMs }: MigrationContext): string {
  const folder = join(home, 'backups', `damaged-${fileTime(nowMs)}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const suffix of suffixes) {
    const from = databaseFile(home) + suffix
    if (existsSync(from)) renameSync(from, join(folder, `skein.db${suffix}`))
  }
  return folder
}
