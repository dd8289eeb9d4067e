// What a notification changes in the state of a thread: one pure, total function.
import type { Notification, TokenUsage, Turn, TurnError } from '../../protocol/index.ts'
import { applyDelta, isDelta } from './apply-delta.ts'
import {
  closeItems,
  completeItem,
  reviewItem,
  showPatch,
  startItem,
  supersedeItems,
} from './apply-item.ts'
import { turnView, updatedSettings } from './read-thread.ts'
import type { RetryNotice, ThreadState, TurnView } from './thread-state.ts'

/** Where a notification stands to the events a state already contains. */
export type Position = 'next' | 'known' | 'gap'

/**
 * One event may give several notifications, so the number of the last one may come again. Everything up to the
 * last reading of the thread is in the state already.
 */
export function positionOf(state: ThreadState, seq: number | undefined): Position {
  if (seq === undefined) return 'next'
  if (seq <= state.snapshotSeq || seq < state.lastSeq) return 'known'
  return seq > state.lastSeq + 1 ? 'gap' : 'next'
}

/**
 * The state after the notification. It must be of this thread and be `next`; others of the contract leave the state
 * as it is. Returns the same object when nothing changed.
 */
export function applyNotification(state: ThreadState, notification: Notification): ThreadState {
  const changed = change(state, notification)
  const seq = notification.seq
  return seq === undefined || seq <= changed.lastSeq ? changed : { ...changed, lastSeq: seq }
}

/**
 * All notifications of one frame. Stops where events are missing or the app asks to read again: what follows would
 * stand on a state that never was.
 */
export function applyBatch(
  state: ThreadState,
  batch: readonly Notification[],
): { state: ThreadState; mustRead: boolean } {
  let applied = state
  for (const notification of batch) {
    if (notification.method === 'skein/resync') return { state: applied, mustRead: true }
    const position = positionOf(applied, notification.seq)
    if (position === 'gap') return { state: applied, mustRead: true }
    if (position === 'next') applied = applyNotification(applied, notification)
  }
  return { state: applied, mustRead: false }
}

function change(state: ThreadState, notification: Notification): ThreadState {
  if (isDelta(notification)) return applyDelta(state, notification)
  switch (notification.method) {
    case 'turn/started':
      return startTurn(state, notification.params.turn, notification.emittedAtMs)
    case 'turn/completed':
      return completeTurn(state, notification.params.turn)
    case 'turn/plan/updated': {
      const { turnId, explanation, plan } = notification.params
      return changeTurn(state, turnId, (turn) => ({ ...turn, plan: { explanation, steps: plan } }))
    }
    case 'turn/diff/updated': {
      const { turnId, diff } = notification.params
      return changeTurn(state, turnId, (turn) => ({ ...turn, diff }))
    }
    case 'item/started': {
      const { turnId, item, startedAtMs } = notification.params
      return changeTurn(state, turnId, (turn) => startItem(turn, { ...item, startedAtMs }))
    }
    case 'item/completed': {
      const { turnId, item, completedAtMs } = notification.params
      const changed = changeTurn(state, turnId, (turn) =>
        completeItem(turn, { ...item, completedAtMs }),
      )
      return item.type === 'userMessage' ? withoutSteer(changed, item.clientId) : changed
    }
    case 'item/fileChange/patchUpdated': {
      const { turnId, itemId, changes } = notification.params
      return changeTurn(state, turnId, (turn) => showPatch(turn, itemId, changes))
    }
    case 'item/autoApprovalReview/started':
    case 'item/autoApprovalReview/completed': {
      const { turnId, targetItemId, review } = notification.params
      return changeTurn(state, turnId, (turn) => reviewItem(turn, targetItemId, review))
    }
    case 'error': {
      const { turnId, error, willRetry } = notification.params
      return changeTurn(state, turnId, (turn) => failAttempt(turn, error, willRetry))
    }
    default:
      return changeThread(state, notification)
  }
}

/** Changes of the thread as a whole. */
function changeThread(state: ThreadState, notification: Notification): ThreadState {
  switch (notification.method) {
    case 'thread/started':
      return { ...state, thread: notification.params.thread }
    case 'thread/status/changed':
      return { ...state, status: notification.params.status }
    case 'thread/name/updated':
      return withName(state, notification.params.threadName)
    case 'thread/settings/updated':
      return { ...state, settings: updatedSettings(notification.params.threadSettings) }
    case 'thread/tokenUsage/updated':
      return withTokenUsage(state, notification.params)
    case 'thread/archived':
      return { ...state, isArchived: true }
    case 'thread/unarchived':
      return { ...state, isArchived: false }
    case 'thread/closed':
      return { ...state, status: { type: 'notLoaded' } }
    case 'thread/deleted':
      return { ...state, phase: 'gone', problem: 'This thread was deleted.' }
    default:
      return state
  }
}

function withName(state: ThreadState, name: string | undefined): ThreadState {
  if (!state.thread) return state
  return { ...state, thread: { ...state.thread, name: name ?? null } }
}

/** Looks from the end, where the running turn is. */
export function changeTurn(
  state: ThreadState,
  turnId: string,
  update: (turn: TurnView) => TurnView,
): ThreadState {
  const index = state.turns.findLastIndex((turn) => turn.id === turnId)
  const turn = state.turns[index]
  if (!turn) return state
  const updated = update(turn)
  return updated === turn ? state : { ...state, turns: state.turns.with(index, updated) }
}

function startTurn(state: ThreadState, turn: Turn, emittedAtMs: number | undefined): ThreadState {
  if (state.turns.some((known) => known.id === turn.id)) return state
  const started: TurnView = {
    ...turnView(turn),
    // The envelope's clock has milliseconds; a running timer that starts from whole seconds jumps.
    startedAtMs: emittedAtMs ?? (turn.startedAt === null ? null : turn.startedAt * 1000),
    tokensBefore: state.tokenUsage?.total ?? (state.turns.length === 0 ? noTokens : null),
  }
  return { ...state, turns: [...state.turns, started] }
}

function completeTurn(state: ThreadState, turn: Turn): ThreadState {
  const completed = turnView(turn)
  const changed = changeTurn(state, turn.id, (known) => ({
    ...closeItems(known),
    status: completed.status,
    error: completed.error,
    completedAtMs: completed.completedAtMs,
    durationMs: completed.durationMs,
    snapshotId: completed.snapshotId ?? known.snapshotId,
    retry: null,
  }))
  const steers = changed.steers.filter((steer) => steer.turnId !== turn.id)
  return steers.length === changed.steers.length ? changed : { ...changed, steers }
}

function failAttempt(turn: TurnView, error: TurnError, willRetry: boolean): TurnView {
  if (!willRetry) return { ...turn, error, retry: null }
  return { ...supersedeItems(turn), retry: retryNotice(error) }
}

/** "Reconnecting... 2/5" carries the numbers in its text. */
function retryNotice(error: TurnError): RetryNotice {
  const [, attempt, attemptsMax] = /(\d+)\s*\/\s*(\d+)/.exec(error.message) ?? []
  return {
    message: error.message,
    attempt: attempt === undefined ? null : Number(attempt),
    attemptsMax: attemptsMax === undefined ? null : Number(attemptsMax),
  }
}

function withoutSteer(state: ThreadState, clientId: string | null): ThreadState {
  const steers = state.steers.filter((steer) => steer.clientId !== clientId)
  return steers.length === state.steers.length ? state : { ...state, steers }
}

const noTokens: TokenUsage = {
  totalTokens: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
}

function withTokenUsage(
  state: ThreadState,
  params: Extract<Notification, { method: 'thread/tokenUsage/updated' }>['params'],
): ThreadState {
  const { turnId, tokenUsage } = params
  const changed = changeTurn(state, turnId, (turn) =>
    turn.tokensBefore === null
      ? turn
      : { ...turn, tokens: difference(tokenUsage.total, turn.tokensBefore) },
  )
  return { ...changed, tokenUsage }
}

function difference(after: TokenUsage, before: TokenUsage): TokenUsage {
  return {
    totalTokens: after.totalTokens - before.totalTokens,
    inputTokens: after.inputTokens - before.inputTokens,
    cachedInputTokens: after.cachedInputTokens - before.cachedInputTokens,
    cacheWriteInputTokens: after.cacheWriteInputTokens - before.cacheWriteInputTokens,
    outputTokens: after.outputTokens - before.outputTokens,
    reasoningOutputTokens: after.reasoningOutputTokens - before.reasoningOutputTokens,
  }
}
