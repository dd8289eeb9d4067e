// Starts an import in threads of their own, and follows it. Only counts and reports come back to this one.
import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { ImportReport } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { Store } from '../storage/store.ts'
import { answerSnapshots, type SnapshotLine, type SnapshotOf } from './ask-snapshots.ts'
import { joinReports } from './import-report.ts'
import type { Share } from './importer.ts'
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
  readonly what: ImportWhat
  readonly share: Share
  /** One Int32: not 0 once the import is to stop. */
  readonly stop: SharedArrayBuffer
  readonly store: MessagePort
  readonly snapshots: SnapshotLine
}

export type FromImportWorker =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'report'; readonly report: ImportReport }

/** Reading is most of the work of an import; past this the one writer is. */
const READERS_MAX = 4
/** Holds the rows of one thread and two batches. The default would fill the machine before it says no. */
const READER_HEAP_MIB = 2048
/** Lines live shortly: a larger nursery spares most of the collector's work. */
const READER_NURSERY_MIB = 64

/** `file` is the entry of the thread (worker.ts). */
export function createRolloutImport(store: Store, file: string): RolloutImport {
  async function runReader(
    data: Omit<ImportWorkerData, 'store' | 'snapshots'>,
    { snapshotOf }: ImportJob,
    progress: ImportJob['progress'],
  ): Promise<ImportReport> {
    const [toStore, questions] = [new MessageChannel(), new MessageChannel()]
    const answered = new SharedArrayBuffer(4)
    const snapshots: SnapshotLine = { port: questions.port2, answered }
    const workerData: ImportWorkerData = { ...data, store: toStore.port2, snapshots }
    const worker = new Worker(file, {
      workerData,
      transferList: [toStore.port2, questions.port2],
      name: `rollout-import-${data.share.index}`,
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
      const stop = new SharedArrayBuffer(4)
      const cancel = (): void => void Atomics.store(new Int32Array(stop), 0, 1)
      signal.addEventListener('abort', cancel)
      if (signal.aborted) cancel()
      // A home may hold thousands of threads; files that a person names are few.
      const of = what.home === undefined ? 1 : Math.min(READERS_MAX, availableParallelism())
      const readers = Array.from({ length: of }, () => ({ isReady: false, done: 0, total: 0 }))
      const sum = (key: 'done' | 'total') => readers.reduce((all, reader) => all + reader[key], 0)
      const reading = readers.map(async (reader, index) => {
        // To start a thread takes a while: each in a round of its own, and its ports in the next.
        for (let turn = 0; turn <= 2 * index + 1; turn += 1) await setImmediate()
        return runReader({ what, share: { index, of }, stop }, job, (done, total) => {
          Object.assign(reader, { isReady: true, done, total })
          // Before all have looked around nobody knows how much there is.
          if (readers.every(({ isReady }) => isReady)) progress(sum('done'), sum('total'))
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
