// Long work in the background, as every window hears of it, and what a person can start: import, export, backup.
import { createStore } from 'zustand/vanilla'
import type { Bridge, ImportReport, Result, Task, ThreadSize } from '../../protocol/index.ts'
import type { NotificationPump } from './notification-pump.ts'
import type { ReadonlyStore } from './thread-store.ts'

/** Threads whose sizes are asked for at once. */
const SIZES_MAX = 100

export interface TaskState {
  /** Oldest first. */
  readonly tasks: readonly Task[]
  /** Of the last import that this window asked for. */
  readonly report: ImportReport | null
}

export interface TaskStore extends ReadonlyStore<TaskState> {
  /** Never rejects. */
  load(): Promise<void>
  /** Each resolves at the end of its task, or rejects with a BridgeFailure. */
  importThreads(from: { codexHome?: string; paths?: string[] }): Promise<ImportReport>
  exportThread(
    threadId: string,
    path: string,
    format: 'codex' | 'skein',
  ): Promise<Result<'skein/rollout/export'>>
  backUp(): Promise<Result<'skein/store/backup'>>
  /** What threads take on disk; without ids the largest of all, largest first. Rejects with a BridgeFailure. */
  sizes(threadIds?: readonly string[]): Promise<readonly ThreadSize[]>
  /** What deleted threads take, and what would go if they were kept so long (null: for ever). Rejects likewise. */
  trash(keepDays?: number | null): Promise<Result<'skein/store/trash'>>
  /** From now on, in the person's configuration. Rejects likewise. */
  keepDeleted(keepDays: number | null): Promise<void>
  cancel(taskId: string): Promise<void>
}

export function createTaskStore(bridge: Bridge, pump: NotificationPump): TaskStore {
  const store = createStore<TaskState>(() => ({ tasks: [], report: null }))

  pump.subscribe((batch) => {
    for (const { method, params } of batch) {
      if (method !== 'skein/task/updated') continue
      const { tasks } = store.getState()
      const isKnown = tasks.some(({ id }) => id === params.task.id)
      const changed = tasks.map((task) => (task.id === params.task.id ? params.task : task))
      store.setState({ tasks: isKnown ? changed : [...tasks, params.task] })
    }
  })

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    async load() {
      try {
        store.setState({ tasks: (await bridge.request('skein/task/list', {})).data })
      } catch {
        // A lost connection has its own banner.
      }
    },
    async importThreads(from) {
      store.setState({ report: null })
      const report = await bridge.request('skein/rollout/import', from)
      store.setState({ report })
      return report
    },
    exportThread: (threadId, path, format) =>
      bridge.request('skein/rollout/export', { threadId, path, format }),
    backUp: () => bridge.request('skein/store/backup', {}),
    async sizes(threadIds) {
      const wanted = threadIds && { threadIds: threadIds.slice(0, SIZES_MAX) }
      return (await bridge.request('skein/store/threadSizes', { ...wanted })).data
    },
    trash: (keepDays) =>
      bridge.request('skein/store/trash', keepDays === undefined ? {} : { keepDays }),
    async keepDeleted(keepDays) {
      await bridge.request('config/value/write', {
        keyPath: 'storage.keep_deleted_days',
        value: keepDays ?? 'forever',
        mergeStrategy: 'replace',
      })
    },
    async cancel(taskId) {
      await bridge.request('skein/task/cancel', { taskId })
    },
  }
}
