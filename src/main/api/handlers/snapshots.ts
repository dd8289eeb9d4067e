// Snapshots: under which settings turns ran, what differs between two of them, and what their sandbox allows.
import path from 'node:path'
import type { ConfigSnapshotView } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import { checkPath } from '../../sandbox/check-path.ts'
import type { Store } from '../../storage/store.ts'
import { type ConfigSnapshot, readSnapshot, snapshotView } from '../../threads/config-snapshot.ts'
import { changedSettings } from '../../threads/settings-diff.ts'
import { notFound } from '../../threads/thread-errors.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import type { Handlers } from '../router.ts'
import { limitOf } from './paging.ts'

type SnapshotMethods =
  | 'skein/config/snapshot/read'
  | 'skein/config/snapshot/list'
  | 'skein/config/snapshot/diff'
  | 'skein/sandbox/check'

export function snapshotHandlers(ports: {
  readonly home: string
  readonly store: Store
  readonly manager: ThreadManager
  /** What confines commands on this machine. */
  enforcement(): Promise<ConfigSnapshotView['enforcement']>
}): Pick<Handlers, SnapshotMethods> {
  const { store, manager } = ports

  async function snapshotIdOf(threadId: string, turnId: string | undefined): Promise<string> {
    const live = manager.find(threadId)?.actor.state()
    if (live && turnId === undefined) return live.snapshot.id
    const id = await store.snapshotIdOf(threadId, turnId)
    if (id !== undefined) return id
    if (live || (await store.findThread(threadId)))
      throw new SkeinError('notFound', `turn not found: ${turnId ?? ''}`)
    throw notFound(threadId)
  }

  /** Of a thread that was never stored only the live settings are known. */
  async function find(
    id: string,
    threadId?: string,
  ): Promise<{ snapshot: ConfigSnapshot; createdAtMs: number }> {
    const live = threadId === undefined ? undefined : manager.find(threadId)?.actor.state()
    if (live?.snapshot.id === id && !live.stored)
      return { snapshot: live.snapshot, createdAtMs: live.createdAtMs }
    const stored = await store.snapshot(id)
    if (stored)
      return { snapshot: readSnapshot({ id, json: stored.json }), createdAtMs: stored.createdAtMs }
    // Settings that no turn has used yet are the thread's own.
    if (live?.snapshot.id === id) return { snapshot: live.snapshot, createdAtMs: live.updatedAtMs }
    throw new SkeinError('notFound', `snapshot not found: ${id}`)
  }

  return {
    async 'skein/config/snapshot/read'({ snapshotId, threadId, turnId }) {
      if (snapshotId === undefined && threadId === undefined)
        throw new SkeinError('invalidParams', 'snapshotId or threadId must be given')
      const id = snapshotId ?? (await snapshotIdOf(threadId ?? '', turnId))
      const { snapshot, createdAtMs } = await find(id, threadId)
      return { snapshot: snapshotView(snapshot, await ports.enforcement(), createdAtMs) }
    },

    async 'skein/config/snapshot/list'({ threadId, cursor, limit }) {
      const live = manager.find(threadId)?.actor.state()
      if (live && !live.stored) return { data: [], nextCursor: null }
      const { data, nextCursor } = await store.snapshotSpans({
        threadId,
        cursor,
        limit: limitOf(limit),
      })
      return { data: [...data], nextCursor }
    },

    async 'skein/config/snapshot/diff'({ left, right }) {
      const [one, other] = await Promise.all([find(left), find(right)])
      const rows = changedSettings(one.snapshot, other.snapshot).map((change) => ({
        key: change.key,
        left: change.before,
        right: change.after,
        leftLayer: change.layerBefore,
        rightLayer: change.layerAfter,
      }))
      return { rows }
    },

    async 'skein/sandbox/check'({ threadId, path: asked, snapshotId }) {
      const id = snapshotId ?? (await snapshotIdOf(threadId, undefined))
      const { values } = (await find(id, threadId)).snapshot
      const places = {
        cwd: values.cwd,
        workspaceRoots: values.workspaceRoots,
        tmpdir: process.env.TMPDIR ?? null,
        home: ports.home,
      }
      return checkPath(values.permissionProfile, path.resolve(values.cwd, asked), places)
    },
  }
}
