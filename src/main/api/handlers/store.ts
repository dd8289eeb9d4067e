// The store as a whole: its state, import and export, backups, and the tasks these are.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { SkeinError } from '../../lib/errors.ts'
import { exportCodex } from '../../rollouts/export-codex.ts'
import type { RolloutImport } from '../../rollouts/import-service.ts'
import type { Search } from '../../storage/search/search.ts'
import type { Store } from '../../storage/store.ts'
import { notFound } from '../../threads/thread-manager.ts'
import { turnContextReader } from '../rollout-settings.ts'
import type { Handlers } from '../router.ts'
import type { TaskCenter } from '../task-center.ts'
import { withSearch } from './store-health.ts'

export interface StoreHandlerPorts {
  readonly store: Store
  readonly search: Search
  readonly tasks: TaskCenter
  readonly importer: RolloutImport
  readonly env: Readonly<Record<string, string | undefined>>
  /** What imported threads go on with. */
  config(): Promise<unknown>
}

type StoreMethods =
  | 'skein/store/health'
  | 'skein/rollout/import'
  | 'skein/rollout/export'
  | 'skein/store/backup'
  | 'skein/task/list'
  | 'skein/task/cancel'

export function storeHandlers(ports: StoreHandlerPorts): Pick<Handlers, StoreMethods> {
  const { store, search, tasks, importer, env } = ports
  return {
    'skein/store/health': async () => withSearch(await store.health(), search),

    async 'skein/rollout/import'({ paths, codexHome }) {
      for (const path of [...(paths ?? []), ...(codexHome === undefined ? [] : [codexHome])])
        if (!isAbsolute(path))
          throw new SkeinError('invalidParams', `not an absolute path: ${path}`)
      const home = codexHome ?? (paths === undefined ? referenceHome(env) : undefined)
      if (home !== undefined && !existsSync(home))
        throw new SkeinError('invalidParams', `there is no folder ${home}`)
      const config = await ports.config()
      return tasks.run('import', 'threads', ({ signal, progress }) =>
        importer.run({ what: { paths: paths ?? [], home }, config, signal, progress }),
      )
    },

    async 'skein/rollout/export'({ threadId, path, format }) {
      if (!isAbsolute(path)) throw new SkeinError('invalidParams', `not an absolute path: ${path}`)
      const record = await store.findThread(threadId)
      if (!record) throw notFound(threadId)
      if (existsSync(path))
        throw new SkeinError('invalidParams', `there is something at ${path} already`)
      const written = await tasks.run('export', 'threads', ({ signal }) =>
        format === 'skein'
          ? store.archiveThread(threadId, path)
          : exportCodex(record, path, {
              store,
              turnContext: turnContextReader(store),
              goalOf: async () => null,
              signal,
            }),
      )
      return { threadId, path, ...written }
    },

    async 'skein/store/backup'({ path }) {
      if (path !== undefined && !isAbsolute(path))
        throw new SkeinError('invalidParams', `not an absolute path: ${path}`)
      return tasks.run('backup', 'bytes', () => store.backup(path))
    },

    'skein/task/list': async () => ({ data: tasks.list() }),
    'skein/task/cancel': async ({ taskId }) => ({ cancelled: tasks.cancel(taskId) }),
  }
}

function referenceHome(env: StoreHandlerPorts['env']): string {
  return resolve(env.CODEX_HOME || join(homedir(), '.codex'))
}
