// Opens a profile's database: lock, look before touching, pragmas, migrations; a damaged one is rescued.
import { closeSync, existsSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { SkeinError } from '../lib/errors.ts'
import { isCorruption, toOpenError } from './failures.ts'
import { type MigrationContext, migrate, migrations, tooNew } from './migrate.ts'
import { damageMark, databaseFile } from './profile-files.ts'
import { finishRescue, type Repair, rescue } from './rescue.ts'
import { takeWriterLock, type WriterLock } from './writer-lock.ts'

/** Marks the file as ours: "SKEN". */
const APPLICATION_ID = 0x534b454e

/**
 * Small ones: a commit changes a few bytes in a dozen of them, and each is written as a whole. Databases that were
 * made with larger ones keep them.
 */
const PAGE_BYTES = 1024

/**
 * Once the WAL is this long a commit folds it back into the database. The pages that every commit touches are written
 * back once for all of them.
 */
export const WAL_BYTES = 16 * 1024 * 1024

export interface Profile {
  readonly home: string
  readonly db: Sqlite.Database
  readonly lock: WriterLock
  /** What had to be put right while opening, for the person. */
  readonly repairs: readonly Repair[]
}

/** Throws SkeinError as `Store.opened` says. */
export function openProfile(context: MigrationContext): Profile {
  try {
    mkdirSync(context.home, { recursive: true, mode: 0o700 })
    const lock = takeWriterLock(context.home, context.nowMs)
    try {
      return { home: context.home, lock, ...openOrReplace(context) }
    } catch (thrown) {
      lock.release()
      throw thrown
    }
  } catch (thrown) {
    throw toOpenError(thrown, context.home)
  }
}

function openOrReplace(context: MigrationContext): Pick<Profile, 'db' | 'repairs'> {
  const file = databaseFile(context.home)
  finishRescue(context)
  if (existsSync(damageMark(context.home))) return rescueAndOpen(context)
  try {
    return { db: openDatabase(file, context), repairs: [] }
  } catch (thrown) {
    if (!isCorruption(thrown)) throw thrown
    return rescueAndOpen(context)
  }
}

function rescueAndOpen(context: MigrationContext): Pick<Profile, 'db' | 'repairs'> {
  const repair = rescue(context, (file) => openDatabase(file, context))
  return { db: openDatabase(databaseFile(context.home), context), repairs: [repair] }
}

function openDatabase(file: string, context: MigrationContext): Sqlite.Database {
  refuseUntouched(file, context)
  const db = new Sqlite(file)
  try {
    // Before the first table; no effect later.
    db.pragma(`page_size = ${PAGE_BYTES}`)
    db.pragma('auto_vacuum = INCREMENTAL')
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    foldWalAt(db, WAL_BYTES)
    db.pragma('journal_size_limit = 67108864')
    db.pragma('cache_size = -65536')
    db.pragma('mmap_size = 268435456')
    db.pragma('temp_store = MEMORY')
    if (process.platform === 'darwin') db.pragma('checkpoint_fullfsync = ON')
    if (db.pragma('application_id', { simple: true }) === 0)
      db.pragma(`application_id = ${APPLICATION_ID}`)
    migrate(db, context)
    return db
  } catch (thrown) {
    db.close()
    throw thrown
  }
}

/** SQLite counts in pages, which are larger in older databases. */
export function foldWalAt(db: Sqlite.Database, bytes: number): void {
  const pageBytes = Number(db.pragma('page_size', { simple: true }))
  db.pragma(`wal_autocheckpoint = ${Math.round(bytes / pageBytes)}`)
}

/** Reads the file's header by hand, because opening a database may already change files beside it. */
function refuseUntouched(file: string, context: MigrationContext): void {
  const header = readHeader(file)
  if (!header) return
  const applicationId = header.readUInt32BE(68)
  if (applicationId !== APPLICATION_ID && applicationId !== 0)
    throw new SkeinError('unsupported', `${file} is a database of another program`)
  const version = header.readUInt32BE(60)
  const newest = migrations.at(-1)?.version ?? 0
  if (version <= newest) return
  // Even a reader leaves these behind.
  const left = [`${file}-wal`, `${file}-shm`].filter((beside) => !existsSync(beside))
  const db = new Sqlite(file, { readonly: true })
  try {
    throw tooNew(db, version, newest, context)
  } finally {
    db.close()
    for (const beside of left) rmSync(beside, { force: true })
  }
}

/** Undefined for a new, empty or foreign file: SQLite says then what it thinks of it. */
function readHeader(file: string): Buffer | undefined {
  if (!existsSync(file)) return undefined
  const header = Buffer.alloc(100)
  const fd = openSync(file, 'r')
  try {
    const isWhole = readSync(fd, header, 0, 100, 0) === 100
    return isWhole && header.toString('latin1', 0, 15) === 'SQLite format 3' ? header : undefined
  } finally {
    closeSync(fd)
  }
}
