// What should happen: checks the rules of each operation and answers with the facts to record. Changes nothing;
// refuses with a SkeinError whose text is the one of the wire.
import type {
  ApprovalDecision,
  ApprovalState,
  ServerRequestAnswer,
  TurnError,
  UserInput,
} from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { ModelItem } from '../model/model-item.ts'
import { previewOfText } from '../storage/preview.ts'
import type { StoryPlace } from '../storage/store.ts'
import type {
  PendingSteer,
  StoredQueueEntry,
  ThreadEvent,
  TurnKind,
} from '../storage/thread-event.ts'
import { type ConfigSnapshot, storedSnapshot } from './config-snapshot.ts'
import type { ActiveTurn, ThreadState } from './thread-state.ts'
import {
  type CutReason,
  type CutTurn,
  cutTurnEvents,
  endOfTurn,
  steeredItemEvents,
  stopped,
  type TurnOutcome,
} from './turn/closing.ts'
import { userMessageItem } from './turn/user-input.ts'

export interface StartTurn {
  readonly turnId: string
  readonly itemId: string
  readonly kind: TurnKind
  readonly clientId: string | null
  readonly input: readonly UserInput[]
  /** The input as the model reads it; null when it is empty. */
  readonly model: ModelItem | null
  /** The settings from now on. */
  readonly snapshot: ConfigSnapshot
  /** Those of this turn, where it has some of its own. */
  readonly turnSnapshot?: ConfigSnapshot
  readonly onlyThisTurn?: readonly string[]
  /** The turn that the chain of work began with, where that is another one. */
  readonly rootTurnId?: string
  /** What the model must be told before the input: initial context, or what changed. */
  readonly context: readonly ModelItem[]
  /** The queue entry this input comes from. */
  readonly queuedId?: string
}

/** A turn begins with its input; sticky overrides are recorded with it. */
export function decideStartTurn(
  state: ThreadState,
  op: StartTurn,
  nowMs: number,
): readonly ThreadEvent[] {
  const { turnId, kind } = op
  const snapshot = storedSnapshot(op.turnSnapshot ?? op.snapshot)
  const { onlyThisTurn = [], rootTurnId = turnId } = op
  const events: ThreadEvent[] = [...decideSettings(state, op.snapshot)]
  if (op.queuedId !== undefined)
    events.push({ type: 'queueChanged', queue: state.queue.filter(({ id }) => id !== op.queuedId) })
  events.push({ type: 'turnStarted', turnId, rootTurnId, kind, snapshot, onlyThisTurn })
  if (op.input.length > 0) {
    const item = userMessageItem(op.itemId, op.clientId, op.input, nowMs)
    events.push({ type: 'itemCompleted', turnId, item })
  }
  const items = op.model ? [...op.context, op.model] : op.context
  if (items.length > 0) events.push({ type: 'modelItemsRecorded', turnId, items })
  return events
}

/** Nothing when the snapshot is the one in force. */
export function decideSettings(
  state: ThreadState,
  snapshot: ConfigSnapshot,
): readonly ThreadEvent[] {
  if (snapshot.id === state.snapshot.id) return []
  return [
    { type: 'settingsChanged', columns: columnsOf(snapshot), snapshot: storedSnapshot(snapshot) },
  ]
}

/** Nothing when the turn is over, or runs under this snapshot already. */
export function decideTurnSettings(
  state: ThreadState,
  turnId: string,
  settings: (current: ConfigSnapshot) => ConfigSnapshot,
): readonly ThreadEvent[] {
  if (state.turn?.id !== turnId) return []
  const snapshot = settings(state.turn.snapshot)
  if (snapshot.id === state.turn.snapshot.id) return []
  return [{ type: 'turnSettingsChanged', turnId, snapshot: storedSnapshot(snapshot) }]
}

export function columnsOf({ values }: ConfigSnapshot) {
  const { cwd, modelProvider, model, effort } = values
  return { cwd, modelProvider, model, effort }
}

/** The birth of a thread, recorded with its first fact. */
export function creationOf(state: ThreadState): readonly ThreadEvent[] {
  const { source, threadSource } = state.snapshot.values
  const { originator, cliVersion, historyMode, snapshot, base, gitInfo } = state
  const { startProjectId: projectId } = state
  const columns = columnsOf(snapshot)
  const created: ThreadEvent = {
    type: 'threadCreated',
    source,
    threadSource,
    originator,
    cliVersion,
    historyMode,
    createdMs: state.createdAtMs,
    columns,
    snapshot: storedSnapshot(snapshot),
    ...(base && { base }),
    ...(projectId !== null && { projectId }),
  }
  return gitInfo ? [created, { type: 'metadataChanged', gitInfo }] : [created]
}

/**
 * Checks in the order clients know: a turn must run, be the expected one, and the input
 * must not be empty.
 */
export function checkSteer(
  turn: ActiveTurn | null,
  input: readonly UserInput[],
  expectedTurnId: string | undefined,
): ActiveTurn {
  if (!turn) throw new SkeinError('conflict', 'no active turn to steer')
  if (expectedTurnId !== undefined && expectedTurnId !== turn.id)
    throw new SkeinError(
      'conflict',
      `expected active turn id \`${expectedTurnId}\` but found \`${turn.id}\``,
    )
  checkSteerable(turn)
  if (input.length === 0) throw new SkeinError('invalidParams', 'input must not be empty')
  return turn
}

/** A turn that looks back or makes room takes no input; the wire says which of the two it is. */
export function checkSteerable(turn: ActiveTurn | null): void {
  if (turn?.kind !== 'review' && turn?.kind !== 'compact') return
  const message = `cannot steer a ${turn.kind} turn`
  throw new SkeinError('conflict', message, {
    message,
    codexErrorInfo: { activeTurnNotSteerable: { turnKind: turn.kind } },
    additionalDetails: null,
    misalignment: null,
  })
}

export function checkInterrupt(turn: ActiveTurn | null, turnId: string): ActiveTurn {
  if (!turn) throw new SkeinError('conflict', 'no active turn to interrupt')
  if (turnId !== turn.id)
    throw new SkeinError('conflict', `expected active turn id ${turnId} but found ${turn.id}`)
  return turn
}

export function decideSteer(state: ThreadState, steer: PendingSteer): readonly ThreadEvent[] {
  return state.turn?.id === steer.turnId ? [{ type: 'inputSteered', steer }] : []
}

/** Pending input becomes items and history of the running turn. */
export function decideTakeSteers(
  state: ThreadState,
  turnId: string,
  steers: readonly PendingSteer[],
  nowMs: number,
): readonly ThreadEvent[] {
  if (state.turn?.id !== turnId || steers.length === 0) return []
  return [
    ...steeredItemEvents(turnId, steers, nowMs),
    { type: 'modelItemsRecorded', turnId, items: steers.map((steer) => steer.model) },
  ]
}

/** Facts of a turn; none when it ended meanwhile. */
export function decideRecord(
  state: ThreadState,
  turnId: string,
  events: readonly ThreadEvent[],
): readonly ThreadEvent[] {
  return state.turn?.id === turnId ? events : []
}

export function decideFinish(
  state: ThreadState,
  turnId: string,
  outcome: TurnOutcome,
  nowMs: number,
): readonly ThreadEvent[] {
  const { turn } = state
  if (turn?.id !== turnId) return []
  const error: TurnError | null = outcome.status === 'failed' ? outcome.error : null
  return [endOfTurn({ turnId, startedAtMs: turn.startedAtMs }, outcome.status, null, error, nowMs)]
}

/** `openItems` are the turn's open cards with their text so far. */
export function decideCut(
  state: ThreadState,
  open: Pick<CutTurn, 'openItems' | 'steers'> & { readonly turnId: string },
  reason: CutReason,
  nowMs: number,
): readonly ThreadEvent[] {
  const { turn } = state
  if (turn?.id !== open.turnId) return []
  const cut: CutTurn = {
    ...open,
    kind: turn.kind,
    startedAtMs: turn.startedAtMs,
    openCalls: [...turn.openCalls.values()],
    approvals: [...turn.approvals.values()],
  }
  return cutTurnEvents(cut, reason, nowMs)
}

/** A second answer, or one that comes too late, is no event. `cancel` also says that its item was declined. */
export function decideAnswer(
  state: ThreadState,
  approvalId: string,
  answer: ServerRequestAnswer,
  nowMs: number,
): readonly ThreadEvent[] {
  const { turn } = state
  const approval = turn?.approvals.get(approvalId)
  if (!turn || !approval) return []
  const decision = decisionOf(answer)
  const decided: ThreadEvent = {
    type: 'approvalDecided',
    approvalId,
    state: endOf(answer),
    decision,
    reviewer: 'user',
  }
  const item = turn.openItems.get(approval.itemId)
  if (decision !== 'cancel' || !item) return [decided]
  return [
    decided,
    { type: 'itemCompleted', turnId: turn.id, item: stopped(item, 'declined', nowMs) },
  ]
}

/** Null for answers to anything but an approval of a command or a file change. */
export function decisionOf(answer: ServerRequestAnswer): ApprovalDecision | null {
  return 'decision' in answer ? answer.decision : null
}

function endOf(answer: ServerRequestAnswer): Exclude<ApprovalState, 'pending'> {
  if ('permissions' in answer) return isEmpty(answer.permissions) ? 'denied' : 'approved'
  if ('answers' in answer) return isEmpty(answer.answers) ? 'cancelled' : 'approved'
  if ('action' in answer) return endOfElicitation[answer.action]
  if ('success' in answer) return answer.success ? 'approved' : 'denied'
  const { decision } = answer
  if (decision === 'cancel') return 'cancelled'
  return isRefusal(decision) ? 'denied' : 'approved'
}

const endOfElicitation = {
  accept: 'approved',
  decline: 'denied',
  cancel: 'cancelled',
} as const

/** True for every answer that lets the action happen not. */
export function isRefusal(decision: ApprovalDecision): boolean {
  if (typeof decision === 'string') return decision === 'decline' || decision === 'cancel'
  return (
    'applyNetworkPolicyAmendment' in decision &&
    decision.applyNetworkPolicyAmendment.network_policy_amendment.action === 'deny'
  )
}

function isEmpty(members: object): boolean {
  return Object.values(members).every((member) => member === null || member === undefined)
}

/** Nothing while a turn runs: it must end first. */
export function decideRevert(
  state: ThreadState,
  beforeTurnId: string,
  { turnCount, tokenUsage, lastTurnStatus }: StoryPlace,
): readonly ThreadEvent[] {
  if (state.turn) return []
  const failed = lastTurnStatus === 'failed'
  return [{ type: 'threadReverted', beforeTurnId, turnCount, tokenUsage, failed }]
}

/** Titles are trimmed; a blank one is refused, as in the reference. */
export function decideRename(name: string): readonly ThreadEvent[] {
  const trimmed = name.trim()
  if (trimmed === '') throw new SkeinError('invalidParams', 'name: must not be empty')
  if (trimmed.length > 200)
    throw new SkeinError('invalidParams', 'name: must have at most 200 characters')
  return [{ type: 'threadRenamed', name: trimmed }]
}

/** What stands in lists until a person's first words do; also makes the row. */
export function decideDescription(state: ThreadState, text: string): readonly ThreadEvent[] {
  if (state.stored && state.preview !== '') return []
  return [{ type: 'threadDescribed', preview: state.preview || previewOfText(text) }]
}

export function decideArchive(state: ThreadState): readonly ThreadEvent[] {
  return state.archived ? [] : [{ type: 'threadArchived' }]
}

export function decideUnarchive(state: ThreadState): readonly ThreadEvent[] {
  if (!state.archived) throw new SkeinError('conflict', `thread is not archived: ${state.id}`)
  return [{ type: 'threadUnarchived' }]
}

export type QueueOp =
  | { readonly type: 'add'; readonly entry: StoredQueueEntry }
  | { readonly type: 'update'; readonly id: string; readonly input: readonly UserInput[] }
  | { readonly type: 'delete'; readonly id: string }
  | { readonly type: 'reorder'; readonly ids: readonly string[] }

/** Queued inputs a thread may hold. */
export const QUEUE_MAX = 100

export function decideQueue(state: ThreadState, op: QueueOp): readonly ThreadEvent[] {
  const queue = queueAfter(state.queue, op)
  return queue === state.queue ? [] : [{ type: 'queueChanged', queue }]
}

function queueAfter(queue: readonly StoredQueueEntry[], op: QueueOp): readonly StoredQueueEntry[] {
  switch (op.type) {
    case 'add':
      if (queue.length >= QUEUE_MAX)
        throw new SkeinError('conflict', `the queue holds at most ${QUEUE_MAX} messages`)
      return [...queue, op.entry]
    case 'update':
      if (!queue.some(({ id }) => id === op.id))
        throw new SkeinError('notFound', `queued submission not found: ${op.id}`)
      return queue.map((entry) => (entry.id === op.id ? { ...entry, input: op.input } : entry))
    case 'delete':
      return queue.some(({ id }) => id === op.id) ? queue.filter(({ id }) => id !== op.id) : queue
    case 'reorder': {
      const byId = new Map(queue.map((entry) => [entry.id, entry]))
      const next = op.ids.flatMap((id) => byId.get(id) ?? [])
      if (next.length !== queue.length || new Set(op.ids).size !== queue.length)
        throw new SkeinError(
          'invalidParams',
          'queue reorder must include every queued submission exactly once',
        )
      return next
    }
  }
}
