import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Sqlite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listThreads } from '../../../test/list-threads.ts'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { SkeinError } from '../lib/errors.ts'
import { migrate, migrations } from './migrate.ts'
import { initial } from './migrations/0001-initial.ts'
import { openProfile } from './open-profile.ts'
import { threadCreated, threadQuery, wholeTurn } from './test-support/events.ts'
import { writerChild } from './test-support/writer-child.ts'

/** A process that has the profile open; resolved once it has. */
async function holder(home: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [writerChild, home, 'hold'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  for await (const line of createInterface({ input: child.stdout })) if (line === 'opened') break
  return child
}

async function refusalOf(home: string): Promise<SkeinError> {
  const error: unknown = await openTestStore({ home }).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof SkeinError)) throw new Error(`not refused: ${error}`)
  return error
}

async function homeWithThread(): Promise<string> {
  const home = await makeTestHome()
  const store = await openTestStore({ home })
  await store.journal.commit('thread-1', 0, 1000, [threadCreated(), ...wholeTurn('turn-1')])
  await store.close()
  return home
}

async function previews(home: string): Promise<string[]> {
  const store = await openTestStore({ home })
  const { data } = await listThreads(store, threadQuery())
  return data.map((thread) => thread.preview)
}

function bytesOf(home: string): Record<string, string> {
  const names = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('writer.lock'))
    .map((entry) => join(entry.parentPath, entry.name))
  const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')
  return Object.fromEntries(names.map((file) => [file, digest(file)]))
}

describe('a profile', () => {
  it('that another process writes to is refused within a second, and the refusal names the process', async () => {
    const home = await makeTestHome()
    const child = await holder(home)
    const startedMs = performance.now()
    expect(() => openProfile({ home, appVersion: '1.0.0', nowMs: 1 })).toThrow('in use')
    expect(performance.now() - startedMs).toBeLessThan(1000)
    const refusal = await refusalOf(home)
    expect(refusal).toMatchObject({ code: 'conflict', detail: { pid: child.pid } })
    expect(refusal.message).toContain(`process ${child.pid} on `)
  })

  it('is free again as soon as its process is killed', async () => {
    const home = await makeTestHome()
    const child = await holder(home)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await previews(home)).toEqual([])
  })

  it('is free again when the store is closed, and refused while it is open in the same process', async () => {
    const home = await makeTestHome()
    const store = await openTestStore({ home })
    expect(await refusalOf(home)).toMatchObject({ code: 'conflict', detail: { pid: process.pid } })
    await store.close()
    await openTestStore({ home })
  })

  it('with a torn lock file opens all the same', async () => {
    const home = await makeTestHome()
    writeFileSync(join(home, 'writer.lock'), 'SQLite format 3 torn by a power cut'.repeat(200))
    expect(await previews(home)).toEqual([])
  })

  it('that cannot be a folder is refused with what to do', async () => {
    const home = join(await makeTestHome(), 'file')
    writeFileSync(home, '')
    const refusal = await refusalOf(home)
    expect(refusal.code).toBe('denied')
    expect(refusal.message).toContain('SKEIN_HOME')
  })

  it('is private to its owner', async () => {
    const home = join(await makeTestHome(), 'new')
    await openTestStore({ home })
    expect(statSync(home).mode & 0o777).toBe(0o700)
  })
})

describe('a newer database', () => {
  it('is refused untouched, naming both versions', async () => {
    const home = await homeWithThread()
    const db = new Sqlite(join(home, 'skein.db'))
    db.exec(`INSERT INTO schema_migration VALUES (99, 'future', 'x', 0, '9.9.9')`)
    db.pragma('user_version = 99')
    db.close()
    const before = bytesOf(home)
    const refusal = await refusalOf(home)
    expect(refusal).toMatchObject({
      code: 'unsupported',
      detail: {
        schema: 99,
        supported: migrations.length,
        writtenBy: '9.9.9',
        appVersion: '0.0.0-test',
      },
    })
    expect(refusal.message).toContain('9.9.9')
    expect(refusal.message).toContain('0.0.0-test')
    expect(bytesOf(home)).toEqual(before)
  })

  it('of another program is refused untouched', async () => {
    const home = await makeTestHome()
    const db = new Sqlite(join(home, 'skein.db'))
    db.pragma('application_id = 1234')
    db.exec('CREATE TABLE theirs(x)')
    db.close()
    const before = bytesOf(home)
    expect(await refusalOf(home)).toMatchObject({ code: 'unsupported' })
    expect(bytesOf(home)).toEqual(before)
  })
})

describe('a damaged database', () => {
  const ruin = {
    'is no database at all': (file: Buffer) => file.fill('not a database', 0, 4096),
    'has a ruined first page': (file: Buffer) => file.fill(0xff, 100, 4096),
    'was cut off': (file: Buffer) => file.subarray(0, 5000),
  }

  it.each(Object.entries(ruin))(
    'that %s is set aside, and a new one is started and says so',
    async (_, damage) => {
      const home = await homeWithThread()
      const damaged = damage(readFileSync(join(home, 'skein.db')))
      writeFileSync(join(home, 'skein.db'), damaged)

      const store = await openTestStore({ home })
      const health = await store.health()
      expect(health.state).toBe('repaired')
      expect(health.reason).toContain('Nothing was deleted')
      expect(health.repairs).toEqual([{ kind: 'damagedDatabase', count: 1, text: health.reason }])
      await store.journal.commit('thread-2', 0, 2000, [
        threadCreated(),
        ...wholeTurn('turn-1', 'new'),
      ])
      const { data } = await listThreads(store, threadQuery())
      expect(data.map((thread) => thread.preview)).toEqual(['new'])

      const [folder = ''] = readdirSync(join(home, 'backups'))
      const kept = readFileSync(join(home, 'backups', folder, 'skein.db'))
      expect(kept.equals(damaged)).toBe(true)
    },
  )

  it('is told of only by the start that found it', async () => {
    const home = await homeWithThread()
    writeFileSync(join(home, 'skein.db'), 'x'.repeat(8192))
    await (await openTestStore({ home })).close()
    expect((await (await openTestStore({ home })).health()).state).toBe('healthy')
  })
})

describe('migrations', () => {
  const second = { version: 2, name: 'second', sql: 'CREATE TABLE added(x INTEGER) STRICT' }

  async function migrated(): Promise<{ db: Sqlite.Database; home: string }> {
    const home = await makeTestHome()
    mkdirSync(home, { recursive: true })
    const db = new Sqlite(join(home, 'skein.db'))
    onTestFinished(() => void db.close())
    migrate(db, { home, appVersion: '1.0.0', nowMs: 1000 }, [initial])
    return { db, home }
  }

  it('are recorded with their checksums and who applied them', async () => {
    const { db, home } = await migrated()
    migrate(db, { home, appVersion: '2.0.0', nowMs: 2000 }, [initial, second])
    const rows = db
      .prepare('SELECT version, name, applied_ms, app_version FROM schema_migration')
      .all()
    expect(rows).toEqual([
      { version: 1, name: 'initial', applied_ms: 1000, app_version: '1.0.0' },
      { version: 2, name: 'second', applied_ms: 2000, app_version: '2.0.0' },
    ])
    expect(db.pragma('user_version', { simple: true })).toBe(2)
  })

  it('of an existing database begin with a backup of it', async () => {
    const { db, home } = await migrated()
    db.exec(`INSERT INTO meta VALUES ('kept', 'yes')`)
    migrate(db, { home, appVersion: '2.0.0', nowMs: 2000 }, [initial, second])
    expect(readdirSync(join(home, 'backups'))).toEqual([
      'skein-schema-1-1970-01-01T00-00-02.000Z.db',
    ])
    const [name = ''] = readdirSync(join(home, 'backups'))
    const backup = new Sqlite(join(home, 'backups', name), { readonly: true })
    onTestFinished(() => void backup.close())
    expect(backup.pragma('user_version', { simple: true })).toBe(1)
    expect(backup.prepare(`SELECT value FROM meta WHERE key = 'kept'`).pluck().get()).toBe('yes')
  })

  it('that fail leave the version before, whole', async () => {
    const { db, home } = await migrated()
    const broken = { version: 2, name: 'broken', sql: 'CREATE TABLE half(x); SELECT nonsense' }
    const context = { home, appVersion: '2.0.0', nowMs: 2000 }
    expect(() => migrate(db, context, [initial, broken])).toThrow('nonsense')
    expect(db.pragma('user_version', { simple: true })).toBe(1)
    expect(db.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'half'`).pluck().get()).toBe(
      0,
    )
  })

  it('that differ from the ones applied are refused', async () => {
    const { db, home } = await migrated()
    const other = { ...initial, sql: `${initial.sql}\n-- edited` }
    const context = { home, appVersion: '2.0.0', nowMs: 2000 }
    expect(() => migrate(db, context, [other, second])).toThrow(/made by a different build/)
    expect(db.pragma('user_version', { simple: true })).toBe(1)
  })
})
