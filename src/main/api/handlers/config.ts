// Configuration, models, permissions: what can be chosen, and under what a turn ran.
import { builtInProfiles, type ConfigSnapshotView } from '../../../protocol/index.ts'
import type { ConfigService } from '../../config/config-service.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { Store } from '../../storage/store.ts'
import { readSnapshot, snapshotView } from '../../threads/config-snapshot.ts'
import { notFound, type ThreadManager } from '../../threads/thread-manager.ts'
import type { Handlers } from '../router.ts'

type ConfigMethods =
  | 'config/read'
  | 'permissionProfile/list'
  | 'account/read'
  | 'skein/config/snapshot/read'

const profileDescriptions: Record<(typeof builtInProfiles)[number], string> = {
  ':read-only': 'Read files everywhere, write none, no network.',
  ':workspace': 'Read files everywhere, write in the workspace and temporary folders, no network.',
  ':danger-full-access': 'No sandbox: everything you may do, commands may do.',
}

export function configHandlers(ports: {
  readonly config: ConfigService
  readonly store: Store
  readonly manager: ThreadManager
  /** What confines commands on this machine. */
  enforcement(): Promise<ConfigSnapshotView['enforcement']>
}): Pick<Handlers, ConfigMethods> {
  const { config, store, manager } = ports

  async function snapshotIdOf(threadId: string, turnId: string | undefined): Promise<string> {
    const live = manager.find(threadId)?.actor.state()
    if (live && turnId === undefined) return live.snapshot.id
    const id = await store.snapshotIdOf(threadId, turnId)
    if (id !== undefined) return id
    if (live || (await store.findThread(threadId)))
      throw new SkeinError('notFound', `turn not found: ${turnId ?? ''}`)
    throw notFound(threadId)
  }

  return {
    'config/read': ({ includeLayers }) => config.read(includeLayers ?? false),

    async 'permissionProfile/list'() {
      const data = builtInProfiles.map((id) => ({
        id,
        description: profileDescriptions[id],
        allowed: true,
      }))
      return { data, nextCursor: null }
    },

    async 'account/read'() {
      return { account: null, userId: null, requiresOpenaiAuth: false, workspaceRouting: null }
    },

    async 'skein/config/snapshot/read'({ snapshotId, threadId, turnId }) {
      if (snapshotId === undefined && threadId === undefined)
        throw new SkeinError('invalidParams', 'snapshotId or threadId must be given')
      const id = snapshotId ?? (await snapshotIdOf(threadId ?? '', turnId))
      const live = threadId === undefined ? undefined : manager.find(threadId)?.actor.state()
      const enforcement = await ports.enforcement()
      if (live?.snapshot.id === id && !live.stored)
        return { snapshot: snapshotView(live.snapshot, enforcement, live.createdAtMs) }
      const stored = await store.snapshot(id)
      if (!stored) throw new SkeinError('notFound', `snapshot not found: ${id}`)
      const snapshot = readSnapshot({ id, json: stored.json })
      return { snapshot: snapshotView(snapshot, enforcement, stored.createdAtMs) }
    },
  }
}
