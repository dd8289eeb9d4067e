// Tells when one of a few files changes. By asking for their times: that sees files that come, go, or are replaced
// from outside, on every file system, while a watched profile folder would wake us with each write of the store.
import { type Stats, unwatchFile, watchFile } from 'node:fs'

const INTERVAL_MS = 1_000

type Listener = (now: Stats, before: Stats) => void

function stampOf({ mtimeMs, size, ino }: Stats): string {
  return `${mtimeMs}:${size}:${ino}`
}

export interface FileWatch {
  /** Watches exactly these from now on. */
  set(files: readonly string[]): void
  close(): void
}

export function watchFiles(changed: (file: string) => void): FileWatch {
  const watched = new Map<string, Listener>()

  function drop(file: string): void {
    const listener = watched.get(file)
    if (listener) unwatchFile(file, listener)
    watched.delete(file)
  }

  return {
    set(files) {
      for (const file of watched.keys()) if (!files.includes(file)) drop(file)
      for (const file of files) {
        if (watched.has(file)) continue
        // Called once for a file that is not there, too.
        const listener = (now: Stats, before: Stats): void => {
          if (stampOf(now) !== stampOf(before)) changed(file)
        }
        watched.set(file, listener)
        watchFile(file, { interval: INTERVAL_MS, persistent: false }, listener)
      }
    },
    close() {
      for (const file of [...watched.keys()]) drop(file)
    },
  }
}
