// Big content, stored once under the hash of its bytes: small ones in rows, large ones in files.
import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import zlib from 'node:zlib'
import type { Database } from 'better-sqlite3'
import { SkeinError } from '../lib/errors.ts'

/** Larger ones become files. */
export const ROW_BYTES_MAX = 256 * 1024
const ZSTD_LEVEL = 3

export interface BlobStore {
  /** Stores the bytes unless they are there already; a file is on disk before its row. Returns the hash. */
  put(bytes: Buffer, mediaType: string, atMs: number): string
  /** Throws SkeinError `corrupt` when the content is gone or not what its hash says. */
  get(hash: string): Buffer
  /** Where content lies that has a file of its own. */
  fileOf(hash: string): string | undefined
  /** Bytes of all blob files on disk. */
  fileBytes(): number
}

type Encoding = 'raw' | 'zstd'

interface BlobRow {
  readonly size: number
  readonly encoding: Encoding
  readonly location: 'row' | 'file'
  readonly data: Buffer | null
}

export function createBlobStore(db: Database, home: string): BlobStore {
  const selectPlace = db.prepare<[string], Pick<BlobRow, 'encoding' | 'location'>>(
    'SELECT encoding, location FROM blob WHERE hash = ?',
  )
  const select = db.prepare<[string], BlobRow>(
    'SELECT size, encoding, location, data FROM blob WHERE hash = ?',
  )
  const insert = db.prepare(
    `INSERT INTO blob(hash, size, stored_size, encoding, media_type, location, data, created_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(hash) DO UPDATE SET stored_size = excluded.stored_size, encoding = excluded.encoding`,
  )
  const sumFiles = db
    .prepare<[], number>(`SELECT total(stored_size) FROM blob WHERE location = 'file'`)
    .pluck()

  const fileOf = (hash: string, encoding: Encoding): string =>
    join(home, 'blobs', hash.slice(0, 2), encoding === 'zstd' ? `${hash}.zst` : hash)

  function isStored(hash: string): boolean {
    const place = selectPlace.get(hash)
    if (!place) return false
    return place.location === 'row' || existsSync(fileOf(hash, place.encoding))
  }

  return {
    put(bytes, mediaType, atMs) {
      const hash = createHash('sha256').update(bytes).digest('hex')
      if (isStored(hash)) return hash
      const { encoding, stored } = compress(bytes)
      if (bytes.length <= ROW_BYTES_MAX) {
        insert.run(hash, bytes.length, stored.length, encoding, mediaType, 'row', stored, atMs)
        return hash
      }
      writeDurably(fileOf(hash, encoding), stored)
      insert.run(hash, bytes.length, stored.length, encoding, mediaType, 'file', null, atMs)
      return hash
    },
    get(hash) {
      const row = select.get(hash)
      if (!row) throw new SkeinError('corrupt', `stored content ${hash} is missing`)
      const stored = row.data ?? readStored(fileOf(hash, row.encoding), hash)
      const bytes = decompress(stored, row.encoding, hash)
      if (bytes.length !== row.size)
        throw new SkeinError('corrupt', `stored content ${hash} is damaged`)
      return bytes
    },
    fileOf(hash) {
      const place = selectPlace.get(hash)
      return place?.location === 'file' ? fileOf(hash, place.encoding) : undefined
    },
    fileBytes: () => sumFiles.get() ?? 0,
  }
}

/** Where it spares less than this it is not worth the unpacking: the database is written by pages. */
const SPARED_BYTES_MIN = 4096

/** Runtimes before Node 22.15 have no zstd: they store content as it is. */
function compress(bytes: Buffer): { encoding: Encoding; stored: Buffer } {
  const raw = { encoding: 'raw', stored: bytes } as const
  if (bytes.length <= SPARED_BYTES_MIN || typeof zlib.zstdCompressSync !== 'function') return raw
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL }
  const stored = zlib.zstdCompressSync(bytes, { params })
  return bytes.length - stored.length < SPARED_BYTES_MIN ? raw : { encoding: 'zstd', stored }
}

function decompress(stored: Buffer, encoding: Encoding, hash: string): Buffer {
  if (encoding === 'raw') return stored
  if (typeof zlib.zstdDecompressSync !== 'function')
    throw new SkeinError('unsupported', `this runtime cannot read the compressed content ${hash}`)
  try {
    return zlib.zstdDecompressSync(stored)
  } catch (thrown) {
    throw new SkeinError('corrupt', `stored content ${hash} is damaged`, {}, thrown)
  }
}

function readStored(file: string, hash: string): Buffer {
  try {
    return readFileSync(file)
  } catch (thrown) {
    throw new SkeinError('corrupt', `stored content ${hash} is missing`, {}, thrown)
  }
}

/** Afterwards the file has its whole content and its name, whatever happens to the machine. */
function writeDurably(file: string, bytes: Buffer): void {
  const folder = dirname(file)
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    syncFolder(dirname(folder))
  }
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    writeAndSync(temporary, bytes)
    renameSync(temporary, file)
  } catch (thrown) {
    rmSync(temporary, { force: true })
    throw thrown
  }
  syncFolder(folder)
}

function writeAndSync(file: string, bytes: Buffer): void {
  const fd = openSync(file, 'wx', 0o600)
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function syncFolder(folder: string): void {
  // Windows cannot open a folder, and does not need to.
  if (process.platform === 'win32') return
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
