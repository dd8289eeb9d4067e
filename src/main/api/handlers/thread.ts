// The small changes of a thread: its name, its place, its end, and who listens.
import type { ThreadId } from '../../../protocol/index.ts'
import type { Goals } from '../../extensions/goals/goals.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { Store, ThreadRecord } from '../../storage/store.ts'
import { noRollout } from '../../threads/thread-errors.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import type { Handlers } from '../router.ts'
import type { Subscriptions } from '../subscriptions.ts'
import { threadFromRecord } from '../thread-view.ts'
import { refuseEphemeral } from './refuse-ephemeral.ts'

export interface ThreadHandlerPorts {
  readonly manager: ThreadManager
  readonly store: Store
  readonly subscriptions: Pick<Subscriptions, 'unsubscribe'>
  readonly goals: Pick<Goals, 'archiving'>
}

type ThreadMethods =
  | 'thread/name/set'
  | 'thread/archive'
  | 'thread/unarchive'
  | 'thread/delete'
  | 'thread/unsubscribe'

export function threadHandlers(ports: ThreadHandlerPorts): Pick<Handlers, ThreadMethods> {
  const { manager, store, subscriptions } = ports

  /** Of a thread that is there, though a loaded one may have no row yet. */
  async function requireRecord(threadId: ThreadId): Promise<ThreadRecord | undefined> {
    const record = await store.findThread(threadId)
    if (!record && !manager.find(threadId)) throw noRollout(threadId)
    return record
  }

  return {
    async 'thread/name/set'({ threadId, name }) {
      refuseEphemeral(manager, threadId)
      await requireRecord(threadId)
      await manager.withThread(threadId, ({ actor }) => actor.rename(name))
      return {}
    },

    async 'thread/archive'({ threadId }) {
      const record = await requireRecord(threadId)
      if (record && record.archivedMs !== null) throw noRollout(threadId)
      await ports.goals.archiving(threadId)
      await manager.archive(threadId)
      return {}
    },

    async 'thread/unarchive'({ threadId }) {
      const noArchived = new SkeinError(
        'notFound',
        `no archived rollout found for thread id ${threadId}`,
      )
      const archived = await store.findThread(threadId)
      if (manager.find(threadId) && (archived?.archivedMs ?? null) === null)
        throw new SkeinError('conflict', `thread ${threadId} already has an active writer`)
      if (!archived || archived.archivedMs === null) throw noArchived
      await manager.withThread(threadId, ({ actor }) => actor.unarchive())
      const record = await store.findThread(threadId)
      if (!record) throw noArchived
      return {
        thread: threadFromRecord(
          record,
          manager.find(threadId)?.actor.status() ?? { type: 'notLoaded' },
        ),
      }
    },

    async 'thread/delete'({ threadId }) {
      await requireRecord(threadId)
      await manager.remove(threadId)
      return {}
    },

    async 'thread/unsubscribe'({ threadId }, { connection }) {
      if (!manager.find(threadId)) return { status: 'notLoaded' }
      const was = subscriptions.unsubscribe(threadId, connection)
      return { status: was ? 'unsubscribed' : 'notSubscribed' }
    },
  }
}
