// From what a thread says to what clients hear: the only place that knows both vocabularies.
import type { AgentMessageItem, Notification, ThreadId, Turn } from '../../protocol/index.ts'
import { toUnixSeconds } from '../lib/clock.ts'
import { unreachable } from '../lib/errors.ts'
import { type NumberedEvent, type RetoldFact, triggerOf } from '../storage/thread-event.ts'
import { readSnapshot } from '../threads/config-snapshot.ts'
import { settingsView } from '../threads/settings.ts'
import type { ThreadSignal } from '../threads/thread-signal.ts'
import type { ActiveTurn } from '../threads/thread-state.ts'

type Recorded = Extract<ThreadSignal, { type: 'recorded' }>

/** In order; several notifications of one event carry the same `seq`. */
export function present(threadId: ThreadId, signal: ThreadSignal): readonly Notification[] {
  switch (signal.type) {
    case 'recorded':
      return presentEvent(threadId, signal.event, signal).map((notification) => ({
        ...notification,
        seq: signal.seq,
      }))
    case 'status':
      return [{ method: 'thread/status/changed', params: { threadId, status: signal.status } }]
    case 'streamStarted': {
      const { turnId, item, atMs } = signal
      const started = { ...item, completedAtMs: null }
      return [
        { method: 'item/started', params: { threadId, turnId, item: started, startedAtMs: atMs } },
      ]
    }
    case 'delta':
      return [presentDelta(threadId, signal)]
    case 'terminalInteraction': {
      const { turnId, itemId, processId, stdin } = signal
      const params = { threadId, turnId, itemId, processId, stdin }
      return [{ method: 'item/commandExecution/terminalInteraction', params }]
    }
    case 'toolProgress': {
      const { turnId, itemId, message } = signal
      const params = { threadId, turnId, itemId, message }
      return [{ method: 'item/mcpToolCall/progress', params }]
    }
    case 'patchWritten': {
      const { turnId, itemId, changes } = signal
      const params = { threadId, turnId, itemId, changes: [...changes] }
      return [{ method: 'item/fileChange/patchUpdated', params }]
    }
    case 'retrying': {
      const { turnId } = signal
      const error = { ...signal.error, misalignment: null }
      return [{ method: 'error', params: { threadId, turnId, error, willRetry: true } }]
    }
    case 'warning':
      return [{ method: 'warning', params: { threadId, message: signal.message } }]
    case 'rateLimits': {
      const { provider, limits: rateLimits } = signal
      return [{ method: 'skein/rateLimits/updated', params: { threadId, provider, rateLimits } }]
    }
    case 'told':
      return [signal.notification]
    default:
      return unreachable(signal)
  }
}

function presentDelta(
  threadId: ThreadId,
  signal: Extract<ThreadSignal, { type: 'delta' }>,
): Notification {
  const { turnId, itemId, delta } = signal
  const of = { threadId, turnId, itemId }
  switch (delta.kind) {
    case 'text':
      return { method: 'item/agentMessage/delta', params: { ...of, delta: delta.text } }
    case 'plan':
      return { method: 'item/plan/delta', params: { ...of, delta: delta.text } }
    case 'summaryPart':
      return {
        method: 'item/reasoning/summaryPartAdded',
        params: { ...of, summaryIndex: delta.index },
      }
    case 'summary':
      return {
        method: 'item/reasoning/summaryTextDelta',
        params: { ...of, delta: delta.text, summaryIndex: delta.index },
      }
    case 'content':
      return {
        method: 'item/reasoning/textDelta',
        params: { ...of, delta: delta.text, contentIndex: delta.index },
      }
    case 'output':
      return { method: 'item/commandExecution/outputDelta', params: { ...of, delta: delta.text } }
  }
}

function presentEvent(
  threadId: ThreadId,
  event: NumberedEvent,
  { turn, state, atMs }: Recorded,
): readonly Notification[] {
  switch (event.type) {
    case 'settingsChanged': {
      const threadSettings = settingsView(state.snapshot.values)
      return [{ method: 'thread/settings/updated', params: { threadId, threadSettings } }]
    }
    case 'turnStarted':
      return turn ? [{ method: 'turn/started', params: { threadId, turn: runningTurn(turn) } }] : []
    case 'turnCompleted':
      return turn ? presentTurnEnd(threadId, endedTurn(event, turn, atMs)) : []
    case 'approvalRequested': {
      const { approvalId } = event.approval
      return presentFact(threadId, { type: event.type, approvalId, state: 'pending' }, atMs)
    }
    default:
      return presentFact(threadId, event, atMs)
  }
}

/** A recorded event told again later, with the rows as they are now. */
export function presentAgain(
  threadId: ThreadId,
  fact: RetoldFact,
  atMs: number,
): readonly Notification[] {
  switch (fact.type) {
    case 'settingsChanged': {
      const threadSettings = settingsView(readSnapshot(fact.snapshot).values)
      return [{ method: 'thread/settings/updated', params: { threadId, threadSettings } }]
    }
    case 'turnStarted': {
      const begun: Turn = {
        ...fact.turn,
        status: 'inProgress',
        completedAt: null,
        durationMs: null,
      }
      return [{ method: 'turn/started', params: { threadId, turn: begun } }]
    }
    case 'turnCompleted':
      return presentTurnEnd(threadId, fact.turn)
    default:
      return presentFact(threadId, fact, atMs)
  }
}

type PlainFact = Exclude<RetoldFact, { type: 'settingsChanged' | 'turnStarted' | 'turnCompleted' }>

function presentFact(threadId: ThreadId, fact: PlainFact, atMs: number): readonly Notification[] {
  switch (fact.type) {
    case 'threadRenamed': {
      const name = fact.name === null ? {} : { threadName: fact.name }
      return [{ method: 'thread/name/updated', params: { threadId, ...name } }]
    }
    case 'threadArchived':
      return [{ method: 'thread/archived', params: { threadId } }]
    case 'threadUnarchived':
      return [{ method: 'thread/unarchived', params: { threadId } }]
    case 'threadDeleted':
      return [{ method: 'thread/deleted', params: { threadId } }]
    case 'threadReverted':
      return [{ method: 'thread/reverted', params: { threadId } }]
    case 'queueChanged':
      return [{ method: 'thread/queue/changed', params: { threadId } }]
    case 'itemStarted':
    case 'itemCompleted':
      return presentItem(threadId, fact, atMs)
    case 'tokenUsageRecorded': {
      const { turnId, threadUsage: tokenUsage } = fact
      return [{ method: 'thread/tokenUsage/updated', params: { threadId, turnId, tokenUsage } }]
    }
    case 'planUpdated': {
      const { turnId, explanation, plan } = fact
      return [
        { method: 'turn/plan/updated', params: { threadId, turnId, explanation, plan: [...plan] } },
      ]
    }
    case 'diffUpdated': {
      const { turnId, diff } = fact
      return [{ method: 'turn/diff/updated', params: { threadId, turnId, diff } }]
    }
    case 'approvalRequested':
    case 'approvalDecided': {
      const { approvalId, state } = fact
      return [{ method: 'skein/approval/updated', params: { approvalId, threadId, state } }]
    }
    default:
      return unreachable(fact)
  }
}

/** A person's message is complete when it appears: both notices at once. */
function presentItem(
  threadId: ThreadId,
  event: Extract<NumberedEvent, { type: 'itemStarted' | 'itemCompleted' }>,
  atMs: number,
): readonly Notification[] {
  const { turnId, item } = event
  const started: Notification = {
    method: 'item/started',
    params: {
      threadId,
      turnId,
      item: { ...item, completedAtMs: null },
      startedAtMs: item.startedAtMs ?? atMs,
    },
  }
  if (event.type === 'itemStarted') return [started]
  const completed: Notification = {
    method: 'item/completed',
    params: {
      threadId,
      turnId,
      item,
      completedAtMs: item.completedAtMs ?? atMs,
      contentTokenCount: null,
    },
  }
  return item.type === 'userMessage' ? [started, completed] : [completed]
}

function endedTurn(
  event: Extract<NumberedEvent, { type: 'turnCompleted' }>,
  turn: ActiveTurn,
  atMs: number,
): Turn {
  const answer: AgentMessageItem[] =
    event.status === 'completed' && turn.lastAgentMessage ? [turn.lastAgentMessage] : []
  return {
    ...runningTurn(turn),
    items: answer,
    itemsView: answer.length > 0 ? 'summary' : 'notLoaded',
    status: event.status,
    error: event.error && { ...event.error, misalignment: null },
    completedAt: toUnixSeconds(atMs),
    durationMs: event.durationMs,
  }
}

function presentTurnEnd(threadId: ThreadId, turn: Turn): readonly Notification[] {
  const completed: Notification = { method: 'turn/completed', params: { threadId, turn } }
  if (!turn.error) return [completed]
  const { id: turnId, error } = turn
  return [{ method: 'error', params: { threadId, turnId, error, willRetry: false } }, completed]
}

/** As turn/start answers it and turn/started announces it. */
export function runningTurn(turn: ActiveTurn): Turn {
  return {
    id: turn.id,
    rootTurnId: turn.rootTurnId,
    items: [],
    itemsView: 'notLoaded',
    status: 'inProgress',
    error: null,
    startedAt: toUnixSeconds(turn.startedAtMs),
    completedAt: null,
    durationMs: null,
    skein: {
      snapshotId: turn.snapshot.id,
      number: turn.number,
      trigger: triggerOf(turn.kind),
      onlyThisTurn: [...turn.onlyThisTurn],
    },
  }
}
