// The store as the rest of the app has it: a worker thread owns the database, this side asks and waits.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Result } from '../../protocol/index.ts'
import type { Clock } from '../lib/clock.ts'
import { compileCacheEnv } from '../lib/compile-cache.ts'
import { SkeinError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { type ArrangementChanges, changeNames } from './arrangement-store.ts'
import { createRequests } from './requests.ts'
import type { Store, StoreHealth } from './store.ts'
import type { ArchiveResult } from './thread-archive.ts'
import {
  type AttachImporter,
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
  /** Of the worker's heap, in MiB. */
  readonly heapMax?: number
}

/** The database addon's interface version; older runtimes crash while loading it, without a word. */
const NAPI_VERSION_MIN = 10

/**
 * What the worker's own memory comes to at most, in MiB; beside it SQLite keeps up to 64 MiB of pages, and maps up to
 * 256 MiB of the database, which the system takes back when it needs room. Content passes through in parts of 512 KiB
 * and pages of lists, so that a hundredth of it would do; what a model reads of a thread is the largest thing held.
 */
const HEAP_MAX_MIB = 512

/** What is said of a store whose worker is gone: there is nobody left to ask. */
const stopped: StoreHealth = {
  state: 'readOnly',
  reason: 'Storage has stopped. Restart Skein.',
  checkedAtMs: null,
  repairs: [],
  bytes: { database: 0, wal: 0, imports: 0, search: 0, blobs: 0, free: 0 },
  search: { ready: false, done: 0, total: 0 },
}

/** Starts at once; requests may be made before `opened` and are answered when it is. */
export function createStore(options: StoreOptions): Store {
  const { home, logger, clock, appVersion, heapMax = HEAP_MAX_MIB } = options
  const packedListeners = new Set<() => void>()
  const unpackedListeners = new Set<(threadId: string) => void>()
  const healthListeners = new Set<(health: StoreHealth) => void>()
  const worker = startWorker({ home, appVersion, nowMs: clock.now() }, heapMax)
  const exited = new Promise((resolve) => worker?.once('exit', resolve))
  let opening = { resolve: (): void => undefined, reject: (_: unknown): void => undefined }
  const opened = new Promise<void>((resolve, reject) => {
    opening = { resolve, reject }
  })
  // Whoever awaits it hears of a failure; nobody has to.
  opened.catch(() => undefined)
  let changes = 0
  const requests = createRequests((message) => {
    if (message.op !== 'read') changes += 1
    worker?.postMessage(message)
  })
  let closing: Promise<void> | undefined

  worker?.on('message', receive)
  worker?.on('error', (error) => {
    logger.log('error', 'the storage worker failed', { error: error.stack ?? error.message })
    announce(stopped)
    end(new SkeinError('storageDegraded', stopped.reason ?? '', {}, error))
  })
  worker?.on('exit', () => end(new SkeinError('storageDegraded', stopped.reason ?? '')))
  if (!worker) {
    const have = `Node ${process.versions.node} with Node-API ${process.versions.napi}`
    const message = `The database needs Node 22.14 or newer (Node-API ${NAPI_VERSION_MIN}); this is ${have}.`
    end(new SkeinError('unsupported', message))
  }

  function end(reason: SkeinError): void {
    opening.reject(reason)
    requests.end(reason)
  }

  function announce(health: StoreHealth): void {
    const { state, reason } = health
    logger.log('warn', 'the health of the store changed', { state, reason })
    for (const listener of healthListeners) listener(health)
  }

  function receive(message: FromWorker): void {
    switch (message.type) {
      case 'opened':
        for (const { text } of message.repairs) logger.log('warn', text)
        opening.resolve()
        break
      case 'failed':
        opening.reject(unpackError(message.error))
        break
      case 'answers':
        for (const answer of message.answers) requests.settle(answer)
        break
      case 'postponed':
        requests.postpone(message.id)
        break
      case 'health':
        announce(message.health)
        break
      case 'packed':
        for (const listener of packedListeners) listener()
        break
      case 'unpacked':
        for (const listener of unpackedListeners) listener(message.threadId)
        break
      case 'damaged':
        changes += 1
        logger.log('error', `a row of thread row ${message.threadPk} is damaged`)
        break
      case 'log':
        logger.log(message.level, message.message)
    }
  }

  function reader<N extends ReadName>(name: N): Store[N] {
    const read = (...args: Parameters<Reads[N]>): Promise<unknown> =>
      requests.ask({ op: 'read', name, args })
    // The worker answers with the result of the method of this name.
    return read as Store[N]
  }

  /** One function for each change of the arrangement: the worker makes it under its name. */
  function arrangementChanges(): ArrangementChanges {
    const ask = (name: keyof ArrangementChanges) => [
      name,
      (...args: readonly unknown[]) => requests.ask({ op: 'change', name, args }),
    ]
    return Object.fromEntries(changeNames.map(ask))
  }

  async function close(): Promise<void> {
    const answered = requests.ask({ op: 'close' })
    requests.refuse(new SkeinError('storageDegraded', 'The store is closed.'))
    // A worker that died has nothing left to close.
    await answered.catch(() => undefined)
    await exited
  }

  return {
    opened,
    changes: () => changes,
    journal: {
      commit: (threadId, after, atMs, events) =>
        requests.ask({
          op: 'commit',
          request: { threadId, after, atMs, events },
        }) as Promise<number>,
      checkpoint: (threadId, key, appended) =>
        worker?.postMessage({
          op: 'checkpoint',
          checkpoint: { threadId, key, appended, atMs: clock.now() },
        }),
      discard: (threadId, itemIds) => worker?.postMessage({ op: 'discard', threadId, itemIds }),
      flush: () => requests.ask({ op: 'flush' }) as Promise<void>,
    },
    findThread: reader('findThread'),
    loadThread: reader('loadThread'),
    threadPage: reader('threadPage'),
    modelHistory: reader('modelHistory'),
    toldSnapshot: reader('toldSnapshot'),
    placeOf: reader('placeOf'),
    turnsBack: reader('turnsBack'),
    turnsPage: reader('turnsPage'),
    itemsPage: reader('itemsPage'),
    newestItem: reader('newestItem'),
    readItems: reader('readItems'),
    readOutput: reader('readOutput'),
    snapshot: reader('snapshot'),
    snapshotIdOf: reader('snapshotIdOf'),
    snapshotSpans: reader('snapshotSpans'),
    approvals: reader('approvals'),
    recordedEvents: reader('recordedEvents'),
    openTurns: reader('openTurns'),
    strayItems: reader('strayItems'),
    findGoal: reader('findGoal'),
    goalsPage: reader('goalsPage'),
    goalLogPage: reader('goalLogPage'),
    activeGoals: reader('activeGoals'),
    goalsPaused: reader('goalsPaused'),
    saveGoals: (writes) => requests.ask({ op: 'goals', writes }) as Promise<void>,
    saveGoalsPaused: (paused) => requests.ask({ op: 'goalsPaused', paused }) as Promise<void>,
    sectionsPage: reader('sectionsPage'),
    projectsPage: reader('projectsPage'),
    findProject: reader('findProject'),
    attachmentsPage: reader('attachmentsPage'),
    readDraft: reader('readDraft'),
    ...arrangementChanges(),
    usage: reader('usage'),
    health: reader('health'),
    contentThere: reader('contentThere'),
    exportPage: reader('exportPage'),
    threadSizes: reader('threadSizes'),
    sizePage: reader('sizePage'),
    trashPage: reader('trashPage'),
    keepDeleted: (ms) => worker?.postMessage({ op: 'keepDeleted', ms } satisfies ToWorker),
    check: () => requests.ask({ op: 'check' }) as Promise<StoreHealth>,
    backup: (path) => requests.ask({ op: 'backup', path }) as Promise<Result<'skein/store/backup'>>,
    archiveThread: (threadId, path) =>
      requests.ask({ op: 'archive', threadId, path }) as Promise<ArchiveResult>,
    onPacked: (listener) => void packedListeners.add(listener),
    onUnpacked: (listener) => void unpackedListeners.add(listener),
    attachImporter: (port) =>
      worker?.postMessage({ op: 'attachImporter', port } satisfies AttachImporter, [port]),
    onHealth(listener) {
      healthListeners.add(listener)
      return () => void healthListeners.delete(listener)
    },
    close() {
      closing ??= worker ? close() : Promise.resolve()
      return closing
    },
  }
}

/** Undefined where the addon cannot be loaded. Electron has it whatever it reports. */
function startWorker(options: WorkerOptions, heapMax: number): Worker | undefined {
  const isElectron = process.versions.electron !== undefined
  if (!isElectron && Number(process.versions.napi) < NAPI_VERSION_MIN) return undefined
  return new Worker(workerFile(), {
    workerData: options,
    name: 'storage',
    env: { ...process.env, ...compileCacheEnv() },
    resourceLimits: { maxOldGenerationSizeMb: heapMax },
  })
}

/** In a build: its own entry, beside this code or one folder up. In tests: the source, whose types Node strips. */
function workerFile(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const built = [join(here, 'storage-worker.js'), join(dirname(here), 'storage-worker.js')]
  return built.find((file) => existsSync(file)) ?? join(dirname(here), 'storage-worker.ts')
}
