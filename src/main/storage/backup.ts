// A copy of the whole store while it is in use: the database page by page, then the files of big content.

import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { SkeinError } from '../lib/errors.ts'
import { fileTime } from './migrate.ts'
import { packFolder } from './profile-files.ts'

/** Copied at a time: a fraction of a millisecond, so that nothing waits for a backup. */
const PIECE_BYTES = 256 * 1024

/**
 * Resolves with the place and the bytes of the copy. To use one, put it in the place of skein.db, and the folders
 * beside it, `.blobs` and after an import `.imports`, in the place of those of the profile. Rejects with SkeinError `conflict` when something is there already.
 */
export async function backUp(
  db: Database,
  home: string,
  wanted: string | undefined,
): Promise<{ path: string; bytes: number }> {
  const path = wanted ?? join(home, 'backups', `skein-${fileTime(Date.now())}.db`)
  const blobs = `${path}.blobs`
  const packs = `${path}.imports`
  for (const taken of [path, blobs, packs])
    if (existsSync(taken))
      throw new SkeinError('conflict', `there is something at ${taken} already`)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  try {
    const pages = PIECE_BYTES / Number(db.pragma('page_size', { simple: true }))
    await db.backup(path, { progress: () => pages })
    const { size } = await stat(path)
    const copied = await copyFolder(join(home, 'blobs'), blobs)
    return { path, bytes: size + copied + (await copyFolder(packFolder(home), packs)) }
  } catch (thrown) {
    await rm(path, { force: true })
    for (const folder of [blobs, packs]) await rm(folder, { recursive: true, force: true })
    throw thrown
  }
}

/** Big content is written once and under its hash: copying it while more comes is safe. */
async function copyFolder(from: string, to: string): Promise<number> {
  if (!existsSync(from)) return 0
  await mkdir(to, { recursive: true, mode: 0o700 })
  let bytes = 0
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    if (entry.isDirectory()) bytes += await copyFolder(source, join(to, entry.name))
    else if (!entry.name.endsWith('.tmp')) {
      await copyFile(source, join(to, entry.name))
      bytes += (await stat(source)).size
    }
  }
  return bytes
}
