// The entry of the threads that import rollouts: puts the importer, the store's port and our settings together.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { ApprovalPolicy } from '../protocol/index.ts'
import type { ResolvedConfig } from './config/config-service.ts'
import type { FromImportWorker, ImportWorkerData } from './rollouts/import-service.ts'
import { type ImporterPorts, runImport } from './rollouts/importer.ts'
import { createStorePort } from './rollouts/store-port.ts'
import type { RolloutSettings } from './rollouts/to-imported-thread.ts'
import { profileOfSandboxPolicy } from './sandbox/permission-profile.ts'
import type { StoredSnapshot } from './storage/thread-event.ts'
import { snapshotOf, storedSnapshot } from './threads/config-snapshot.ts'
import { initialSettings } from './threads/initial-settings.ts'
import { type LayeredSettings, policyOfMode } from './threads/settings.ts'

const PROGRESS_MS_MIN = 100

/** A turn is shown under what it ran with; the thread goes on under what is allowed here, whatever its file says. */
function createSnapshots(config: ResolvedConfig): ImporterPorts['snapshotOf'] {
  const known = new Map<string, StoredSnapshot>()

  function make(settings: RolloutSettings): StoredSnapshot {
    const { model, modelProvider, cwd, source, threadSource, effort, turn } = settings
    const base = initialSettings(config, {
      model,
      modelProvider,
      cwd,
      source,
      threadSource,
      ephemeral: false,
      ownFolder: false,
    })
    const values = { ...base.values, effort, ...(turn && turnValues(turn, config)) }
    const changed = Object.keys(values).filter(
      (key) => values[key as keyof typeof values] !== base.values[key as keyof typeof values],
    )
    const told = ['model', 'modelProvider', 'cwd', ...changed].map((key) => [key, 'thread'])
    const origins = { ...base.origins, ...Object.fromEntries(told) } as LayeredSettings['origins']
    return storedSnapshot(snapshotOf({ values, origins }))
  }

  return (settings) => {
    const { turn, ...others } = settings
    const said = turn && [turn.approval_policy, turn.sandbox_policy]
    const key = JSON.stringify([others, said])
    const snapshot = known.get(key) ?? make(settings)
    known.set(key, snapshot)
    return snapshot
  }
}

function turnValues(turn: Readonly<Record<string, unknown>>, config: ResolvedConfig) {
  const policy = ApprovalPolicy.safeParse(turn.approval_policy)
  const mode = (turn.sandbox_policy as { type?: unknown } | undefined)?.type
  const isKnown =
    mode === 'read-only' || mode === 'workspace-write' || mode === 'danger-full-access'
  return {
    ...(policy.success && { approvalPolicy: policy.data }),
    ...(isKnown && {
      permissionProfile: profileOfSandboxPolicy(policyOfMode(mode, config.values)),
      activePermissionProfile: null,
    }),
  }
}

async function main(): Promise<void> {
  const { what, share, config, stop, store } = workerData as ImportWorkerData & {
    store: MessagePort
  }
  const tell = (message: FromImportWorker): void => parentPort?.postMessage(message)
  const flag = new Int32Array(stop)
  let toldMs = 0
  const report = await runImport(what, share, {
    ...createStorePort(store),
    snapshotOf: createSnapshots(config as ResolvedConfig),
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
}

await main()
