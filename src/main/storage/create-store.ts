// The store as the rest of the app has it: a worker thread owns the database, this side asks and waits.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../lib/clock.ts'
import { SkeinError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Store, StoreHealth } from './store.ts'
import {
  type Answer,
  type FromWorker,
  type ReadName,
  type Reads,
  type ToWorker,
  unpackError,
  type WorkerOptions,
} from './worker-messages.ts'

export interface StoreOptions {
  /** The profile folder; made when it is missing. */
  readonly home: string
  readonly logger: Logger
  readonly clock: Clock
  /** Recorded with migrations, and named when a newer one meets an older one. */
  readonly appVersion: string
}

/** The database addon's interface version; older runtimes crash while loading it, without a word. */
const NAPI_VERSION_MIN = 10

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

type Asking<M> = M extends { readonly id: number } ? Omit<M, 'id'> : never

/** Starts at once; requests may be made before `opened` and are answered when it is. */
export function createStore(options: StoreOptions): Store {
  const { home, logger, clock, appVersion } = options
  const waiting = new Map<number, Waiting>()
  const healthListeners = new Set<(health: StoreHealth) => void>()
  let lastId = 0
  /** Why nothing can be asked any more. */
  let ended: SkeinError | undefined
  let closing: Promise<void> | undefined
  let settleOpened: Waiting = { resolve: () => undefined, reject: () => undefined }
  const opened = new Promise<unknown>((resolve, reject) => {
    settleOpened = { resolve, reject }
  }).then(() => undefined)
  // Whoever awaits it hears of a failure; nobody has to.
  opened.catch(() => undefined)

  const worker = startWorker({ home, appVersion, nowMs: clock.now() })
  worker?.on('message', receive)
  worker?.on('error', (error) => {
    logger.log('error', 'the storage worker failed', { error: error.stack ?? error.message })
    end(new SkeinError('storageDegraded', 'Storage has stopped. Restart Skein.', {}, error))
  })
  worker?.on('exit', () =>
    end(new SkeinError('storageDegraded', 'Storage has stopped. Restart Skein.')),
  )
  if (!worker) {
    const have = `Node ${process.versions.node} with Node-API ${process.versions.napi}`
    const message = `The database needs Node 22.14 or newer (Node-API ${NAPI_VERSION_MIN}); this is ${have}.`
    end(new SkeinError('unsupported', message))
  }

  function receive(message: FromWorker): void {
    switch (message.type) {
      case 'opened':
        for (const { text } of message.repairs) logger.log('warn', text)
        settleOpened.resolve(undefined)
        break
      case 'failed':
        settleOpened.reject(unpackError(message.error))
        break
      case 'answers':
        for (const answer of message.answers) settle(answer)
        break
      case 'health': {
        const { state, reason } = message.health
        logger.log('warn', 'the health of the store changed', { state, reason })
        for (const listener of healthListeners) listener(message.health)
        break
      }
      case 'log':
        logger.log(message.level, message.message)
    }
  }

  function settle(answer: Answer): void {
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) asked?.reject(unpackError(answer.error))
    else asked?.resolve(answer.value)
  }

  function end(reason: SkeinError): void {
    ended ??= reason
    settleOpened.reject(ended)
    for (const asked of waiting.values()) asked.reject(ended)
    waiting.clear()
  }

  function tell(message: ToWorker): void {
    if (!ended) worker?.postMessage(message)
  }

  function ask(message: Asking<ToWorker>): Promise<unknown> {
    if (ended) return Promise.reject(ended)
    const id = ++lastId
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      worker?.postMessage({ ...message, id })
    })
  }

  function reader<N extends ReadName>(name: N): Store[N] {
    const read = (...args: Parameters<Reads[N]>): Promise<unknown> =>
      ask({ op: 'read', name, args })
    // The worker answers with the result of the method of this name.
    return read as Store[N]
  }

  async function close(): Promise<void> {
    if (!worker || ended) return
    const exited = new Promise((resolve) => worker.once('exit', resolve))
    const answered = ask({ op: 'close' })
    ended = new SkeinError('storageDegraded', 'The store is closed.')
    try {
      await answered
    } finally {
      await exited
    }
  }

  return {
    opened,
    journal: {
      commit: (threadId, after, atMs, events) =>
        ask({ op: 'commit', request: { threadId, after, atMs, events } }) as Promise<number>,
      checkpoint: (threadId, key, appended) =>
        tell({ op: 'checkpoint', checkpoint: { threadId, key, appended, atMs: clock.now() } }),
      discard: (threadId, itemIds) => tell({ op: 'discard', threadId, itemIds }),
      flush: () => ask({ op: 'flush' }) as Promise<void>,
    },
    findThread: reader('findThread'),
    loadThread: reader('loadThread'),
    threadPage: reader('threadPage'),
    modelHistory: reader('modelHistory'),
    turnsPage: reader('turnsPage'),
    itemsPage: reader('itemsPage'),
    readItems: reader('readItems'),
    readOutput: reader('readOutput'),
    snapshot: reader('snapshot'),
    snapshotIdOf: reader('snapshotIdOf'),
    approvals: reader('approvals'),
    openTurns: reader('openTurns'),
    strayItems: reader('strayItems'),
    health: reader('health'),
    onHealth(listener) {
      healthListeners.add(listener)
      return () => void healthListeners.delete(listener)
    },
    close: () => (closing ??= close()),
  }
}

/** Undefined where the addon cannot be loaded. Electron has it whatever it reports. */
function startWorker(options: WorkerOptions): Worker | undefined {
  const isElectron = process.versions.electron !== undefined
  if (!isElectron && Number(process.versions.napi) < NAPI_VERSION_MIN) return undefined
  return new Worker(workerFile(), { workerData: options, name: 'storage' })
}

/** In a build: its own entry, beside this code or one folder up. In tests: the source, whose types Node strips. */
function workerFile(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const built = [join(here, 'storage-worker.js'), join(dirname(here), 'storage-worker.js')]
  return built.find((file) => existsSync(file)) ?? join(here, 'worker.ts')
}
