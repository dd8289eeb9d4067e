// Files with the packed content of imported threads. Importers append to one of their own and name the places in what
// they hand over; the storage worker reads them, and removes those that nothing refers to any more. In the database
// the same bytes would be written twice, page by page.
import { closeSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { SkeinError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'

export interface PackPlace {
  readonly file: string
  readonly offset: number
  readonly length: number
}

export interface PackWriter {
  /** Resolves with the place of each piece when all of them are on disk; rejects with the file system's error. */
  append(pieces: readonly Uint8Array[]): Promise<readonly PackPlace[]>
  close(): Promise<void>
}

/** One append at a time. The file is made with the first one. */
export function createPackWriter(folder: string): PackWriter {
  const file = `${newId()}.pack`
  let handle: FileHandle | undefined
  let end = 0

  async function start(): Promise<FileHandle> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const opened = await open(join(folder, file), 'wx', 0o600)
    await syncFolder(folder)
    return opened
  }

  return {
    async append(pieces) {
      handle ??= await start()
      let offset = end
      const places = pieces.map(({ length }) => {
        offset += length
        return { file, offset: offset - length, length }
      })
      const bytes = Buffer.concat(pieces)
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, end + done)
        done += bytesWritten
      }
      await handle.datasync()
      // What failed half way is written over.
      end = offset
      return places
    },
    async close() {
      await handle?.close()
    },
  }
}

/** So that a new file is found in it after a power loss. Windows does that by itself, and cannot open a folder. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const opened = await open(folder, 'r')
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}

export interface PackFiles {
  /** Throws the file system's error, or SkeinError `corrupt` when the file ends before the piece does. */
  read(place: PackPlace): Buffer
  /** Removes all files but these; `beforeAny` is called before the first of them. */
  keepOnly(files: ReadonlySet<string>, beforeAny: () => void): void
  /** What all files take on disk. */
  bytes(): number
  close(): void
}

export function createPackFiles(folder: string): PackFiles {
  let opened: { readonly file: string; readonly fd: number } | undefined

  function close(): void {
    if (opened) closeSync(opened.fd)
    opened = undefined
  }

  function descriptorOf(file: string): number {
    if (opened?.file !== file) {
      close()
      opened = { file, fd: openSync(join(folder, file), 'r') }
    }
    return opened.fd
  }

  return {
    close,
    read({ file, offset, length }) {
      const bytes = Buffer.allocUnsafe(length)
      if (readSync(descriptorOf(file), bytes, 0, length, offset) === length) return bytes
      throw new SkeinError('corrupt', `${file} ends before what is looked for in it`)
    },
    bytes: () => packsIn(folder).reduce((sum, file) => sum + sizeOf(join(folder, file)), 0),
    keepOnly(files, beforeAny) {
      close()
      const others = packsIn(folder).filter((file) => !files.has(file))
      if (others.length > 0) beforeAny()
      for (const file of others) rmSync(join(folder, file), { force: true })
    },
  }
}

function packsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.pack'))
  } catch {
    return [] // there was no import yet
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
