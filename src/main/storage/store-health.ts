// How the store is: whether it can record, what it had to repair, how much room it takes.
import { statfsSync, statSync, writeFileSync } from 'node:fs'
import type { BlobStore } from './blobs.ts'
import type { PackFiles } from './pack-files.ts'
import { damageMark, databaseFile } from './profile-files.ts'
import type { Repair } from './rescue.ts'
import type { StoreHealth } from './store.ts'
import type { DiskWatch } from './write-batch.ts'

export interface HealthWatch extends DiskWatch {
  read(): StoreHealth
  isDegraded(): boolean
  /** The database was looked through as a whole, and nothing was wrong. */
  checked(atMs: number): void
  /** Some of the database cannot be read: the next start rescues the rest. */
  damaged(what: string): void
}

const DAMAGED =
  'Part of the database is damaged. Restart Skein: it then carries everything that can be read into a new one.'

/** `onChange` hears when recording became impossible or possible again, and what a look through the database found. */
export function createHealthWatch(
  home: string,
  repairs: readonly Repair[],
  blobs: BlobStore,
  packs: PackFiles,
  lastCheckMs: number | null,
  onChange: (health: StoreHealth) => void,
): HealthWatch {
  let failure: string | null = null
  let isDamaged = false
  let checkedAtMs = lastCheckMs

  function stateNow(): StoreHealth['state'] {
    if (failure !== null) return 'readOnly'
    if (isDamaged) return 'damaged'
    return repairs.length > 0 ? 'repaired' : 'healthy'
  }

  function read(): StoreHealth {
    return {
      state: stateNow(),
      reason: failure ?? (isDamaged ? DAMAGED : null) ?? repairs[0]?.text ?? null,
      checkedAtMs,
      repairs: [...repairs],
      bytes: {
        database: sizeOf(databaseFile(home)),
        wal: sizeOf(`${databaseFile(home)}-wal`),
        imports: packs.bytes(),
        search: 0,
        blobs: blobs.fileBytes(),
        free: freeBytes(home),
      },
      search: { ready: false, done: 0, total: 0 },
    }
  }

  return {
    read,
    isDegraded: () => failure !== null,
    checked(atMs) {
      checkedAtMs = atMs
      onChange(read())
    },
    damaged(what) {
      if (isDamaged) return
      isDamaged = true
      try {
        writeFileSync(damageMark(home), `${what}\n`)
      } catch {
        // Then whoever meets the damage next writes it down.
      }
      onChange(read())
    },
    wrote() {
      if (failure === null) return
      failure = null
      onChange(read())
    },
    failed(reason) {
      if (failure !== null) return
      failure = reason
      onChange(read())
    },
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
