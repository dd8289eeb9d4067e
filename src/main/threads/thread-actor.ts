// One live thread: takes operations one at a time, records what they cause, and runs its turns.
import type {
  ApprovalDecision,
  Seq,
  ThreadId,
  ThreadItem,
  ThreadStatus,
  UserInput,
} from '../../protocol/index.ts'
import { addGrant, emptyGrants, type SessionGrants } from '../approvals/session-grants.ts'
import type { Clock } from '../lib/clock.ts'
import { messageOf, SkeinError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { ModelItem } from '../model/model-item.ts'
import type { Journal } from '../storage/journal.ts'
import type {
  PendingSteer,
  StoredApproval,
  StoredQueueEntry,
  ThreadEvent,
} from '../storage/thread-event.ts'
import type { ToolAction } from '../tools/tool.ts'
import { createCommitQueue, type Decide } from './commit-queue.ts'
import type { ConfigSnapshot } from './config-snapshot.ts'
import {
  checkInterrupt,
  checkSteer,
  decideApproval,
  decideArchive,
  decideCut,
  decideFinish,
  decideQueue,
  decideRecord,
  decideRename,
  decideSettings,
  decideStartTurn,
  decideSteer,
  decideTakeSteers,
  decideUnarchive,
  type QueueOp,
} from './decisions.ts'
import type { ThreadSignal } from './thread-signal.ts'
import { type ActiveTurn, statusOf, type ThreadState } from './thread-state.ts'
import type { CutReason } from './turn/closing.ts'
import { createOpenItems } from './turn/open-items.ts'
import { settleWithin } from './turn/settle-within.ts'
import type { TurnOutcome, TurnScope } from './turn/turn-scope.ts'
import { modelMessage } from './turn/user-input.ts'

/** A task of a cut turn may end by itself for this long before the turn is closed without it. */
const ABORT_GRACE_MS = 100
/** Pause between attempts to record the end of a turn while the disk refuses. */
const DEGRADED_RETRY_MS = 1000

export interface ActorPorts {
  readonly journal: Journal
  readonly clock: Clock
  readonly logger: Logger
  /** The recorded model history; read once, when the first turn after loading starts. */
  loadHistory(): Promise<readonly ModelItem[]>
  /** What the model must be told before a turn's input: initial context, or what changed since. */
  contextFor(
    history: readonly ModelItem[],
    before: ConfigSnapshot | null,
    now: ConfigSnapshot,
  ): Promise<readonly ModelItem[]>
  /** Runs the turn; resolves when it finished or was cut. */
  runTurn(scope: TurnScope): Promise<void>
  publish(signal: ThreadSignal): void
}

export interface TurnInput {
  readonly input: readonly UserInput[]
  readonly clientId: string | null
  /** The settings from now on, computed from those in force. */
  readonly settings: (current: ConfigSnapshot) => ConfigSnapshot
  readonly outputSchema?: unknown
  readonly queuedId?: string
}

interface RunningTurn {
  readonly id: string
  readonly outputSchema: unknown
  readonly abort: AbortController
  task: Promise<void>
  /** No more input fits in: its end is being recorded. */
  closing: boolean
  aborting: Promise<void> | null
  readonly ended: Promise<void>
  readonly markEnded: () => void
  /** Accepted at once, recorded right after. */
  steers: PendingSteer[]
}

export type ThreadActor = ReturnType<typeof createThreadActor>

export function createThreadActor(initial: ThreadState, ports: ActorPorts) {
  const threadId: ThreadId = initial.id
  const openItems = createOpenItems(threadId, ports.journal)
  const waiters = new Map<string, (decision: ApprovalDecision) => void>()
  let history: ModelItem[] | null = initial.stored ? null : []
  let contextSnapshot: ConfigSnapshot | null = initial.stored ? initial.snapshot : null
  let running: RunningTurn | null = null
  let grants: SessionGrants = emptyGrants

  const queue = createCommitQueue({
    threadId,
    initial,
    journal: ports.journal,
    clock: ports.clock,
    publish: ports.publish,
    beforeCommit(events) {
      for (const event of events)
        if (event.type === 'itemCompleted' || event.type === 'itemCut')
          openItems.settle(event.item.id)
    },
    applied,
  })

  function applied(event: ThreadEvent): void {
    switch (event.type) {
      case 'modelItemsRecorded':
        history?.push(...event.items)
        break
      case 'itemCompleted':
      case 'itemCut':
        openItems.forget(event.item.id)
        break
      case 'approvalDecided':
        wake(event.approvalId, event.decision)
        break
      case 'turnCompleted':
        running?.markEnded()
        running = null
        if (event.status === 'completed') void startQueued(undefined).catch(ignoreEmptyQueue)
        break
    }
  }

  function wake(approvalId: string, decision: ApprovalDecision | null): void {
    const waiter = waiters.get(approvalId)
    waiters.delete(approvalId)
    if (decision !== null) waiter?.(decision)
  }

  // ---- turns ------------------------------------------------------------------------------------------------

  /** The turn that takes the input: a new one, or the running one, which the input joins. */
  async function startTurn(op: TurnInput): Promise<ActiveTurn> {
    if (running?.aborting || running?.closing) await running.ended
    if (running) return join(running, op)
    const model = await modelMessage(op.input)
    const turnId = newId()
    const recorded = await queue
      .between(loadContext(op.settings))
      .then((context) =>
        queue.step((state, nowMs) => {
          if (state.turn) return []
          const snapshot = op.settings(state.snapshot)
          const kind = op.queuedId === undefined ? 'user' : 'queue'
          const { input, clientId, queuedId } = op
          const start = {
            turnId,
            itemId: newId(),
            kind,
            clientId,
            input,
            model,
            snapshot,
            context,
          } as const
          const decided = decideStartTurn(
            state,
            queuedId === undefined ? start : { ...start, queuedId },
            nowMs,
          )
          openRunning(turnId, op.outputSchema)
          return decided
        }),
      )
      .catch((error: unknown) => {
        closeUnstarted(turnId)
        throw error
      })
    if (!recorded.happened) return startTurn(op) // another input was first: join its turn
    const turn = recorded.state.turn
    if (!turn || turn.id !== turnId) throw new Error('a started turn must be the active one')
    contextSnapshot = turn.snapshot
    runTask(turn)
    return turn
  }

  /** Reads the history once; then says what the model must be told before the input. */
  function loadContext(settings: TurnInput['settings']) {
    return async (): Promise<readonly ModelItem[]> => {
      history ??= [...(await ports.loadHistory())]
      return ports.contextFor(history, contextSnapshot, settings(queue.state().snapshot))
    }
  }

  function openRunning(id: string, outputSchema: unknown): void {
    let markEnded = (): void => undefined
    const ended = new Promise<void>((resolve) => {
      markEnded = resolve
    })
    running = {
      id,
      outputSchema,
      abort: new AbortController(),
      task: Promise.resolve(),
      closing: false,
      aborting: null,
      ended,
      markEnded,
      steers: [],
    }
  }

  /** The commit that should have started it failed. */
  function closeUnstarted(turnId: string): void {
    if (running?.id !== turnId || queue.state().turn?.id === turnId) return
    running.markEnded()
    running = null
  }

  async function join(turn: RunningTurn, op: TurnInput): Promise<ActiveTurn> {
    if (op.outputSchema !== undefined && !sameJson(op.outputSchema, turn.outputSchema))
      throw new SkeinError('upstream', 'outputSchema does not fit the running turn')
    await queue.step((state) => decideSettings(state, op.settings(state.snapshot)))
    if (op.input.length > 0) await steer(op.input, undefined, op.clientId)
    const active = queue.state().turn
    if (!active || active.id !== turn.id) return startTurn({ ...op, input: [] })
    return active
  }

  function runTask(turn: ActiveTurn): void {
    const own = running
    if (!own || own.id !== turn.id) return
    own.task = ports.runTurn(scopeOf(own, turn)).catch((error: unknown) => {
      if (own.abort.signal.aborted) return undefined
      return failTurn(own, error)
    })
  }

  /** A bug or a refusing disk ended the loop: the turn ends as failed, with the reason in plain words. */
  async function failTurn(own: RunningTurn, error: unknown): Promise<void> {
    const expected = error instanceof SkeinError
    if (!expected)
      ports.logger.log('error', 'turn ended by an internal error', {
        threadId,
        error: describe(error),
      })
    const message = expected ? error.message : `Internal error: ${messageOf(error)}`
    const outcome: TurnOutcome = {
      status: 'failed',
      error: { message, codexErrorInfo: 'other', additionalDetails: null },
    }
    own.closing = true
    await recordEnd((state, nowMs) => decideFinish(state, own.id, outcome, nowMs))
  }

  /** A turn must not stay open because the disk is full: its end is recorded as soon as that is possible. */
  async function recordEnd(decide: Decide): Promise<void> {
    for (;;) {
      try {
        await queue.step(decide)
        return
      } catch (refused) {
        if (!(refused instanceof SkeinError) || refused.code !== 'storageDegraded') throw refused
        await new Promise((resolve) => setTimeout(resolve, DEGRADED_RETRY_MS).unref())
      }
    }
  }

  /**
   * Adds input to the running turn. Refuses at once when it cannot be; the acceptance tests and pushes without a
   * pause between, so that it either joins before the turn's end is decided or is refused. Resolves with the
   * turn's id when the input is on disk.
   */
  async function steer(
    content: readonly UserInput[],
    expectedTurnId: string | undefined,
    clientId: string | null,
  ): Promise<string> {
    checkSteer(steerable(), content, expectedTurnId)
    const model = await modelMessage(content)
    const turn = checkSteer(steerable(), content, expectedTurnId)
    if (!model || !running) throw new Error('checked input of a running turn has a message')
    const steer: PendingSteer = { id: newId(), turnId: turn.id, clientId, content, model }
    running.steers.push(steer)
    await queue.step((state) => decideSteer(state, steer))
    return turn.id
  }

  function steerable(): ActiveTurn | null {
    return running && !running.closing && !running.aborting ? queue.state().turn : null
  }

  async function interrupt(turnId: string): Promise<void> {
    const open = running && !running.closing ? running : null
    checkInterrupt(open ? queue.state().turn : null, turnId)
    if (open) await cut(open, 'user')
  }

  /** Stops the task, then closes the turn with everything it had so far. */
  function cut(turn: RunningTurn, reason: CutReason): Promise<void> {
    turn.aborting ??= (async () => {
      turn.abort.abort(new DOMException('the turn was interrupted', 'AbortError'))
      await settleWithin(turn.task, ABORT_GRACE_MS)
      openItems.save()
      await recordEnd((state, nowMs) =>
        decideCut(
          state,
          { turnId: turn.id, openItems: openItemsOf(state), steers: turn.steers },
          reason,
          nowMs,
        ),
      )
      openItems.dropStreamed()
    })()
    return turn.aborting
  }

  /** Open cards with their text so far: recorded ones, then those that only stream. */
  function openItemsOf(state: ThreadState): readonly ThreadItem[] {
    const recorded = [...(state.turn?.openItems.values() ?? [])].map(openItems.withText)
    return [...recorded, ...openItems.streamed()]
  }

  function scopeOf(own: RunningTurn, turn: ActiveTurn): TurnScope {
    const { signal } = own.abort
    return {
      threadId,
      turnId: turn.id,
      snapshot: turn.snapshot,
      outputSchema: own.outputSchema,
      signal,
      history: () => history ?? [],
      async record(events) {
        signal.throwIfAborted()
        await queue.step((state) => decideRecord(state, turn.id, events))
      },
      openStreamed(item) {
        openItems.open(item)
        queue.say({ type: 'streamStarted', turnId: turn.id, item, atMs: item.startedAtMs ?? 0 })
      },
      delta(type, itemId, delta) {
        openItems.append(turn.id, type, itemId, delta)
        // A command that outlives its turn goes on quietly: nothing of a turn follows its end.
        if (!signal.aborted && queue.state().turn?.id === turn.id)
          queue.say({ type: 'delta', turnId: turn.id, itemId, delta })
      },
      dropStreamed: openItems.dropStreamed,
      signalNow: queue.say,
      ask: (approval) => ask(approval, signal),
      async takeSteers() {
        const step = await queue.step((state, nowMs) => {
          const decided = decideTakeSteers(state, turn.id, own.steers, nowMs)
          if (decided.length > 0) own.steers = []
          return decided
        })
        return step.happened
      },
      async finish(outcome, last) {
        signal.throwIfAborted()
        const step = await queue.step((state, nowMs) => {
          const facts = decideRecord(state, turn.id, last)
          if (own.steers.length > 0 || signal.aborted) return facts
          own.closing = true
          return [...facts, ...decideFinish(state, turn.id, outcome, nowMs)]
        })
        return step.state.turn?.id !== turn.id
      },
      completeLater(item) {
        void queue
          .step(() => [{ type: 'itemCompleted', turnId: turn.id, item }])
          .catch((error: unknown) =>
            ports.logger.log('error', 'a background command could not be recorded', {
              threadId,
              error: messageOf(error),
            }),
          )
      },
      grants: () => grants,
      grant(action: ToolAction) {
        grants = addGrant(grants, action)
      },
    }
  }

  // ---- approvals --------------------------------------------------------------------------------------------

  async function ask(approval: StoredApproval, signal: AbortSignal): Promise<ApprovalDecision> {
    signal.throwIfAborted()
    const decided = new Promise<ApprovalDecision>((resolve, reject) => {
      waiters.set(approval.approvalId, resolve)
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    })
    decided.catch(() => undefined) // an abort while the question is being recorded is reported by the step below
    await queue.step((state) =>
      decideRecord(state, approval.turnId, [{ type: 'approvalRequested', approval }]),
    )
    return decided
  }

  /** False when it was settled already. `cancel` also stops the turn. */
  async function respond(approvalId: string, decision: ApprovalDecision): Promise<boolean> {
    const step = await queue.step((state, nowMs) =>
      decideApproval(state, approvalId, decision, nowMs),
    )
    if (step.happened && decision === 'cancel' && running && !running.closing)
      await cut(running, 'user')
    return step.happened
  }

  // ---- queue ------------------------------------------------------------------------------------------------

  /** Starts a queued input as a turn: the one named, or the first. */
  async function startQueued(id: string | undefined): Promise<ActiveTurn> {
    const entry = queue.state().queue.find((candidate) => id === undefined || candidate.id === id)
    if (!entry)
      throw new SkeinError(
        'conflict',
        id === undefined ? 'the queue is empty' : `queued submission not found: ${id}`,
      )
    return startTurn({
      input: entry.input,
      clientId: entry.clientUserMessageId,
      settings: (current) => current,
      queuedId: entry.id,
    })
  }

  async function changeQueue(op: QueueOp): Promise<readonly StoredQueueEntry[]> {
    const { state } = await queue.step((current) => decideQueue(current, op))
    if (op.type === 'add' && !running) void startQueued(undefined).catch(ignoreEmptyQueue)
    return state.queue
  }

  function ignoreEmptyQueue(error: unknown): void {
    if (error instanceof SkeinError) return
    ports.logger.log('error', 'a queued input could not start', {
      threadId,
      error: describe(error),
    })
  }

  // ---- life -------------------------------------------------------------------------------------------------

  return {
    id: threadId,
    state: queue.state,
    status: (): ThreadStatus => statusOf(queue.state()),
    lastSeq: (): Seq => queue.state().lastSeq,
    startTurn,
    steer,
    interrupt,
    respond,
    changeQueue,
    startQueued,
    rename: (name: string) => queue.step(() => decideRename(name)),
    archive: () => queue.step(decideArchive),
    unarchive: () => queue.step(decideUnarchive),
    remove: () => queue.step(() => [{ type: 'threadDeleted' }]),
    changeSettings: (settings: TurnInput['settings']) =>
      queue.step((state) => decideSettings(state, settings(state.snapshot))),
    /** Cards of the running turn that are not completed, with their text so far. */
    openItems: () => openItemsOf(queue.state()),
    /** Runs `read` with nothing recorded or said meanwhile; what follows it synchronously sees the same state. */
    between: queue.between,
    /** Ends a running turn and waits until all is recorded; the actor is done after that. */
    async shutdown(reason: CutReason): Promise<void> {
      if (running && !running.closing) await cut(running, reason)
      await queue.idle()
    },
    idle: queue.idle,
  }
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
