import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeTestHome } from '../../../test/open-test-store.ts'
import { SkeinError } from '../lib/errors.ts'
import { type BlobStore, createBlobStore, ROW_BYTES_MAX } from './blobs.ts'
import { migrate } from './migrate.ts'

let db: Sqlite.Database
let home: string
let blobs: BlobStore

beforeEach(async () => {
  home = await makeTestHome()
  db = new Sqlite(':memory:')
  migrate(db, { home, appVersion: '0', nowMs: 0 })
  blobs = createBlobStore(db, home)
})
afterEach(() => db.close())

const large = Buffer.from('a line of output\n'.repeat(40_000))

function files(): string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.zst|tmp/.test(name),
  )
}

describe('blobs', () => {
  it('are named by the hash of their bytes, and come back as they were', () => {
    const small = randomBytes(ROW_BYTES_MAX)
    for (const bytes of [Buffer.alloc(0), small, large]) {
      const hash = blobs.put(bytes, 'text/plain', 1)
      expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'))
      expect(blobs.get(hash).equals(bytes)).toBe(true)
    }
  })

  it('live in rows while they are small and in compressed files when they are large', () => {
    blobs.put(randomBytes(ROW_BYTES_MAX), 'text/plain', 1)
    expect(files()).toEqual([])
    const hash = blobs.put(large, 'text/plain', 1)
    expect(files()).toEqual([join('blobs', hash.slice(0, 2), `${hash}.zst`)])
    const bytes = readFileSync(join(home, 'blobs', hash.slice(0, 2), `${hash}.zst`)).length
    expect(bytes).toBeLessThan(large.length / 10)
    expect(blobs.fileBytes()).toBe(bytes)
  })

  it('are compressed in rows too, where that spares a page', () => {
    const bytes = Buffer.from('a line of output\n'.repeat(2_000))
    const hash = blobs.put(bytes, 'text/plain', 1)
    const short = blobs.put(Buffer.from('short'), 'text/plain', 1)
    const stored = db
      .prepare<[string], number>('SELECT length(data) FROM blob WHERE hash = ?')
      .pluck()
    expect(stored.get(hash)).toBeLessThan(bytes.length / 10)
    expect(stored.get(short)).toBe(5)
    expect(blobs.get(hash).equals(bytes)).toBe(true)
  })

  it('are stored once', () => {
    for (const bytes of [Buffer.from('twice'), large]) {
      expect(blobs.put(bytes, 'text/plain', 1)).toBe(blobs.put(bytes, 'text/plain', 2))
    }
    expect(db.prepare('SELECT count(*) FROM blob').pluck().get()).toBe(2)
    expect(files()).toHaveLength(1)
  })

  it('are written again when their file is gone', () => {
    const hash = blobs.put(large, 'text/plain', 1)
    rmSync(join(home, 'blobs'), { recursive: true })
    blobs.put(large, 'text/plain', 2)
    expect(blobs.get(hash).equals(large)).toBe(true)
  })

  it('whose file is gone or damaged are reported as corrupt', () => {
    const hash = blobs.put(large, 'text/plain', 1)
    writeFileSync(join(home, 'blobs', hash.slice(0, 2), `${hash}.zst`), 'garbage')
    expect(() => blobs.get(hash)).toThrow(
      new SkeinError('corrupt', `stored content ${hash} is damaged`),
    )
    rmSync(join(home, 'blobs'), { recursive: true })
    expect(() => blobs.get(hash)).toThrow(
      new SkeinError('corrupt', `stored content ${hash} is missing`),
    )
  })
})
