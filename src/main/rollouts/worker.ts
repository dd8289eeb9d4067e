// The entry of the threads that import rollouts: puts the importer and its channels together.
import { parentPort, workerData } from 'node:worker_threads'
import { askSnapshots } from './ask-snapshots.ts'
import type { FromImportWorker, ImportWorkerData } from './import-service.ts'
import { runImport } from './importer.ts'
import { createStorePort } from './store-port.ts'

const PROGRESS_MS_MIN = 100

async function main(): Promise<void> {
  const { what, share, stop, store, snapshots } = workerData as ImportWorkerData
  const tell = (message: FromImportWorker): void => parentPort?.postMessage(message)
  const flag = new Int32Array(stop)
  let toldMs = 0
  const report = await runImport(what, share, {
    ...createStorePort(store),
    snapshotOf: askSnapshots(snapshots),
    isCancelled: () => Atomics.load(flag, 0) !== 0,
    progress(done, total) {
      const nowMs = performance.now()
      if (done > 0 && done < total && nowMs - toldMs < PROGRESS_MS_MIN) return
      toldMs = nowMs
      tell({ type: 'progress', done, total })
    },
  })
  tell({ type: 'report', report })
  store.close()
  snapshots.port.close()
}

await main()
