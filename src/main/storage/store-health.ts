// How the store is: whether it can record, what it had to repair, how much room it takes.
import { statfsSync, statSync } from 'node:fs'
import type { BlobStore } from './blobs.ts'
import { databaseFile } from './profile-files.ts'
import type { Repair } from './rescue.ts'
import type { StoreHealth } from './store.ts'
import type { DiskWatch } from './write-batch.ts'

export interface HealthWatch extends DiskWatch {
  read(): StoreHealth
  isDegraded(): boolean
}

/** `onChange` hears when recording became impossible, or possible again. */
export function createHealthWatch(
  home: string,
  repairs: readonly Repair[],
  blobs: BlobStore,
  onChange: (health: StoreHealth) => void,
): HealthWatch {
  let failure: string | null = null

  function read(): StoreHealth {
    const repaired = repairs.length > 0 ? 'repaired' : 'healthy'
    return {
      state: failure === null ? repaired : 'readOnly',
      reason: failure ?? repairs[0]?.text ?? null,
      repairs: [...repairs],
      bytes: {
        database: sizeOf(databaseFile(home)),
        wal: sizeOf(`${databaseFile(home)}-wal`),
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
