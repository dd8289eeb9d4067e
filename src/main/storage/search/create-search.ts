// Search as the rest of the app has it: a worker of its own, started when it is first needed or when things are quiet.
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { SearchProgress } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { Logger } from '../../lib/logger.ts'
import { unpackError } from '../worker-messages.ts'
import { indexFile } from './index-file.ts'
import type { Search } from './search.ts'
import type { FromSearch, ToSearch } from './search-messages.ts'

/** Items are read some at a time, and places of a word that is everywhere are numbers. SQLite adds 18 MiB of pages. */
const HEAP_MAX_MIB = 256
/** A question that takes longer is given up. */
const ANSWER_MS_MAX = 30_000
/** A worker that is asked to end does so after the piece it is at; one that does not is ended, which is not safe. */
const CLOSE_MS_MAX = 20_000

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
  readonly deadline: NodeJS.Timeout
}

export function createSearch(options: {
  readonly home: string
  readonly logger: Logger
  /** The database is there and migrated. */
  readonly opened: Promise<void>
  /** In MiB. */
  readonly heapMax?: number
}): Search {
  const { home, logger, opened, heapMax = HEAP_MAX_MIB } = options
  const listeners = new Set<(progress: SearchProgress) => void>()
  const waiting = new Map<number, Waiting>()
  let progress: SearchProgress = { ready: false, done: 0, total: 0 }
  let worker: Worker | undefined
  let exited: Promise<unknown> = Promise.resolve()
  let isClosed = false
  let lastId = 0
  /** By how many it is held back, and what waits for the last of them. */
  let holders = 0
  let isStartWanted = false
  let isPackedUntold = false

  function running(): Worker {
    if (worker) return worker
    const started = new Worker(workerFile(), {
      workerData: { home },
      name: 'search',
      resourceLimits: { maxOldGenerationSizeMb: heapMax },
    })
    started.unref()
    worker = started
    exited = new Promise((resolve) => started.once('exit', resolve))
    started.on('message', receive)
    started.on('error', (error) =>
      logger.log('error', 'the search worker failed', { error: error.stack ?? error.message }),
    )
    started.once('exit', () => {
      if (worker === started) worker = undefined
      end('Search has stopped. Ask again.')
    })
    return started
  }

  function tellPacked(): void {
    if (isPackedUntold) worker?.postMessage({ op: 'packed' } satisfies ToSearch)
    isPackedUntold = false
  }

  function receive(message: FromSearch): void {
    switch (message.type) {
      case 'answer':
        take(message.id)?.resolve(message.value)
        break
      case 'refused':
        take(message.id)?.reject(unpackError(message.error))
        break
      case 'log':
        logger.log('warn', message.message)
        break
      case 'progress':
        follow(message.progress)
    }
  }

  function follow(next: SearchProgress): void {
    const wasReady = progress.ready
    progress = next
    if (progress.ready !== wasReady) for (const listener of listeners) listener(progress)
  }

  function take(id: number): Waiting | undefined {
    const asked = waiting.get(id)
    waiting.delete(id)
    clearTimeout(asked?.deadline)
    return asked
  }

  function end(reason: string): void {
    for (const id of [...waiting.keys()])
      take(id)?.reject(new SkeinError('storageDegraded', reason))
  }

  async function ask(question: Pick<Extract<ToSearch, { id: number }>, 'op' | 'query'>) {
    await opened
    if (isClosed) throw new SkeinError('storageDegraded', 'The store is closed.')
    const id = ++lastId
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        take(id)?.reject(new SkeinError('storageDegraded', 'Search takes too long. Ask for less.'))
      }, ANSWER_MS_MAX).unref()
      waiting.set(id, { resolve, reject, deadline })
      const asked = running()
      tellPacked()
      asked.postMessage({ ...question, id })
    })
  }

  return {
    find: (query) => ask({ op: 'find', query }) as ReturnType<Search['find']>,
    occurrences: (query) => ask({ op: 'occurrences', query }) as ReturnType<Search['occurrences']>,
    // Without a worker nothing is lost: it compares everything when it starts.
    touched: (threadId) => worker?.postMessage({ op: 'touched', threadId } satisfies ToSearch),
    packed() {
      follow({ ...progress, ready: false })
      isPackedUntold = true
      if (holders === 0) tellPacked()
    },
    progress: () => progress,
    bytes: () =>
      ['', '-wal'].reduce((sum, suffix) => {
        const found = statSync(indexFile(home) + suffix, { throwIfNoEntry: false })
        return sum + (found?.size ?? 0)
      }, 0),
    onReady(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    start() {
      if (holders > 0) isStartWanted = true
      else if (!isClosed) running()
    },
    holdBack() {
      holders += 1
      return () => {
        holders -= 1
        if (holders > 0 || isClosed) return
        tellPacked()
        if (isStartWanted) running()
      }
    },
    async close() {
      isClosed = true
      const open = worker
      open?.postMessage({ op: 'close' } satisfies ToSearch)
      const limit = setTimeout(() => void open?.terminate(), CLOSE_MS_MAX)
      await exited
      clearTimeout(limit)
    },
  }
}

/** In a build: its own entry, beside this code or one folder up. In tests: the source, whose types Node strips. */
function workerFile(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const built = [join(here, 'search-worker.js'), join(dirname(here), 'search-worker.js')]
  return built.find((file) => existsSync(file)) ?? join(here, 'worker.ts')
}
