// The store as a whole: its state, import and export, backups, and the tasks these are.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { SkeinError } from '../../lib/errors.ts'
import type { SnapshotOf } from '../../rollouts/ask-snapshots.ts'
import { exportCodex } from '../../rollouts/export-codex.ts'
import type { RolloutImport } from '../../rollouts/import-service.ts'
import type { Search } from '../../storage/search/search.ts'
import type { Store } from '../../storage/store.ts'
import { notFound } from '../../threads/thread-errors.ts'
import { largestThreads } from '../largest-threads.ts'
import { checkNewFilePath } from '../new-file-path.ts'
import { turnContextReader } from '../rollout-settings.ts'
import type { Handlers } from '../router.ts'
import type { TaskCenter } from '../task-center.ts'
import { trashPreview } from '../trash-preview.ts'
import { withSearch } from './store-health.ts'

export interface StoreHandlerPorts {
  readonly store: Store
  readonly search: Search
  readonly tasks: TaskCenter
  readonly importer: RolloutImport
  readonly env: Readonly<Record<string, string | undefined>>
  /** Threads have come without a word of their own: whoever shows a list reads it again. */
  changed(): void
  /** What imported threads go on with. */
  importedSnapshots(): Promise<SnapshotOf>
  /** How many days deleted threads stay on disk; null: for ever. */
  keptDays(): Promise<number | null>
}

/** Threads that are told where none are named. */
const LARGEST = 20

type StoreMethods =
  | 'skein/store/health'
  | 'skein/rollout/import'
  | 'skein/rollout/export'
  | 'skein/store/check'
  | 'skein/store/backup'
  | 'skein/store/threadSizes'
  | 'skein/store/trash'
  | 'skein/task/list'
  | 'skein/task/cancel'

export function storeHandlers(ports: StoreHandlerPorts): Pick<Handlers, StoreMethods> {
  const { store, search, tasks, importer, env } = ports
  return {
    'skein/store/health': async () => withSearch(await store.health(), search),

    async 'skein/rollout/import'({ paths, codexHome }) {
      const home = homeToImport(paths, codexHome, env)
      const snapshotOf = await ports.importedSnapshots()
      const release = search.holdBack()
      try {
        return await tasks.run('import', 'threads', ({ signal, progress }) =>
          importer.run({ what: { paths: paths ?? [], home }, snapshotOf, signal, progress }),
        )
      } finally {
        release()
        ports.changed()
      }
    },

    async 'skein/rollout/export'({ threadId, path, format }) {
      await checkNewFilePath(path)
      const record = await store.findThread(threadId)
      if (!record) throw notFound(threadId)
      const written = await tasks.run('export', 'threads', ({ signal }) =>
        format === 'skein'
          ? store.archiveThread(threadId, path)
          : exportCodex(record, path, {
              store,
              turnContext: turnContextReader(store),
              signal,
            }),
      )
      return { threadId, path, ...written }
    },

    'skein/store/check': async () => withSearch(await store.check(), search),

    async 'skein/store/backup'({ path }) {
      if (path !== undefined) await checkNewFilePath(path)
      return tasks.run('backup', 'bytes', () => store.backup(path))
    },

    'skein/store/threadSizes': async ({ threadIds, limit = LARGEST }) => ({
      data: threadIds
        ? [...(await store.threadSizes(threadIds))]
        : await largestThreads(store, limit),
    }),

    'skein/store/trash': async ({ keepDays }) =>
      trashPreview(store, keepDays === undefined ? await ports.keptDays() : keepDays, Date.now()),

    'skein/task/list': async () => ({ data: tasks.list() }),
    'skein/task/cancel': async ({ taskId }) => ({ cancelled: tasks.cancel(taskId) }),
  }
}

function referenceHome(env: StoreHandlerPorts['env']): string {
  return resolve(env.CODEX_HOME || join(homedir(), '.codex'))
}

/** Undefined where files alone were named. Throws SkeinError `invalidParams` for a place that cannot be meant. */
function homeToImport(
  paths: readonly string[] | undefined,
  codexHome: string | undefined,
  env: StoreHandlerPorts['env'],
): string | undefined {
  const named = [...(paths ?? []), ...(codexHome === undefined ? [] : [codexHome])]
  const odd = named.find((path) => !isAbsolute(path))
  if (odd !== undefined) throw new SkeinError('invalidParams', `not an absolute path: ${odd}`)
  const home = codexHome ?? (paths === undefined ? referenceHome(env) : undefined)
  if (home !== undefined && !existsSync(home))
    throw new SkeinError('invalidParams', `there is no folder ${home}`)
  return home
}
