// One live thread: takes operations one at a time, records what they cause, and runs its turns.
import type { ReviewTarget, Seq, ThreadId, ThreadStatus } from '../../protocol/index.ts'
import { reviewRequest } from '../instructions/review-instructions.ts'
import type { Clock } from '../lib/clock.ts'
import { messageOf, SkeinError } from '../lib/errors.ts'
import type { ModelItem } from '../model/model-item.ts'
import type { Journal } from '../storage/journal.ts'
import type { StoryPlace } from '../storage/store.ts'
import type { StoredQueueEntry, ThreadEvent } from '../storage/thread-event.ts'
import { createAgentStatus, followStatus } from './agent-status.ts'
import { createCommitQueue } from './commit-queue.ts'
import type { ConfigSnapshot } from './config-snapshot.ts'
import {
  decideArchive,
  decideDescription,
  decideQueue,
  decideRename,
  decideRevert,
  decideSettings,
  decideTurnSettings,
  decideUnarchive,
  type QueueOp,
} from './decisions.ts'
import { createElicitationPause } from './elicitation-pause.ts'
import type { Extension, OwnTurn, ThreadControl } from './extensions/extension.ts'
import { createThreadExtensions } from './extensions/thread-extensions.ts'
import { decideMetadata, type MetadataPatch } from './metadata.ts'
import type { ThreadSignal } from './thread-signal.ts'
import { type ActiveTurn, statusOf, type ThreadState } from './thread-state.ts'
import { runInTrace } from './trace-context.ts'
import type { CutReason } from './turn/closing.ts'
import { createOpenItems } from './turn/open-items.ts'
import type { TurnInput } from './turn/turn-input.ts'
import { createTurnRunner, type TurnRunnerPorts } from './turn/turn-runner.ts'

export interface ActorPorts extends Omit<TurnRunnerPorts, 'waitPause'> {
  readonly journal: Journal
  readonly clock: Clock
  readonly extensions: readonly Extension[]
  /** What was known before a turn. Throws SkeinError('notFound') for one the thread does not have. */
  placeOf(turnId: string): Promise<StoryPlace>
  /** Ends what runs for the thread beside its turns. */
  end(threadId: ThreadId): Promise<void>
  /** The turn with the person's message so many messages back; the first one when there are fewer. */
  turnsBack(count: number): Promise<string | undefined>
  publish(signal: ThreadSignal): void
}

export type ThreadActor = ReturnType<typeof createThreadActor>

export function createThreadActor(initial: ThreadState, ports: ActorPorts) {
  const threadId: ThreadId = initial.id
  const openItems = createOpenItems(threadId, ports.journal)
  const agentStatus = createAgentStatus()
  const listeners = new Set<(signal: ThreadSignal) => void>()
  let markEnded: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    markEnded = resolve
  })
  const queue = createCommitQueue({
    threadId,
    initial,
    journal: ports.journal,
    clock: ports.clock,
    publish(signal) {
      followStatus(agentStatus, signal)
      ports.publish(signal)
      for (const listener of listeners) listener(signal)
    },
    beforeCommit(events) {
      for (const event of events)
        if (event.type === 'itemCompleted' || event.type === 'itemCut')
          openItems.settle(event.item.id)
    },
    applied,
  })
  const control: ThreadControl = {
    threadId,
    state: queue.state,
    startTurnIfIdle,
    inject: (items) => turns.inject(items, false),
    interrupt: (turnId) => turns.interrupt(turnId),
    record: queue.step,
    emit: (notification) => queue.say({ type: 'told', notification }),
  }
  const { extensions: registered, logger } = ports
  const extensions = createThreadExtensions(registered, threadId, control, logger)
  const pause = createElicitationPause()
  const turns = createTurnRunner(queue, openItems, extensions, { ...ports, waitPause: pause })
  let stopping: Promise<void> | null = null

  function applied(event: ThreadEvent, state: ThreadState, before: ThreadState): void {
    if (event.type === 'itemCompleted' || event.type === 'itemCut') openItems.forget(event.item.id)
    turns.applied(event)
    if (event.type === 'settingsChanged') extensions.configChanged(before.snapshot, state.snapshot)
    if (isWaiting(state) !== isWaiting(before)) extensions.waiting(isWaiting(state))
    if (event.type === 'turnCompleted') afterTurn(event.status)
  }

  /** The queue goes before anything else that would start a turn by itself; after an interrupt nothing does. */
  function afterTurn(status: 'completed' | 'interrupted' | 'failed'): void {
    // What comes next is nobody's trace but its own.
    runInTrace(null, () => {
      if (status === 'completed' && queue.state().queue.length > 0) startNextQueued()
      else if (status !== 'interrupted' && !stopping) void Promise.resolve().then(extensions.idle)
    })
  }

  async function startTurnIfIdle(turn: OwnTurn): Promise<ActiveTurn | null> {
    return stopping ? null : turns.startIfIdle(turn)
  }

  /** Ends a running turn, waits until all is recorded, then lets extensions put their things away. */
  async function shutdown(reason: CutReason): Promise<void> {
    turns.close()
    await turns.stop(reason)
    await queue.idle()
    await ports.end(threadId)
    await extensions.stopped()
    await queue.idle()
    await ports.journal.flush().catch((error: unknown) =>
      logger.log('error', 'a thread could not be made durable at its end', {
        threadId,
        error: messageOf(error),
      }),
    )
    agentStatus.set({ type: 'shutdown' })
    agentStatus.close()
    markEnded()
  }

  function startNextQueued(): void {
    const [entry] = queue.state().queue
    if (!entry) return
    turns.startAlone(inputOf(entry)).catch((error: unknown) => {
      if (error instanceof SkeinError) return // taken back or started by somebody meanwhile
      ports.logger.log('error', 'a queued input could not start', {
        threadId,
        error: messageOf(error),
      })
    })
  }

  /** Starts a queued input as a turn: the one named, or the first. Refused while a turn runs. */
  async function startQueued(id: string | undefined): Promise<ActiveTurn> {
    const entry = queue.state().queue.find((candidate) => id === undefined || candidate.id === id)
    if (!entry)
      throw new SkeinError(
        'conflict',
        id === undefined ? 'queue is empty' : `queued submission not found: ${id}`,
      )
    const turn = await turns.startAlone(inputOf(entry))
    if (!turn) throw new SkeinError('conflict', 'thread already has an active or pending turn')
    return turn
  }

  /** `starts`: what is added to an idle thread begins at once. */
  async function changeQueue(op: QueueOp, starts = true): Promise<readonly StoredQueueEntry[]> {
    const { state } = await queue.step((current) => decideQueue(current, op))
    if (starts && op.type === 'add' && !turns.isRunning()) startNextQueued()
    return state.queue
  }

  return {
    id: threadId,
    state: queue.state,
    status: (): ThreadStatus => statusOf(queue.state()),
    lastSeq: (): Seq => queue.state().lastSeq,
    startTurn: turns.startTurn,
    steer: turns.steer,
    interrupt: turns.interrupt,
    respond: turns.respond,
    openItems: turns.openItems,
    changeQueue,
    startQueued,
    rename: (name: string) => queue.step(() => decideRename(name)),
    archive: () => queue.step(decideArchive),
    unarchive: () => queue.step(decideUnarchive),
    remove: () => queue.step(() => [{ type: 'threadDeleted' }]),
    changeSettings: (settings: (current: ConfigSnapshot) => ConfigSnapshot) =>
      queue.step((state) => decideSettings(state, settings(state.snapshot))),
    /** For the running turn alone; false when it is not this one. */
    async changeTurnSettings(
      turnId: string,
      settings: (current: ConfigSnapshot) => ConfigSnapshot,
    ): Promise<boolean> {
      const { state } = await queue.step((current) => decideTurnSettings(current, turnId, settings))
      return state.turn?.id === turnId
    },
    changeMetadata: (patch: MetadataPatch) => queue.step((state) => decideMetadata(state, patch)),
    pause,
    compact: () => turns.replace({ type: 'compact' }),
    /** Throws SkeinError('invalidParams') for a target that says nothing. */
    async review(target: ReviewTarget): Promise<{ turn: ActiveTurn; hint: string }> {
      const request = reviewRequest(target)
      const turn = await turns.replace({ type: 'review', ...request })
      return { turn, hint: request.hint }
    },
    runShell: turns.runShell,
    /** Takes the person's last `count` messages with their turns out of the thread, as older clients ask for it. */
    async rollback(count: number): Promise<void> {
      const refuse = (message: string): SkeinError =>
        new SkeinError('conflict', message, { codexErrorInfo: 'threadRollbackFailed' })
      if (count < 1) throw refuse('num_turns must be >= 1')
      if (queue.state().turn) throw refuse('Cannot rollback while a turn is in progress.')
      if (!queue.state().stored || queue.state().snapshot.values.ephemeral)
        throw refuse('thread rollback requires persisted thread history')
      const turnId = await ports.turnsBack(count)
      if (turnId !== undefined) await this.revert(turnId)
    },
    /** Takes a turn and all later ones out of the thread; one that runs ends first. Files stay as they are. */
    async revert(beforeTurnId: string): Promise<void> {
      if (!queue.state().stored)
        throw new SkeinError('notFound', `no rollout found for thread id ${threadId}`)
      await ports.placeOf(beforeTurnId) // an unknown turn stops nothing
      for (;;) {
        await turns.stop('user')
        const place = await queue.between(() => ports.placeOf(beforeTurnId))
        const step = await queue.step((state) => decideRevert(state, beforeTurnId, place))
        if (step.happened) return
      }
    },
    /** Makes the row of a fork, with facts of its source that it keeps as its own. */
    adopt: (facts: readonly ThreadEvent[]) =>
      queue.step(() => [{ type: 'modelItemsRecorded', turnId: null, items: [] }, ...facts]),
    /** Makes the row of a thread that is still only in memory. */
    materialise: () => queue.step(() => [{ type: 'modelItemsRecorded', turnId: null, items: [] }]),
    /** As above, with a title for lists where there are no words of a person yet. */
    describe: (preview: string) => queue.step((state) => decideDescription(state, preview)),
    /** Runs `read` with nothing recorded or said meanwhile; what follows it synchronously sees the same state. */
    between: queue.between,
    extensions,
    agentStatus,
    /** Hears everything the thread says, behind everybody else; returns how to stop. */
    listen(listener: (signal: ThreadSignal) => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Resolves when the thread was shut down and all of it is on disk. */
    ended,
    /** True while a turn runs, or an extension has something to do although nobody looks. */
    isBusy: (): boolean => turns.isRunning() || extensions.keepLoaded(),
    startTurnIfIdle,
    /** See the turn runner. Refuses an empty list. */
    async inject(items: readonly ModelItem[], withContext: boolean): Promise<void> {
      if (items.length === 0) throw new SkeinError('invalidParams', 'items must not be empty')
      await turns.inject(items, withContext)
    },
    /** Ends a running turn and waits until all is recorded; the actor is done after that. Safe to call twice. */
    shutdown(reason: CutReason): Promise<void> {
      stopping ??= shutdown(reason)
      return stopping
    },
    idle: queue.idle,
  }
}

function inputOf({ id, input, clientUserMessageId, metadata }: StoredQueueEntry): TurnInput {
  return {
    input,
    clientId: clientUserMessageId,
    settings: (current) => current,
    queuedId: id,
    ...(metadata && { metadata }),
  }
}

function isWaiting({ turn }: ThreadState): boolean {
  return turn !== null && turn.approvals.size > 0
}
