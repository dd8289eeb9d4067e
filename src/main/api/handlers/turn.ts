// Turns: start, steer, interrupt, and the queue of those to come.
import type { QueuedSubmission, ThreadId, UserInput } from '../../../protocol/index.ts'
import type { ConfigService, ResolvedConfig } from '../../config/config-service.ts'
import type { Goals } from '../../extensions/goals/goals.ts'
import { SkeinError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { StoredQueueEntry } from '../../storage/thread-event.ts'
import type { ThreadSettings } from '../../threads/settings.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import { checkInputSize } from '../../threads/turn/user-input.ts'
import { settingsChange } from '../../threads/turn-overrides.ts'
import { runningTurn } from '../present.ts'
import type { Handlers } from '../router.ts'

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
  readonly config: ConfigService
  readonly goals: Pick<Goals, 'interrupting'>
  /** A turn with these settings is about to be started, or joined. */
  onStart(threadId: ThreadId, settings: ThreadSettings, config: ResolvedConfig): void
}): Pick<Handlers, TurnMethods> {
  const { manager } = ports

  return {
    async 'turn/start'({
      threadId,
      input,
      clientUserMessageId,
      outputSchema,
      skein,
      ...overrides
    }) {
      const { actor } = manager.require(threadId)
      checkInputSize(input)
      const config = await ports.config.resolve(undefined, actor.state().snapshot.values.cwd)
      const change = settingsChange(overrides, skein, config)
      const lasting = change.settings(actor.state().snapshot) // refused ones change nothing
      const settings = change.turnSettings?.(lasting) ?? lasting
      ports.onStart(actor.state().id, settings.values, config)
      const turn = await actor.startTurn({
        input,
        clientId: clientUserMessageId ?? null,
        ...change,
        ...(outputSchema !== undefined && { outputSchema }),
      })
      return { turn: { ...runningTurn(turn), startedAt: null } }
    },

    async 'turn/steer'({ threadId, input, expectedTurnId, clientUserMessageId }) {
      const { actor } = manager.require(threadId)
      if (expectedTurnId === '')
        throw new SkeinError('invalidParams', 'expectedTurnId must not be empty')
      checkInputSize(input)
      return { turnId: await actor.steer(input, expectedTurnId, clientUserMessageId ?? null) }
    },

    async 'turn/interrupt'({ threadId, turnId }) {
      const { actor } = manager.require(threadId)
      const isRunning = actor.state().turn?.id === turnId
      const paused = isRunning ? ports.goals.interrupting(threadId) : undefined
      // At once: input that comes after this must not join the turn that is to end.
      await Promise.all([actor.interrupt(turnId), paused])
      return {}
    },

    async 'thread/queue/add'({ threadId, input, clientUserMessageId, responsesapiClientMetadata }) {
      const { actor } = manager.require(threadId)
      checkQueued(input)
      const entry: StoredQueueEntry = {
        id: newId(),
        input,
        clientUserMessageId: clientUserMessageId ?? null,
        metadata: responsesapiClientMetadata ?? null,
      }
      await actor.changeQueue({ type: 'add', entry })
      return { queuedSubmission: queuedView(entry) }
    },

    async 'thread/queue/list'({ threadId }) {
      const { queue } = (await manager.load(threadId)).actor.state()
      return { data: queue.map(queuedView), nextCursor: null }
    },

    async 'thread/queue/update'({ threadId, queuedSubmissionId: id, input }) {
      checkQueued(input)
      const queue = await manager.require(threadId).actor.changeQueue({ type: 'update', id, input })
      const entry = queue.find((candidate) => candidate.id === id)
      if (!entry) throw new SkeinError('notFound', `queued submission not found: ${id}`)
      return { queuedSubmission: queuedView(entry) }
    },

    async 'thread/queue/delete'({ threadId, queuedSubmissionId: id }) {
      const { actor } = manager.require(threadId)
      const deleted = actor.state().queue.some((entry) => entry.id === id)
      await actor.changeQueue({ type: 'delete', id })
      return { deleted }
    },

    async 'thread/queue/reorder'({ threadId, queuedSubmissionIds: ids }) {
      await manager.require(threadId).actor.changeQueue({ type: 'reorder', ids })
      return {}
    },

    async 'thread/queue/start'({ threadId, queuedSubmissionId }) {
      const turn = await manager.require(threadId).actor.startQueued(queuedSubmissionId)
      return { turn: { ...runningTurn(turn), startedAt: null } }
    },
  }
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
