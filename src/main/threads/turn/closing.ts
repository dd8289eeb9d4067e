// What is recorded when a turn is cut, by a person, a shutdown or a crash: nothing shown is lost, and the model's
// history stays well-formed. Pure; the actor and recovery use the same function.
import type { ThreadItem, TurnError } from '../../../protocol/index.ts'
import {
  type ModelItem,
  type ToolCallItem,
  toolOutput,
  userMessage,
} from '../../model/model-item.ts'
import type {
  PendingSteer,
  StoredApproval,
  ThreadEvent,
  TurnKind,
} from '../../storage/thread-event.ts'
import { REVIEW_INTERRUPTED } from './review-output.ts'
import { userMessageItem } from './user-input.ts'

/** `replaced`: another turn took its place, so the model needs no word of it. */
export type CutReason = 'user' | 'shutdown' | 'process_exit' | 'replaced'

/** How a turn ends by itself. */
export type TurnOutcome =
  | { readonly status: 'completed' }
  | { readonly status: 'failed'; readonly error: TurnError; readonly limitEndsAtMs?: number | null }

export interface CutTurn {
  readonly turnId: string
  readonly kind: TurnKind
  readonly startedAtMs: number
  /** Open cards with the text they had so far. */
  readonly openItems: readonly ThreadItem[]
  readonly openCalls: readonly { readonly call: ToolCallItem; readonly atMs: number }[]
  readonly approvals: readonly StoredApproval[]
  readonly steers: readonly PendingSteer[]
}

/** The model is told in our words: it must not take partial effects for complete ones. */
export const INTERRUPTED_NOTE: Record<Exclude<CutReason, 'replaced'>, string> = {
  user: 'The person stopped the previous turn on purpose. Commands of it may have run only partly, files may be half changed, and processes it left in the background may still be running. Check before relying on any of it.',
  shutdown:
    'The app was closed during the previous turn. Commands of it were ended and may have run only partly. Check before relying on any of it.',
  process_exit:
    'The app ended unexpectedly during the previous turn. Commands of it were ended and may have run only partly. Check before relying on any of it.',
}

/** Everything that closes a cut turn, ending with `turnCompleted`. */
export function cutTurnEvents(
  turn: CutTurn,
  reason: CutReason,
  nowMs: number,
): readonly ThreadEvent[] {
  const waiting = new Set(turn.approvals.map((approval) => approval.itemId))
  const events: ThreadEvent[] = turn.openItems.map((item) =>
    isStreamed(item)
      ? { type: 'itemCut', turnId: turn.turnId, item: { ...item, completedAtMs: nowMs } }
      : {
          type: 'itemCompleted',
          turnId: turn.turnId,
          item: stopped(item, waiting.has(item.id) ? 'declined' : 'failed', nowMs),
        },
  )
  if (turn.kind === 'review') events.push(...reviewLeft(turn.turnId, nowMs))
  events.push(...steeredItemEvents(turn.turnId, turn.steers, nowMs))
  const history: ModelItem[] = [
    ...turn.openCalls.map(({ call, atMs }) =>
      toolOutput(call, abortedOutput(nowMs - atMs, reason)),
    ),
    ...turn.steers.map((steer) => steer.model),
    ...(reason === 'replaced' ? [] : [interruptedNote(reason)]),
  ]
  if (history.length > 0)
    events.push({ type: 'modelItemsRecorded', turnId: turn.turnId, items: history })
  events.push(endOfTurn(turn, 'interrupted', reason, null, nowMs))
  const isByPerson = reason === 'user' || reason === 'replaced'
  const state = isByPerson ? 'cancelled' : 'expired'
  for (const { approvalId } of turn.approvals)
    events.push({ type: 'approvalDecided', approvalId, state, decision: null, reviewer: null })
  return events
}

/** A review that was entered is left, also without findings. */
function reviewLeft(turnId: string, nowMs: number): readonly ThreadEvent[] {
  const item = {
    type: 'exitedReviewMode',
    id: `${turnId}-exited`,
    review: REVIEW_INTERRUPTED,
    startedAtMs: nowMs,
    completedAtMs: nowMs,
  } as const
  return [
    { type: 'itemStarted', turnId, item },
    { type: 'itemCompleted', turnId, item },
  ]
}

function interruptedNote(reason: Exclude<CutReason, 'replaced'>): ModelItem {
  const text = `<turn_interrupted>\n${INTERRUPTED_NOTE[reason]}\n</turn_interrupted>`
  return userMessage([{ type: 'input_text', text }])
}

/** The cards of steered input; their messages are recorded by the caller, in the place they belong. */
export function steeredItemEvents(
  turnId: string,
  steers: readonly PendingSteer[],
  nowMs: number,
): readonly ThreadEvent[] {
  if (steers.length === 0) return []
  return [
    ...steers
      .filter(({ content }) => content.length > 0) // injected messages have no card
      .map(
        ({ id, clientId, content }): ThreadEvent => ({
          type: 'itemCompleted',
          turnId,
          item: userMessageItem(id, clientId, content, nowMs),
        }),
      ),
    { type: 'steersConsumed', ids: steers.map((steer) => steer.id) },
  ]
}

/** Text that streamed is kept as it is, and a summary that was not written is none; all else ends with a status. */
function isStreamed(item: ThreadItem): boolean {
  return unfinished.has(item.type)
}

const unfinished: ReadonlySet<ThreadItem['type']> = new Set<ThreadItem['type']>([
  'agentMessage',
  'reasoning',
  'plan',
  'contextCompaction',
])

/** The final form of a card whose work was ended from outside. */
export function stopped(
  item: ThreadItem,
  status: 'declined' | 'failed',
  nowMs: number,
): ThreadItem {
  const ended = { completedAtMs: nowMs }
  const durationMs = nowMs - (item.startedAtMs ?? nowMs)
  if (item.type === 'commandExecution')
    return { ...item, ...ended, status, durationMs: status === 'declined' ? null : durationMs }
  if (item.type === 'dynamicToolCall')
    return { ...item, ...ended, status: 'failed', contentItems: [], success: false, durationMs }
  if (item.type === 'mcpToolCall')
    return {
      ...item,
      ...ended,
      status: 'failed',
      error: { message: status === 'declined' ? 'declined' : 'stopped' },
      durationMs,
    }
  if (item.type === 'fileChange') return { ...item, ...ended, status }
  return { ...item, ...ended }
}

function abortedOutput(wallMs: number, reason: CutReason): string {
  const seconds = (Math.max(0, wallMs) / 1000).toFixed(1)
  return `Wall time: ${seconds} seconds\n${reason === 'user' || reason === 'replaced' ? 'aborted by user' : 'aborted'}`
}

/** The last event of a turn that ended by itself, failed, or was cut. */
export function endOfTurn(
  turn: { readonly turnId: string; readonly startedAtMs: number },
  status: 'completed' | 'interrupted' | 'failed',
  reason: string | null,
  error: TurnError | null,
  nowMs: number,
): ThreadEvent {
  const durationMs = Math.max(0, nowMs - turn.startedAtMs)
  return { type: 'turnCompleted', turnId: turn.turnId, status, reason, error, durationMs }
}
