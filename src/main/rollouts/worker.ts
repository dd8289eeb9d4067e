// The entry of the threads that import rollouts: puts the importer and its channels together.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { ImportReport } from '../../protocol/index.ts'
import { askSnapshots } from './ask-snapshots.ts'
import { createReporter } from './import-report.ts'
import type { FromImportWorker, ImportWorkerData } from './import-service.ts'
import { helpImport, type ImporterPorts, runImport, type SharedWork } from './importer.ts'
import { createStorePort } from './store-port.ts'

const PROGRESS_MS_MIN = 100

async function main(): Promise<void> {
  const { role, shared, store, snapshots } = workerData as ImportWorkerData
  const tell = (message: FromImportWorker): void => parentPort?.postMessage(message)
  const { stop, claimed } = shared
  let toldMs = 0
  let latest = { done: 0, total: 0 }
  const ports: ImporterPorts = {
    ...createStorePort(store),
    snapshotOf: askSnapshots(snapshots),
    isCancelled: () => Atomics.load(stop, 0) !== 0,
    claim: () => Atomics.add(claimed, 0, 1),
    progress(done, total) {
      latest = { done, total }
      const nowMs = performance.now()
      if (done > 0 && nowMs - toldMs < PROGRESS_MS_MIN) return
      toldMs = nowMs
      tell({ type: 'progress', done, total })
    },
  }
  const report = await read(role, ports)
  tell({ type: 'progress', ...latest })
  tell({ type: 'report', report })
  store.close()
  snapshots.port.close()
}

async function read(role: ImportWorkerData['role'], ports: ImporterPorts): Promise<ImportReport> {
  if (role.name === 'leader') {
    const share = (work: SharedWork): void => {
      for (const helper of role.helpers) helper.postMessage(work)
    }
    return runImport(role.what, ports, share)
  }
  const work = await workFrom(role.leader)
  return work ? helpImport(work, ports) : createReporter().report(ports.isCancelled())
}

/** Undefined when the leader ended without any. */
function workFrom(leader: MessagePort): Promise<SharedWork | undefined> {
  return new Promise((resolve) => {
    leader.once('message', (work: SharedWork) => {
      resolve(work)
      leader.close()
    })
    leader.once('close', () => resolve(undefined))
  })
}

await main()
