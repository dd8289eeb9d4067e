// What is known of a thread beside its words, and the pause of its waits.
import type { Notification, ThreadId, ThreadStatus } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { Store } from '../../storage/store.ts'
import { type MetadataPatch, requireSomeField } from '../../threads/metadata.ts'
import { noRollout } from '../../threads/thread-errors.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import type { Handlers } from '../router.ts'
import { threadFromRecord, threadFromState } from '../thread-view.ts'
import { refuseEphemeral } from './refuse-ephemeral.ts'

type MetadataMethods =
  | 'thread/metadata/update'
  | 'thread/memoryMode/set'
  | 'thread/increment_elicitation'
  | 'thread/decrement_elicitation'

export function metadataHandlers({
  manager,
  store,
  broadcast,
}: {
  readonly manager: ThreadManager
  readonly store: Store
  broadcast(notification: Notification): void
}): Pick<Handlers, MetadataMethods> {
  /** Works on threads that are not loaded, too. */
  async function change(threadId: ThreadId, patch: MetadataPatch) {
    requireSomeField(patch)
    if (!manager.find(threadId) && !(await store.findThread(threadId))) throw noRollout(threadId)
    const wasLoaded = manager.find(threadId) !== undefined
    return manager.withThread(threadId, async ({ actor }) => {
      const { state } = await actor.changeMetadata(patch)
      const status: ThreadStatus = wasLoaded ? actor.status() : { type: 'notLoaded' }
      const record = await store.findThread(threadId)
      const view = { ...threadFromState(state, status, [], record), canAcceptDirectInput: null }
      return wasLoaded ? view : { ...view, environments: null }
    })
  }

  /** Into that project, or out of the one it is in. */
  async function assign(threadId: ThreadId, projectId: string | null): Promise<void> {
    await manager.makeStored(threadId)
    await store.assignProject({ threadId, projectId })
    broadcast({ method: 'thread/project/updated', params: { threadId, projectId } })
  }

  return {
    async 'thread/metadata/update'({ threadId, gitInfo, projectId }) {
      if (projectId === undefined) return { thread: await change(threadId, { gitInfo }) }
      refuseEphemeral(manager, threadId)
      if (projectId !== '' && !(await store.findProject(projectId)))
        throw new SkeinError('notFound', `project not found: ${projectId}`)
      if (gitInfo !== undefined) await change(threadId, { gitInfo })
      await assign(threadId, projectId === '' ? null : projectId)
      const record = await store.findThread(threadId)
      if (!record) throw noRollout(threadId)
      const actor = manager.find(threadId)?.actor
      const thread = actor
        ? threadFromState(actor.state(), actor.status(), [], record)
        : threadFromRecord(record, { type: 'notLoaded' })
      return { thread }
    },
    async 'thread/memoryMode/set'({ threadId, mode }) {
      await change(threadId, { memoryMode: mode })
      return {}
    },
    async 'thread/increment_elicitation'({ threadId }) {
      return manager.require(threadId).actor.pause.increment()
    },
    async 'thread/decrement_elicitation'({ threadId }) {
      return manager.require(threadId).actor.pause.decrement()
    },
  }
}
