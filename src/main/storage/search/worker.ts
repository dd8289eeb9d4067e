// The search worker's entry: reads the threads, owns the index, answers questions between pieces of indexing.
import { join } from 'node:path'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import type { SearchProgress } from '../../../protocol/index.ts'
import { createBlobStore } from '../blobs.ts'
import { packError } from '../worker-messages.ts'
import { createFindOccurrences } from './find-occurrences.ts'
import { createFindThreads } from './find-threads.ts'
import { createIndexer } from './indexer.ts'
import { openIndex, removeIndex } from './open-index.ts'
import type { FromSearch, ToSearch } from './search-messages.ts'

/** Commits come in bursts while an answer streams; each burst is indexed once. */
const QUIET_MS = 250
const PROGRESS_MS = 250
/** Of indexing, before other questions are looked at. */
const PIECE_MS = 8
/** A window is told how far the index is, and is answered after this long with what there is. */
const PATIENCE_MS = 200
/** Who cannot be told waits for all of it, but not longer than this. */
const PATIENCE_MS_MAX = 20_000

function serve(port: MessagePort, home: string): void {
  const threads = new Sqlite(join(home, 'skein.db'), { readonly: true })
  threads.pragma('mmap_size = 67108864')
  const blobs = createBlobStore(threads, home)
  let index = openIndex(home)
  let indexer = createIndexer(threads, index, blobs)
  let findThreads = createFindThreads(threads, index, blobs)
  const findOccurrences = createFindOccurrences(threads, blobs)
  // Imported content is unpacked elsewhere, and each thread is announced when it has rows.
  const countPacked = threads
    .prepare<[], number>('SELECT count(DISTINCT thread_pk) FROM import_pack WHERE problem IS NULL')
    .pluck()
  const isPacked = threads
    .prepare<[], number>('SELECT EXISTS (SELECT 1 FROM import_pack WHERE problem IS NULL)')
    .pluck()
  /** What was unpacked last may not have been announced yet. */
  let mayMissOne = isPacked.get() === 1
  const patient = new Set<() => void>()
  let total = indexer.compare()
  let isReady = total === 0 && !mayMissOne
  let toldAtMs = 0
  let timer: NodeJS.Timeout | undefined

  const send = (message: FromSearch): void => port.postMessage(message)

  function progress(): SearchProgress {
    if (isReady) return { ready: true, done: total, total }
    const left = indexer.left() + (countPacked.get() ?? 0)
    total = Math.max(total, left)
    return { ready: false, done: total - left, total }
  }

  function tell(): void {
    toldAtMs = Date.now()
    send({ type: 'progress', progress: progress() })
  }

  /** The index cannot be trusted any more: it is made anew. */
  function rebuild(reason: unknown): void {
    send({ type: 'log', message: `the search index is built anew: ${String(reason)}` })
    index.close()
    removeIndex(home)
    index = openIndex(home)
    indexer = createIndexer(threads, index, blobs)
    findThreads = createFindThreads(threads, index, blobs)
    total = indexer.compare()
    isReady = false
    tell()
    schedule(0)
  }

  function work(): void {
    timer = undefined
    try {
      if (indexer.step(PIECE_MS)) {
        if (!isReady && Date.now() - toldAtMs > PROGRESS_MS) tell()
        schedule(0)
        return
      }
    } catch (thrown) {
      rebuild(thrown)
      return
    }
    if (isReady || isPacked.get() === 1) return
    if (mayMissOne) {
      mayMissOne = false
      total = indexer.compare()
      schedule(0)
      return
    }
    isReady = true
    tell()
    for (const go of patient) go()
  }

  function schedule(ms: number): void {
    timer ??= setTimeout(work, ms)
  }

  /** Resolves when everything is in the index, and after this long anyway. */
  function readyWithin(ms: number): Promise<void> {
    if (isReady) return Promise.resolve()
    clearTimeout(timer)
    timer = undefined
    schedule(0)
    return new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(limit)
        patient.delete(go)
        resolve()
      }
      const limit = setTimeout(go, ms)
      patient.add(go)
    })
  }

  async function answer(message: Extract<ToSearch, { id: number }>): Promise<unknown> {
    if (message.op === 'occurrences') return findOccurrences(message.query)
    await readyWithin(message.query.operators ? PATIENCE_MS : PATIENCE_MS_MAX)
    try {
      indexer.catchUp()
      return findThreads(message.query, progress())
    } catch (thrown) {
      if (!isBroken(thrown)) throw thrown
      rebuild(thrown)
      return findThreads(message.query, progress())
    }
  }

  async function reply(message: Extract<ToSearch, { id: number }>): Promise<void> {
    try {
      const value = await answer(message)
      send({ type: 'answer', id: message.id, value })
    } catch (thrown) {
      send({ type: 'refused', id: message.id, error: packError(thrown) })
    }
  }

  port.on('message', (message: ToSearch) => {
    // What was on its way when the port was closed still comes.
    if (!threads.open) return
    if (message.op === 'touched') {
      indexer.touch(message.threadId)
      schedule(QUIET_MS)
      return
    }
    if (message.op === 'packed') {
      isReady = false
      mayMissOne = true
      schedule(0)
      return
    }
    if (message.op === 'close') {
      clearTimeout(timer)
      for (const go of patient) go()
      index.close()
      threads.close()
      port.close()
      return
    }
    void reply(message)
  })
  tell()
  schedule(0)
}

/** A damaged file, or one that somebody took away. */
function isBroken(thrown: unknown): boolean {
  const code = (thrown as { code?: unknown }).code
  return typeof code === 'string' && /^SQLITE_(CORRUPT|NOTADB|IOERR|READONLY)/.test(code)
}

if (parentPort) serve(parentPort, (workerData as { home: string }).home)
