// What is known of a live thread, and how each recorded fact changes it. Pure; the same function live and in repair.
import type {
  AgentMessageItem,
  GitInfo,
  MemoryMode,
  Seq,
  ThreadId,
  ThreadItem,
  ThreadStatus,
  ThreadTokenUsage,
} from '../../protocol/index.ts'
import { unreachable } from '../lib/errors.ts'
import type { ModelItem, ToolCallItem } from '../model/model-item.ts'
import { isToolCall } from '../model/model-item.ts'
import { previewOf } from '../storage/preview.ts'
import {
  type ForkBase,
  isNumbered,
  type PendingSteer,
  type StoredApproval,
  type StoredQueueEntry,
  type ThreadEvent,
  type TurnKind,
} from '../storage/thread-event.ts'
import { type ConfigSnapshot, readSnapshot } from './config-snapshot.ts'

export interface ActiveTurn {
  readonly id: string
  /** The turn that the chain of work began with. */
  readonly rootTurnId: string
  /** Its place in the thread, from 1. */
  readonly number: number
  readonly kind: TurnKind
  readonly snapshot: ConfigSnapshot
  /** Overrides in its snapshot that the thread itself does not have. */
  readonly onlyThisTurn: readonly string[]
  readonly startedAtMs: number
  /** Cards that were started and not completed, by id. */
  readonly openItems: ReadonlyMap<string, ThreadItem>
  /** Tool calls of the model that have no output yet, by call id, with the time they came. */
  readonly openCalls: ReadonlyMap<string, { readonly call: ToolCallItem; readonly atMs: number }>
  readonly approvals: ReadonlyMap<string, StoredApproval>
  /** Accepted into this turn and not yet shown to the model. */
  readonly steers: readonly PendingSteer[]
  readonly lastAgentMessage: AgentMessageItem | null
}

export interface ThreadState {
  readonly id: ThreadId
  /** False until the first fact worth keeping made its row. */
  readonly stored: boolean
  readonly lastSeq: Seq
  readonly snapshot: ConfigSnapshot
  readonly name: string | null
  readonly preview: string
  readonly archived: boolean
  readonly deleted: boolean
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly recencyAtMs: number
  readonly originator: string | null
  readonly cliVersion: string
  readonly historyMode: 'legacy' | 'paginated'
  readonly imported: boolean
  /** What it took over from another thread; null for one that is no fork. */
  readonly base: ForkBase | null
  readonly forkedFromId: ThreadId | null
  /** The project it begins in; from its first fact on its row says where it belongs. */
  readonly startProjectId: string | null
  readonly gitInfo: GitInfo | null
  /** Null: as configured. */
  readonly memoryMode: MemoryMode | null
  readonly turnCount: number
  readonly tokenUsage: ThreadTokenUsage | null
  readonly queue: readonly StoredQueueEntry[]
  /** The last turn failed; cleared by the next one. */
  readonly failed: boolean
  readonly turn: ActiveTurn | null
}

/** What did happen: total, never throws. */
export function apply(state: ThreadState, event: ThreadEvent, atMs: number): ThreadState {
  const counted = isNumbered(event) ? { ...state, lastSeq: state.lastSeq + 1 } : state
  switch (event.type) {
    case 'threadCreated':
      return { ...counted, stored: true }
    case 'settingsChanged':
      return { ...counted, snapshot: readSnapshot(event.snapshot), updatedAtMs: atMs }
    case 'threadDescribed':
      return { ...counted, preview: state.preview || event.preview }
    case 'threadRenamed':
      return { ...counted, name: event.name }
    case 'threadArchived':
      return { ...counted, archived: true }
    case 'threadUnarchived':
      return { ...counted, archived: false }
    case 'threadDeleted':
      return { ...counted, deleted: true }
    case 'queueChanged':
      return { ...counted, queue: event.queue }
    case 'turnStarted':
      return {
        ...counted,
        failed: false,
        recencyAtMs: atMs,
        updatedAtMs: atMs,
        turnCount: state.turnCount + 1,
        turn: newTurn(event, state.turnCount + 1, atMs),
      }
    case 'tokenUsageRecorded':
      return { ...counted, tokenUsage: event.threadUsage }
    case 'turnCompleted':
      return {
        ...counted,
        turn: null,
        failed: event.status === 'failed',
        updatedAtMs: atMs,
      }
    case 'threadReverted':
      return {
        ...counted,
        preview: event.turnCount === 0 ? '' : state.preview,
        turnCount: event.turnCount,
        tokenUsage: event.tokenUsage,
        failed: event.failed,
        updatedAtMs: atMs,
      }
    case 'metadataChanged':
      return {
        ...counted,
        gitInfo: event.gitInfo === undefined ? state.gitInfo : event.gitInfo,
        memoryMode: event.memoryMode ?? state.memoryMode,
      }
    case 'planUpdated':
    case 'diffUpdated':
    case 'historyReplaced':
      return counted
    case 'itemStarted':
    case 'itemCompleted':
    case 'itemCut':
    case 'approvalRequested':
    case 'approvalDecided':
    case 'modelItemsRecorded':
    case 'turnSettingsChanged':
    case 'inputSteered':
    case 'steersConsumed':
      return applyToTurn(counted, event, atMs)
    default:
      return unreachable(event)
  }
}

type TurnEvent = Extract<
  ThreadEvent,
  {
    type:
      | 'itemStarted'
      | 'itemCompleted'
      | 'itemCut'
      | 'approvalRequested'
      | 'approvalDecided'
      | 'modelItemsRecorded'
      | 'turnSettingsChanged'
      | 'inputSteered'
      | 'steersConsumed'
  }
>

function newTurn(
  event: Extract<ThreadEvent, { type: 'turnStarted' }>,
  number: number,
  atMs: number,
): ActiveTurn {
  return {
    id: event.turnId,
    rootTurnId: event.rootTurnId,
    number,
    kind: event.kind,
    snapshot: readSnapshot(event.snapshot),
    onlyThisTurn: event.onlyThisTurn,
    startedAtMs: atMs,
    openItems: new Map(),
    openCalls: new Map(),
    approvals: new Map(),
    steers: [],
    lastAgentMessage: null,
  }
}

/** Items may complete after their turn (background commands): then only the counters change. */
function applyToTurn(state: ThreadState, event: TurnEvent, atMs: number): ThreadState {
  const preview = state.preview === '' ? previewIn(event) : state.preview
  const { turn } = state
  if (!turn || !concerns(turn, event)) return { ...state, preview }
  return { ...state, preview, turn: turnAfter(turn, event, atMs) }
}

function previewIn(event: TurnEvent): string {
  const isMessage = event.type === 'itemCompleted' && event.item.type === 'userMessage'
  return isMessage ? previewOf(event.item) : ''
}

function concerns(turn: ActiveTurn, event: TurnEvent): boolean {
  switch (event.type) {
    case 'itemStarted':
    case 'itemCompleted':
    case 'itemCut':
    case 'modelItemsRecorded':
    case 'turnSettingsChanged':
      return event.turnId === turn.id
    case 'approvalRequested':
      return event.approval.turnId === turn.id
    case 'inputSteered':
      return event.steer.turnId === turn.id
    case 'approvalDecided':
    case 'steersConsumed':
      return true
  }
}

function turnAfter(turn: ActiveTurn, event: TurnEvent, atMs: number): ActiveTurn {
  switch (event.type) {
    case 'itemStarted':
      return { ...turn, openItems: new Map(turn.openItems).set(event.item.id, event.item) }
    case 'itemCompleted':
    case 'itemCut': {
      const lastAgentMessage =
        event.item.type === 'agentMessage' ? event.item : turn.lastAgentMessage
      return { ...turn, openItems: without(turn.openItems, event.item.id), lastAgentMessage }
    }
    case 'approvalRequested': {
      const { approval } = event
      return { ...turn, approvals: new Map(turn.approvals).set(approval.approvalId, approval) }
    }
    case 'approvalDecided':
      return { ...turn, approvals: without(turn.approvals, event.approvalId) }
    case 'modelItemsRecorded':
      return { ...turn, openCalls: callsAfter(turn.openCalls, event.items, atMs) }
    case 'turnSettingsChanged':
      return { ...turn, snapshot: readSnapshot(event.snapshot) }
    case 'inputSteered':
      if (turn.steers.some((steer) => steer.id === event.steer.id)) return turn
      return { ...turn, steers: [...turn.steers, event.steer] }
    case 'steersConsumed':
      return { ...turn, steers: turn.steers.filter((steer) => !event.ids.includes(steer.id)) }
  }
}

function callsAfter(
  calls: ActiveTurn['openCalls'],
  items: readonly ModelItem[],
  atMs: number,
): ActiveTurn['openCalls'] {
  const next = new Map(calls)
  for (const item of items) {
    if (isToolCall(item)) next.set(item.call_id, { call: item, atMs })
    else if (typeof item.call_id === 'string') next.delete(item.call_id)
  }
  return next
}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map
  const rest = new Map(map)
  rest.delete(key)
  return rest
}

/** What the model said last in the turn that runs; empty when that is nothing. */
export function lastMessageOf(state: ThreadState): string {
  return state.turn?.lastAgentMessage?.text ?? ''
}

/** As clients see it; the order of announcing it is the actor's. */
export function statusOf(state: ThreadState): ThreadStatus {
  if (state.turn) return { type: 'active', activeFlags: [...flagsOf(state.turn)] }
  return state.failed ? { type: 'systemError' } : { type: 'idle' }
}

type ActiveFlag = Extract<ThreadStatus, { type: 'active' }>['activeFlags'][number]

/** A client's own tool is work like any other: nobody waits for a person there. */
function flagsOf({ approvals }: ActiveTurn): ReadonlySet<ActiveFlag> {
  const flags = new Set<ActiveFlag>()
  for (const { method } of approvals.values()) {
    if (method === 'item/tool/call') continue
    flags.add(method === 'item/tool/requestUserInput' ? 'waitingOnUserInput' : 'waitingOnApproval')
  }
  return flags
}
