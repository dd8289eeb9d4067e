// Starts an import in a thread of its own, and follows it. Only counts and the report come back to this one.
import { MessageChannel, Worker } from 'node:worker_threads'
import type { ImportReport } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { Store } from '../storage/store.ts'
import type { ImportWhat } from './importer.ts'

export interface ImportJob {
  readonly what: ImportWhat
  /** Handed to the thread as it is: what decides the settings imported threads go on with. */
  readonly config: unknown
  readonly signal: AbortSignal
  progress(done: number, total: number): void
}

export interface RolloutImport {
  /** Resolves when everything read is on disk, also after a cancel. */
  run(job: ImportJob): Promise<ImportReport>
}

export interface ImportWorkerData {
  readonly what: ImportWhat
  readonly config: unknown
  /** One Int32: not 0 once the import is to stop. */
  readonly stop: SharedArrayBuffer
}

export type FromImportWorker =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'report'; readonly report: ImportReport }

/** `file` is the entry of the thread (rollout-worker.ts). */
export function createRolloutImport(store: Store, file: string): RolloutImport {
  return {
    run({ what, config, signal, progress }) {
      const stop = new SharedArrayBuffer(4)
      const { port1, port2 } = new MessageChannel()
      const workerData = { what, config, stop } satisfies ImportWorkerData
      const worker = new Worker(file, {
        workerData: { ...workerData, store: port2 },
        transferList: [port2],
        name: 'rollout-import',
      })
      store.attachImporter(port1)
      const cancel = (): void => void Atomics.store(new Int32Array(stop), 0, 1)
      signal.addEventListener('abort', cancel)
      if (signal.aborted) cancel()
      return new Promise<ImportReport>((resolve, reject) => {
        worker.on('message', (message: FromImportWorker) => {
          if (message.type === 'progress') progress(message.done, message.total)
          else resolve(message.report)
        })
        worker.on('error', reject)
        worker.on('exit', () =>
          reject(new SkeinError('storageDegraded', 'The import ended before its time.')),
        )
      }).finally(() => {
        signal.removeEventListener('abort', cancel)
        port1.close()
      })
    },
  }
}
