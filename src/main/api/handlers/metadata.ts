// What is known of a thread beside its words, and the pause of its waits.
import type { ThreadId, ThreadStatus } from '../../../protocol/index.ts'
import type { Store } from '../../storage/store.ts'
import { type MetadataPatch, requireSomeField } from '../../threads/metadata.ts'
import { noRollout, type ThreadManager } from '../../threads/thread-manager.ts'
import type { Handlers } from '../router.ts'
import { threadFromState } from '../thread-view.ts'

type MetadataMethods =
  | 'thread/metadata/update'
  | 'thread/memoryMode/set'
  | 'thread/increment_elicitation'
  | 'thread/decrement_elicitation'

export function metadataHandlers({
  manager,
  store,
}: {
  readonly manager: ThreadManager
  readonly store: Store
}): Pick<Handlers, MetadataMethods> {
  /** Works on threads that are not loaded, too. */
  async function change(threadId: ThreadId, patch: MetadataPatch) {
    requireSomeField(patch)
    if (!manager.find(threadId) && !(await store.findThread(threadId))) throw noRollout(threadId)
    const wasLoaded = manager.find(threadId) !== undefined
    return manager.withThread(threadId, async ({ actor }) => {
      const { state } = await actor.changeMetadata(patch)
      const status: ThreadStatus = wasLoaded ? actor.status() : { type: 'notLoaded' }
      const view = { ...threadFromState(state, status, []), canAcceptDirectInput: null }
      return wasLoaded ? view : { ...view, environments: null }
    })
  }

  return {
    async 'thread/metadata/update'({ threadId, gitInfo }) {
      return { thread: await change(threadId, { gitInfo }) }
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
