// Brings a database to the schema of this build: forward only, one transaction each, after a backup.
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { SkeinError } from '../lib/errors.ts'
import { initial } from './migrations/0001-initial.ts'
import { story } from './migrations/0002-story.ts'
import { metadata } from './migrations/0003-metadata.ts'
import { goals } from './migrations/0004-goals.ts'
import { imports } from './migrations/0005-imports.ts'
import { trash } from './migrations/0006-trash.ts'
import { arrangement } from './migrations/0007-arrangement.ts'
import { goalHabits } from './migrations/0008-goal-habits.ts'
import { packs } from './migrations/0009-packs.ts'
import { partials } from './migrations/0010-partials.ts'
import { packParts } from './migrations/0011-pack-parts.ts'
import { packFiles } from './migrations/0012-pack-files.ts'
import { packLines } from './migrations/0013-pack-lines.ts'
import { packPieces } from './migrations/0014-pack-pieces.ts'
import type { Migration } from './migrations/migration.ts'

export const migrations: readonly Migration[] = [
  initial,
  story,
  metadata,
  goals,
  imports,
  trash,
  arrangement,
  goalHabits,
  packs,
  partials,
  packParts,
  packFiles,
  packLines,
  packPieces,
]

export interface MigrationContext {
  readonly home: string
  readonly appVersion: string
  readonly nowMs: number
}

interface AppliedRow {
  readonly version: number
  readonly name: string
  readonly checksum: string
  readonly app_version: string
}

/**
 * Throws SkeinError `unsupported`, having written nothing, when the database is newer than `all` or was made by
 * other migrations of the same numbers.
 */
export function migrate(
  db: Database,
  context: MigrationContext,
  all: readonly Migration[] = migrations,
): void {
  const version = Number(db.pragma('user_version', { simple: true }))
  const newest = all.at(-1)?.version ?? 0
  if (version > newest) throw tooNew(db, version, newest, context)
  if (version > 0) verify(db, all, context)
  if (version === newest) return
  if (version > 0) backUp(db, version, context)
  for (const migration of all) if (migration.version > version) applyOne(db, migration, context)
}

/** `appVersion` is what wrote the newest part of the database, when it can be read. */
export function tooNew(
  db: Database,
  version: number,
  newest: number,
  context: MigrationContext,
): SkeinError {
  const writer = newestWriter(db)
  return new SkeinError(
    'unsupported',
    `The profile ${context.home} was written by a newer Skein (${writer ?? 'unknown version'}, schema ${version}); ` +
      `this is ${context.appVersion} (schema ${newest}). Nothing was changed. ` +
      `Start the newer one, or restore a backup from ${join(context.home, 'backups')}.`,
    { schema: version, supported: newest, writtenBy: writer, appVersion: context.appVersion },
  )
}

function newestWriter(db: Database): string | null {
  try {
    const row = db
      .prepare<[], AppliedRow>('SELECT * FROM schema_migration ORDER BY version DESC LIMIT 1')
      .get()
    return row?.app_version ?? null
  } catch {
    // A future schema may keep this elsewhere; the refusal stands without the name.
    return null
  }
}

function verify(db: Database, all: readonly Migration[], context: MigrationContext): void {
  const applied = db
    .prepare<[], AppliedRow>('SELECT * FROM schema_migration ORDER BY version')
    .all()
  for (const row of applied) {
    const known = all.find((migration) => migration.version === row.version)
    if (known && checksumOf(known) === row.checksum) continue
    throw new SkeinError(
      'unsupported',
      `The database of the profile ${context.home} was made by a different build (schema step ${row.version}, ` +
        `"${row.name}", written by ${row.app_version}; this is ${context.appVersion}). Nothing was changed. ` +
        'Start that build, or set SKEIN_HOME to another folder.',
      { schema: row.version, writtenBy: row.app_version, appVersion: context.appVersion },
    )
  }
}

function backUp(db: Database, version: number, context: MigrationContext): void {
  const folder = join(context.home, 'backups')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  db.prepare('VACUUM INTO ?').run(
    join(folder, `skein-schema-${version}-${fileTime(context.nowMs)}.db`),
  )
}

function applyOne(db: Database, migration: Migration, context: MigrationContext): void {
  db.transaction(() => {
    db.exec(
      `CREATE TABLE IF NOT EXISTS schema_migration(version INTEGER PRIMARY KEY, name TEXT NOT NULL,
         checksum TEXT NOT NULL, applied_ms INTEGER NOT NULL, app_version TEXT NOT NULL) STRICT`,
    )
    db.exec(migration.sql)
    db.prepare('INSERT INTO schema_migration VALUES (?, ?, ?, ?, ?)').run(
      migration.version,
      migration.name,
      checksumOf(migration),
      context.nowMs,
      context.appVersion,
    )
    db.pragma(`user_version = ${migration.version}`)
  }).immediate()
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex')
}

/** A time that may stand in a file name on every system. */
export function fileTime(ms: number): string {
  return new Date(ms).toISOString().replaceAll(':', '-')
}
