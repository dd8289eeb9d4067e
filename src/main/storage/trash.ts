// What was deleted is kept for a while and then removed for good, together with the content that nobody else uses.
import { rmSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import type { BlobStore } from './blobs.ts'

/** How long a deleted thread stays on disk where nothing else is said. */
export const TRASH_MS = 30 * 24 * 3_600_000

export interface Trash {
  /** Removes one thread that was deleted before this time and that no fork stands on. False: there is none. */
  purgeNext(beforeMs: number): boolean
}

export function createTrash(db: Database, blobs: BlobStore): Trash {
  const selectNext = db
    .prepare<[number], number>(
      `SELECT pk FROM thread WHERE deleted_ms IS NOT NULL AND deleted_ms < ?
         AND NOT EXISTS (SELECT 1 FROM thread_segment WHERE source_pk = pk AND thread_pk <> pk) LIMIT 1`,
    )
    .pluck()
  const selectHashes = db
    .prepare<{ pk: number }, string>(
      `SELECT blob_hash FROM item WHERE thread_pk = @pk AND blob_hash IS NOT NULL
       UNION SELECT out_hash FROM item WHERE thread_pk = @pk AND out_hash IS NOT NULL
       UNION SELECT blob_hash FROM model_item WHERE thread_pk = @pk AND blob_hash IS NOT NULL`,
    )
    .pluck()
  const removeThread = db.prepare('DELETE FROM thread WHERE pk = ?')
  const isUsed = db
    .prepare<{ hash: string }, number>(
      `SELECT EXISTS (SELECT 1 FROM item WHERE blob_hash = @hash)
         OR EXISTS (SELECT 1 FROM item WHERE out_hash = @hash)
         OR EXISTS (SELECT 1 FROM model_item WHERE blob_hash = @hash)`,
    )
    .pluck()
  const removeBlob = db.prepare('DELETE FROM blob WHERE hash = ?')

  /** Returns the files that nothing speaks of any more. */
  const remove = db.transaction((pk: number): string[] => {
    const hashes = selectHashes.all({ pk })
    removeThread.run(pk)
    const unused = hashes.filter((hash) => isUsed.get({ hash }) === 0)
    const files = unused.flatMap((hash) => blobs.fileOf(hash) ?? [])
    for (const hash of unused) removeBlob.run(hash)
    return files
  })

  return {
    purgeNext(beforeMs) {
      const pk = selectNext.get(beforeMs)
      if (pk === undefined) return false
      // The rows first: a file without a row takes room, a row without its file is damage.
      for (const file of remove(pk)) rmSync(file, { force: true })
      return true
    },
  }
}
