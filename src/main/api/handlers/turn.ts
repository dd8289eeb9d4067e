// Turns: start, steer, interrupt, and the queue of those to come.
import type { Params, QueuedSubmission, ThreadId, UserInput } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { TurnLineage } from '../../model/model-client.ts'
import type { Store } from '../../storage/store.ts'
import type { StoredQueueEntry } from '../../storage/thread-event.ts'
import type { QueueOp } from '../../threads/decisions.ts'
import { archivedThread } from '../../threads/thread-errors.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import { checkInputSize, completed } from '../../threads/turn/user-input.ts'
import { settingsChange } from '../../threads/turn-overrides.ts'
import { runningTurn } from '../present.ts'
import type { Handlers } from '../router.ts'
import { limitOf, sliceOf } from './paging.ts'

type TurnMethods =
  | 'turn/start'
  | 'turn/steer'
  | 'turn/interrupt'
  | 'thread/queue/add'
  | 'thread/queue/list'
  | 'thread/queue/update'
  | 'thread/queue/delete'
  | 'thread/queue/reorder'
  | 'thread/queue/start'

export function turnHandlers(ports: {
  readonly manager: ThreadManager
  readonly store: Store
}): Pick<Handlers, TurnMethods> {
  const { manager } = ports

  /** Works on threads that are not loaded, too: there nothing starts. */
  async function changeQueue(
    threadId: ThreadId,
    change: QueueOp,
  ): Promise<readonly StoredQueueEntry[]> {
    await checkQueue(threadId)
    const loaded = manager.find(threadId)?.actor
    if (!loaded)
      return manager.withThread(threadId, ({ actor }) => actor.changeQueue(change, false))
    return loaded.changeQueue(change, true)
  }

  async function readQueue(threadId: ThreadId): Promise<readonly StoredQueueEntry[]> {
    await checkQueue(threadId)
    const loaded = manager.find(threadId)?.actor.state()
    return loaded ? loaded.queue : ((await ports.store.loadThread(threadId))?.queue ?? [])
  }

  async function checkQueue(threadId: ThreadId): Promise<void> {
    const loaded = manager.find(threadId)?.actor.state()
    if (loaded?.snapshot.values.ephemeral)
      throw new SkeinError(
        'conflict',
        `ephemeral thread does not support queued submissions: ${threadId}`,
      )
    if (loaded) return
    const record = await ports.store.findThread(threadId)
    if (!record)
      throw new SkeinError(
        'upstream',
        `failed to read thread: invalid thread-store request: no rollout found for thread id ${threadId}`,
      )
    if (record.archivedMs !== null) throw archivedThread(threadId)
  }

  return {
    async 'turn/start'(
      {
        threadId,
        input,
        clientUserMessageId,
        outputSchema,
        additionalContext,
        responsesapiClientMetadata,
        responsesapiClientMetadataPatch,
        turnTrigger,
        parentTurnId,
        rootTurnId,
        skein,
        ...overrides
      },
      { connection },
    ) {
      const thread = manager.require(threadId)
      checkInputSize(input)
      const { actor } = thread
      thread.setAppServerClientInfo(connection.clientName, connection.clientVersion, false)
      const change = settingsChange(overrides, skein, await thread.reloadUserConfig())
      const lasting = change.settings(actor.state().snapshot) // refused ones change nothing
      change.turnSettings?.(lasting)
      const turn = await actor.startTurn({
        input,
        clientId: clientUserMessageId ?? null,
        ...change,
        items: thread.clientContext.compare(additionalContext),
        metadata: { ...responsesapiClientMetadata, ...responsesapiClientMetadataPatch },
        ...lineageOf({ turnTrigger, parentTurnId, rootTurnId }),
        ...(outputSchema !== undefined && { outputSchema }),
      })
      thread.clientContext.told(additionalContext)
      return { turn: { ...runningTurn(turn), startedAt: null } }
    },

    async 'turn/steer'(
      {
        threadId,
        input,
        expectedTurnId,
        clientUserMessageId,
        additionalContext,
        responsesapiClientMetadata: metadata,
      },
      { connection },
    ) {
      const thread = manager.require(threadId)
      if (expectedTurnId === '')
        throw new SkeinError('invalidParams', 'expectedTurnId must not be empty')
      checkInputSize(input)
      thread.setAppServerClientInfo(connection.clientName, connection.clientVersion, false)
      const turnId = await thread.actor.steer(input, expectedTurnId, clientUserMessageId ?? null, {
        items: thread.clientContext.compare(additionalContext),
        ...(metadata && { metadata }),
      })
      thread.clientContext.told(additionalContext)
      return { turnId }
    },

    async 'turn/interrupt'({ threadId, turnId }) {
      const { actor } = manager.require(threadId)
      await actor.interrupt(turnId)
      return {}
    },

    async 'thread/queue/add'({ threadId, input, clientUserMessageId, responsesapiClientMetadata }) {
      checkQueued(input)
      const entry: StoredQueueEntry = {
        id: newId(),
        input: input.map(completed),
        clientUserMessageId,
        metadata: responsesapiClientMetadata ?? null,
      }
      await changeQueue(threadId, { type: 'add', entry })
      return { queuedSubmission: queuedView(entry) }
    },

    async 'thread/queue/list'({ threadId, cursor, limit }) {
      const queue = await readQueue(threadId)
      const { data, nextCursor } = sliceOf(queue, cursor, limitOf(limit))
      return { data: data.map(queuedView), nextCursor }
    },

    async 'thread/queue/update'({ threadId, queuedSubmissionId: id, input }) {
      checkQueued(input)
      const queue = await changeQueue(threadId, {
        type: 'update',
        id,
        input: input.map(completed),
      })
      const entry = queue.find((candidate) => candidate.id === id)
      if (!entry) throw new SkeinError('notFound', `queued submission not found: ${id}`)
      return { queuedSubmission: queuedView(entry) }
    },

    async 'thread/queue/delete'({ threadId, queuedSubmissionId: id }) {
      const deleted = (await readQueue(threadId)).some((entry) => entry.id === id)
      await changeQueue(threadId, { type: 'delete', id })
      return { deleted }
    },

    async 'thread/queue/reorder'({ threadId, queuedSubmissionIds: ids }) {
      await changeQueue(threadId, { type: 'reorder', ids })
      return {}
    },

    async 'thread/queue/start'({ threadId, queuedSubmissionId }) {
      await checkQueue(threadId)
      const actor = manager.find(threadId)?.actor
      if (!actor)
        throw new SkeinError('conflict', 'resume the thread before starting a queued message')
      const turn = await actor.startQueued(queuedSubmissionId)
      return { turn: { ...runningTurn(turn), startedAt: null } }
    },
  }
}

type LineageParams = Pick<Params<'turn/start'>, 'turnTrigger' | 'parentTurnId' | 'rootTurnId'>

/** Nothing of a turn whose client said nothing of it. */
function lineageOf(given: LineageParams): { lineage?: TurnLineage } {
  const { turnTrigger, parentTurnId, rootTurnId } = given
  const lineage = {
    ...(turnTrigger && { trigger: turnTrigger }),
    ...(parentTurnId && { parentTurnId }),
    ...(rootTurnId && { rootTurnId }),
  }
  return Object.keys(lineage).length > 0 ? { lineage } : {}
}

function checkQueued(input: readonly UserInput[]): void {
  if (input.length === 0) throw new SkeinError('invalidParams', 'input must not be empty')
  checkInputSize(input)
}

function queuedView({
  id,
  input,
  clientUserMessageId,
  metadata,
}: StoredQueueEntry): QueuedSubmission {
  const responsesapiClientMetadata = metadata && { ...metadata }
  return { id, input: [...input], clientUserMessageId, responsesapiClientMetadata }
}
