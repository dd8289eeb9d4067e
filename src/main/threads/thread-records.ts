// What the store has of a live thread, and changes of it that wait until they are there.
import type { GitInfo, MemoryMode } from '../../protocol/index.ts'
import { messageOf, SkeinError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { ModelItem } from '../model/model-item.ts'
import type { Store, ThreadRecord } from '../storage/store.ts'
import type { MetadataPatch } from './metadata.ts'
import type { ThreadActor } from './thread-actor.ts'

export interface ThreadRecords {
  /** Makes the row of a thread that is still only in memory; a failure is logged and nothing more. */
  ensureRolloutMaterialized(): Promise<void>
  /** Resolves when all events so far are durable. Rejects with the error of the disk. */
  flushRollout(): Promise<void>
  /** Throws SkeinError('upstream') for a thread that is not kept. */
  setThreadMemoryMode(mode: MemoryMode): Promise<void>
  /** What the model would be sent, oldest first. Throws SkeinError: `upstream` as above, `notFound`. */
  loadHistory(includeArchived: boolean): Promise<readonly ModelItem[]>
  /** Throws as `loadHistory`. */
  readThread(
    includeArchived: boolean,
    includeHistory: boolean,
  ): Promise<{ readonly record: ThreadRecord; readonly history?: readonly ModelItem[] }>
  /** Absent keeps, null clears. Throws as `loadHistory`, and SkeinError('invalidParams') for a patch that says nothing. */
  updateThreadMetadata(
    patch: MetadataPatch,
    includeArchived: boolean,
  ): Promise<{ readonly name: string | null; readonly gitInfo: GitInfo | null }>
  /** Null for a thread that is not kept. */
  stateDb(): Store | null
}

export function createThreadRecords(
  actor: ThreadActor,
  store: Store,
  logger: Logger,
): ThreadRecords {
  const isEphemeral = (): boolean => actor.state().snapshot.values.ephemeral

  function requireStored(what: string): void {
    if (isEphemeral())
      throw new SkeinError('upstream', `Session persistence is disabled; cannot ${what}.`)
  }

  async function record(includeArchived: boolean): Promise<ThreadRecord> {
    const found = await store.findThread(actor.id)
    if (!found || (found.archivedMs !== null && !includeArchived)) throw notFound()
    return found
  }

  function notFound(): SkeinError {
    return new SkeinError('notFound', `thread not found: ${actor.id}`)
  }

  return {
    async ensureRolloutMaterialized() {
      if (isEphemeral() || actor.state().stored) return
      await actor.materialise().catch((error: unknown) =>
        logger.log('error', 'a thread could not be stored', {
          threadId: actor.id,
          error: messageOf(error),
        }),
      )
    },
    async flushRollout() {
      await actor.idle()
      if (!isEphemeral()) await store.journal.flush()
    },
    async setThreadMemoryMode(mode) {
      requireStored('update thread memory mode')
      await actor.changeMetadata({ memoryMode: mode })
      await store.journal.flush()
    },
    async loadHistory(includeArchived) {
      requireStored('load history')
      await record(includeArchived)
      return store.modelHistory(actor.id)
    },
    async readThread(includeArchived, includeHistory) {
      requireStored('read thread')
      const found = await record(includeArchived)
      if (!includeHistory) return { record: found }
      return { record: found, history: await store.modelHistory(actor.id) }
    },
    async updateThreadMetadata(patch, includeArchived) {
      requireStored('update thread metadata')
      if (actor.state().archived && !includeArchived) throw notFound()
      const { state } = await actor.changeMetadata(patch)
      return { name: state.name, gitInfo: state.gitInfo }
    },
    stateDb: () => (isEphemeral() ? null : store),
  }
}
