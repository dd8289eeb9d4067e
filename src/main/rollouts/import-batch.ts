// Threads on their way to the store: many in one transaction, and some batches on their way while the next is read.
import type { ContentPart, ImportedThread, PlacedThread } from '../storage/imported-thread.ts'
import type { PackPlace } from '../storage/pack-files.ts'
import type { StoredSnapshot } from '../storage/thread-event.ts'
import { createContentPieces, type Piece, type PieceRange } from './content-pieces.ts'

/** One transaction each: more would only make what else is asked of the store wait longer. */
const BATCH_THREADS_MAX = 512
/** Of packed content. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024
/** That are read and not yet written: now and then the disk takes as long as several of them take to be read. */
const BATCHES_MAX = 4

export interface ImportBatch {
  /** The parts are read before this returns. */
  add(thread: ImportedThread, parts: Iterable<ContentPart>): Promise<void>
  /** Resolves when the store has answered for everything that was added. */
  flush(): Promise<void>
  /** Remembers a snapshot that the thread being read refers to. */
  refer(snapshot: StoredSnapshot): StoredSnapshot
  /** Those referred to since the last call that the store has not got from here. */
  takeSnapshots(): readonly StoredSnapshot[]
}

export interface BatchPorts {
  /** Resolves with where they lie, once they are on disk. */
  keep(pieces: readonly Piece[]): Promise<readonly PackPlace[]>
  /** All or none. */
  write(threads: readonly PlacedThread[]): Promise<void>
  written(thread: ImportedThread): void
  failed(thread: ImportedThread, reason: unknown): void
}

interface Underway {
  readonly thread: ImportedThread
  readonly ranges: readonly (Omit<ContentPart, 'content'> & { readonly range: PieceRange })[]
}

export function createImportBatch({ keep, write, written, failed }: BatchPorts): ImportBatch {
  const content = createContentPieces()
  let threads: Underway[] = []
  let referred: StoredSnapshot[] = []
  const sent = new Set<string>()
  /** One after another, the oldest first. */
  const writes: Promise<void>[] = []

  async function writeAll(ready: readonly Underway[], pieces: readonly Piece[]): Promise<void> {
    try {
      const places = await keep(pieces)
      await writeOrEach(ready.map((one) => ({ ...one, placed: placed(one, pieces, places) })))
    } catch (thrown) {
      for (const { thread } of ready) failed(thread, thrown)
    }
  }

  async function writeOrEach(
    ready: readonly { readonly thread: ImportedThread; readonly placed: PlacedThread }[],
  ): Promise<void> {
    try {
      await write(ready.map((one) => one.placed))
      for (const { thread } of ready) written(thread)
    } catch {
      // One of them is the reason: the others are not to suffer for it.
      sent.clear()
      const snapshots = ready.flatMap(({ thread }) => thread.snapshots)
      for (const { thread, placed: one } of ready) {
        try {
          await write([{ ...one, snapshots }])
          written(thread)
        } catch (thrown) {
          failed(thread, thrown)
        }
      }
    }
  }

  async function startWriting(): Promise<void> {
    const [ready, pieces, before] = [threads, content.take(), writes.at(-1)]
    threads = []
    if (ready.length > 0) writes.push(writeAfter(before, ready, pieces))
    if (writes.length >= BATCHES_MAX) await writes.shift()
  }

  async function writeAfter(
    before: Promise<void> | undefined,
    ready: readonly Underway[],
    pieces: readonly Piece[],
  ): Promise<void> {
    await before
    await writeAll(ready, pieces)
  }

  return {
    async add(thread, parts) {
      const ranges = Array.from(parts, ({ toOrd, form, content: one }) => ({
        toOrd,
        form,
        range: content.add(one),
      }))
      threads.push({ thread, ranges })
      if (threads.length >= BATCH_THREADS_MAX || content.bytes() >= BATCH_BYTES_MAX)
        await startWriting()
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

function placed(
  { thread, ranges }: Underway,
  pieces: readonly Piece[],
  places: readonly PackPlace[],
): PlacedThread {
  return {
    ...thread,
    parts: ranges.flatMap(({ range: { piece, offset, length }, ...part }) => {
      const [packed, place] = [pieces[piece], places[piece]]
      if (!packed || !place) return []
      const share = Math.round((place.length * length) / packed.contentLength)
      return [{ ...part, encoding: packed.encoding, place, within: { offset, length, share } }]
    }),
  }
}
