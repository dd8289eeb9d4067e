// Starts an import in threads of their own, and follows it. Only counts and reports come back to this one.
import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { ImportReport } from '../../protocol/index.ts'
import { compileCacheEnv } from '../lib/compile-cache.ts'
import { SkeinError } from '../lib/errors.ts'
import type { Store } from '../storage/store.ts'
import { answerSnapshots, type SnapshotLine, type SnapshotOf } from './ask-snapshots.ts'
import { joinReports } from './import-report.ts'
import type { ImportWhat } from './thread-files.ts'

export interface ImportJob {
  readonly what: ImportWhat
  readonly snapshotOf: SnapshotOf
  readonly signal: AbortSignal
  progress(done: number, total: number): void
}

export interface RolloutImport {
  /** Resolves when everything read is on disk, also after a cancel. */
  run(job: ImportJob): Promise<ImportReport>
}

export interface ImportWorkerData {
  readonly role: ReaderRole
  readonly shared: SharedByReaders
  readonly store: MessagePort
  readonly snapshots: SnapshotLine
}

/** One looks around, and tells the others what there is: each for itself might see something else. */
export type ReaderRole =
  | {
      readonly name: 'leader'
      readonly what: ImportWhat
      readonly helpers: readonly MessagePort[]
    }
  | { readonly name: 'helper'; readonly leader: MessagePort }

/** One number each, of memory that all readers share. */
export interface SharedByReaders {
  /** Not 0 once the import is to stop. */
  readonly stop: Int32Array
  /** How many threads have found a reader. */
  readonly claimed: Int32Array
}

export type FromImportWorker =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'report'; readonly report: ImportReport }

/** Reading is most of the work of an import; past this the one writer is. */
const READERS_MAX = 4
/** Holds the rows of one thread and two batches. The default would fill the machine before it says no. */
const READER_HEAP_MIB = 2048
/** Lines live shortly: a larger nursery spares most of the collector's work. */
const READER_NURSERY_MIB = 128

/** `file` is the entry of the thread (worker.ts). */
export function createRolloutImport(store: Store, file: string): RolloutImport {
  async function runReader(
    { role, shared }: Pick<ImportWorkerData, 'role' | 'shared'>,
    number: number,
    { snapshotOf }: ImportJob,
    progress: ImportJob['progress'],
  ): Promise<ImportReport> {
    const [toStore, questions] = [new MessageChannel(), new MessageChannel()]
    const answered = new SharedArrayBuffer(4)
    const snapshots: SnapshotLine = { port: questions.port2, answered }
    const workerData: ImportWorkerData = { role, shared, store: toStore.port2, snapshots }
    const toOthers = role.name === 'leader' ? role.helpers : [role.leader]
    const worker = new Worker(file, {
      workerData,
      transferList: [toStore.port2, questions.port2, ...toOthers],
      name: `rollout-import-${number}`,
      env: { ...process.env, ...compileCacheEnv() },
      resourceLimits: {
        maxOldGenerationSizeMb: READER_HEAP_MIB,
        maxYoungGenerationSizeMb: READER_NURSERY_MIB,
      },
    })
    const ending = new Promise<ImportReport>((resolve, reject) => {
      worker.on('message', (message: FromImportWorker) => {
        if (message.type === 'progress') progress(message.done, message.total)
        else resolve(message.report)
      })
      worker.on('error', reject)
      worker.on('exit', () =>
        reject(new SkeinError('storageDegraded', 'The import ended before its time.')),
      )
    })
    try {
      // What it asks meanwhile waits in the ports.
      await Promise.race([setImmediate(), ending])
      answerSnapshots({ port: questions.port1, answered }, snapshotOf)
      store.attachImporter(toStore.port1)
      return await ending
    } finally {
      toStore.port1.close()
      questions.port1.close()
    }
  }

  return {
    async run(job) {
      const { what, signal, progress } = job
      const shared: SharedByReaders = { stop: sharedNumber(), claimed: sharedNumber() }
      const cancel = (): void => void Atomics.store(shared.stop, 0, 1)
      signal.addEventListener('abort', cancel)
      if (signal.aborted) cancel()
      const roles = rolesFor(what)
      const done = roles.map(() => 0)
      const reading = roles.map(async (role, index) => {
        // To start a thread takes a while: each in a round of its own, and its ports in the next.
        for (let turn = 0; turn <= 2 * index + 1; turn += 1) await setImmediate()
        return runReader({ role, shared }, index, job, (ownDone, total) => {
          done[index] = ownDone
          progress(
            done.reduce((sum, one) => sum + one),
            total,
          )
        })
      })
      try {
        return joinReports(await Promise.all(reading))
      } catch (thrown) {
        // The others would go on unseen.
        cancel()
        await Promise.allSettled(reading)
        throw thrown
      } finally {
        signal.removeEventListener('abort', cancel)
      }
    },
  }
}

function sharedNumber(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
}

/** A home may hold thousands of threads; files that a person names are few. */
function rolesFor(what: ImportWhat): readonly ReaderRole[] {
  const count = what.home === undefined ? 1 : Math.min(READERS_MAX, availableParallelism())
  const lines = Array.from({ length: count - 1 }, () => new MessageChannel())
  return [
    { name: 'leader', what, helpers: lines.map(({ port1 }) => port1) },
    ...lines.map(({ port2 }): ReaderRole => ({ name: 'helper', leader: port2 })),
  ]
}
