// Threads on their way to the store: many in one transaction, and some batches on their way while the next is read.
import type { ImportedThread } from '../storage/imported-thread.ts'
import type { StoredSnapshot } from '../storage/thread-event.ts'

/** One transaction each: more would only make what else is asked of the store wait longer. */
const BATCH_THREADS_MAX = 128
/** Of packed content. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024
/** That are read and not yet written: now and then the disk takes as long as several of them take to be read. */
const BATCHES_MAX = 4

export interface ImportBatch {
  add(thread: ImportedThread): Promise<void>
  /** Resolves when the store has answered for everything that was added. */
  flush(): Promise<void>
  /** Remembers a snapshot that the thread being read refers to. */
  refer(snapshot: StoredSnapshot): StoredSnapshot
  /** Those referred to since the last call that the store has not got from here. */
  takeSnapshots(): readonly StoredSnapshot[]
}

export interface BatchPorts {
  /** All or none. */
  write(threads: readonly ImportedThread[]): Promise<void>
  written(thread: ImportedThread): void
  failed(thread: ImportedThread, reason: unknown): void
}

export function createImportBatch({ write, written, failed }: BatchPorts): ImportBatch {
  let threads: ImportedThread[] = []
  let bytes = 0
  let referred: StoredSnapshot[] = []
  const sent = new Set<string>()
  /** One after another, the oldest first. */
  const writes: Promise<void>[] = []

  async function writeAll(ready: readonly ImportedThread[]): Promise<void> {
    try {
      await write(ready)
      for (const thread of ready) written(thread)
    } catch {
      await writeEach(ready)
    }
  }

  /** One of them is the reason: the others are not to suffer for it. */
  async function writeEach(ready: readonly ImportedThread[]): Promise<void> {
    sent.clear()
    const snapshots = ready.flatMap((thread) => thread.snapshots)
    for (const thread of ready) {
      try {
        await write([{ ...thread, snapshots }])
        written(thread)
      } catch (thrown) {
        failed(thread, thrown)
      }
    }
  }

  async function startWriting(): Promise<void> {
    const [ready, before] = [threads, writes.at(-1)]
    threads = []
    bytes = 0
    if (ready.length > 0) writes.push(writeAfter(before, ready))
    if (writes.length >= BATCHES_MAX) await writes.shift()
  }

  async function writeAfter(
    before: Promise<void> | undefined,
    ready: readonly ImportedThread[],
  ): Promise<void> {
    await before
    await writeAll(ready)
  }

  return {
    async add(thread) {
      threads.push(thread)
      for (const part of thread.parts) bytes += part.bytes.length
      if (threads.length >= BATCH_THREADS_MAX || bytes >= BATCH_BYTES_MAX) await startWriting()
    },
    async flush() {
      await startWriting()
      await writes.at(-1)
    },
    refer(snapshot) {
      if (!sent.has(snapshot.id)) {
        sent.add(snapshot.id)
        referred.push(snapshot)
      }
      return snapshot
    },
    takeSnapshots() {
      const taken = referred
      referred = []
      return taken
    },
  }
}
