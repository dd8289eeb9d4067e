// The events of a thread as a program that embeds it hears them, made from what the thread says.
import type {
  CodexErrorInfo,
  FileChange,
  Notification,
  PlanStep,
  RateLimits,
  ServerRequestMethod,
  ThreadGoal,
  ThreadItem,
  ThreadTokenUsage,
} from '../../protocol/index.ts'
import type { TraceContext } from '../model/model-client.ts'
import type { ThreadSettings } from './settings.ts'
import type { Delta, ThreadSignal } from './thread-signal.ts'
import { traceIdOf } from './trace-context.ts'

export interface SessionConfigured {
  readonly type: 'session_configured'
  readonly sessionId: string
  readonly threadId: string
  readonly forkedFromId: string | null
  readonly threadName: string | null
  readonly rolloutPath: string | null
  /** As they were when the thread came to life. */
  readonly settings: ThreadSettings
}

export type CoreEventMsg =
  | SessionConfigured
  | { readonly type: 'thread_settings_applied'; readonly settings: ThreadSettings }
  | { readonly type: 'thread_name_updated'; readonly threadName: string | null }
  | {
      readonly type: 'task_started'
      readonly turnId: string
      readonly traceId: string | null
      readonly startedAtMs: number
      readonly collaborationMode: string
    }
  | {
      readonly type: 'task_complete'
      readonly turnId: string
      readonly lastAgentMessage: string | null
      readonly completedAtMs: number
      readonly durationMs: number
    }
  | {
      readonly type: 'turn_aborted'
      readonly turnId: string
      /** `replaced`: by a turn of another kind that was asked for. */
      readonly reason: 'interrupted' | 'replaced'
      readonly completedAtMs: number
      readonly durationMs: number
    }
  | {
      readonly type: 'error'
      readonly message: string
      readonly codexErrorInfo: CodexErrorInfo | 'bad_request' | 'thread_rollback_failed' | null
    }
  | { readonly type: 'stream_error'; readonly message: string; readonly details: string | null }
  | { readonly type: 'warning'; readonly message: string }
  | {
      readonly type: 'token_count'
      readonly info: ThreadTokenUsage
      /** Null until the provider told of them. */
      readonly rateLimits: RateLimits | null
    }
  | { readonly type: 'item_started'; readonly turnId: string; readonly item: ThreadItem }
  | { readonly type: 'item_completed'; readonly turnId: string; readonly item: ThreadItem }
  | {
      readonly type:
        | 'agent_message_content_delta'
        | 'plan_delta'
        | 'reasoning_content_delta'
        | 'reasoning_raw_content_delta'
        | 'exec_command_output_delta'
      readonly turnId: string
      readonly itemId: string
      readonly delta: string
    }
  | {
      readonly type: 'agent_reasoning_section_break'
      readonly turnId: string
      readonly itemId: string
    }
  | {
      readonly type: 'terminal_interaction'
      readonly itemId: string
      readonly processId: string
      readonly stdin: string
    }
  | {
      readonly type: 'patch_apply_updated'
      readonly callId: string
      readonly changes: readonly FileChange[]
    }
  | {
      readonly type: 'plan_update'
      readonly explanation: string | null
      readonly plan: readonly PlanStep[]
    }
  | { readonly type: 'turn_diff'; readonly unifiedDiff: string }
  | {
      readonly type:
        | 'exec_approval_request'
        | 'apply_patch_approval_request'
        | 'request_permissions'
        | 'request_user_input'
        | 'dynamic_tool_call_request'
        | 'elicitation_request'
      readonly approvalId: string
      readonly callId: string
      readonly turnId: string
      readonly params: unknown
    }
  | { readonly type: 'thread_rolled_back'; readonly numTurns: number }
  /** Null: the goal was removed. */
  | { readonly type: 'thread_goal_updated'; readonly goal: ThreadGoal | null }
  | { readonly type: 'shutdown_complete' }

/** `id`: of the submission it belongs to; empty for what nobody asked for. */
export interface CoreEvent {
  readonly id: string
  readonly msg: CoreEventMsg
}

type RequestType = Extract<CoreEventMsg, { approvalId: string }>['type']

const requestTypes: Readonly<Record<ServerRequestMethod, RequestType>> = {
  'item/commandExecution/requestApproval': 'exec_approval_request',
  'item/fileChange/requestApproval': 'apply_patch_approval_request',
  'item/permissions/requestApproval': 'request_permissions',
  'item/tool/requestUserInput': 'request_user_input',
  'item/tool/call': 'dynamic_tool_call_request',
  'mcpServer/elicitation/request': 'elicitation_request',
}

/** What events need to know beside the signal they are made from. */
export interface EventContext {
  /** Of the submission being handled; empty when there is none. */
  readonly submissionId: string
  /** Of the turn the signal belongs to. */
  readonly trace: TraceContext | null
  /** As the provider told of them last. */
  readonly rateLimits: RateLimits | null
  /** Turns of the thread before the signal. */
  readonly turnCount: number
}

/** In order; empty for what only clients of the wire care about. */
export function eventsOf(signal: ThreadSignal, context: EventContext): readonly CoreEvent[] {
  if (signal.type === 'recorded') return recordedEvents(signal, context)
  const { submissionId } = context
  const of = (id: string, msg: CoreEventMsg): readonly CoreEvent[] => [{ id, msg }]
  switch (signal.type) {
    case 'streamStarted': {
      const { turnId, item } = signal
      return of(turnId, { type: 'item_started', turnId, item })
    }
    case 'delta':
      return of(signal.turnId, deltaMsg(signal))
    case 'terminalInteraction': {
      const { turnId, itemId, processId, stdin } = signal
      return of(turnId, { type: 'terminal_interaction', itemId, processId, stdin })
    }
    case 'patchWritten': {
      const { turnId, itemId: callId, changes } = signal
      return of(turnId, { type: 'patch_apply_updated', callId, changes })
    }
    case 'retrying': {
      const { message, additionalDetails: details } = signal.error
      return of(signal.turnId, { type: 'stream_error', message, details })
    }
    case 'warning':
      return of(submissionId, { type: 'warning', message: signal.message })
    case 'told':
      return goalEvents(signal.notification)
    default:
      return []
  }
}

/** What extensions tell clients; of that, programs hear of goals. */
function goalEvents({ method, params }: Notification): readonly CoreEvent[] {
  if (method === 'thread/goal/updated')
    return [{ id: params.turnId ?? '', msg: { type: 'thread_goal_updated', goal: params.goal } }]
  if (method === 'thread/goal/cleared')
    return [{ id: '', msg: { type: 'thread_goal_updated', goal: null } }]
  return []
}

function deltaMsg({
  turnId,
  itemId,
  delta,
}: {
  turnId: string
  itemId: string
  delta: Delta
}): CoreEventMsg {
  const types = {
    text: 'agent_message_content_delta',
    plan: 'plan_delta',
    summary: 'reasoning_content_delta',
    content: 'reasoning_raw_content_delta',
    output: 'exec_command_output_delta',
  } as const
  if (!('text' in delta)) return { type: 'agent_reasoning_section_break', turnId, itemId }
  return { type: types[delta.kind], turnId, itemId, delta: delta.text }
}

function recordedEvents(
  { event, turn, state, atMs }: Extract<ThreadSignal, { type: 'recorded' }>,
  { submissionId, trace, rateLimits, turnCount }: EventContext,
): readonly CoreEvent[] {
  const inTurn = (...msgs: readonly CoreEventMsg[]): readonly CoreEvent[] =>
    msgs.map((msg) => ({ id: turn?.id ?? submissionId, msg }))
  const settings = state.snapshot.values
  switch (event.type) {
    case 'settingsChanged':
      return [{ id: submissionId, msg: { type: 'thread_settings_applied', settings } }]
    case 'threadRenamed':
      return [{ id: submissionId, msg: { type: 'thread_name_updated', threadName: event.name } }]
    case 'turnStarted':
      return inTurn({
        type: 'task_started',
        turnId: event.turnId,
        traceId: traceIdOf(trace),
        startedAtMs: atMs,
        collaborationMode: (turn?.snapshot.values ?? settings).mode,
      })
    case 'itemStarted':
      return itemEvents('item_started', event)
    case 'itemCompleted':
      return event.item.type === 'userMessage'
        ? [...itemEvents('item_started', event), ...itemEvents('item_completed', event)]
        : itemEvents('item_completed', event)
    case 'tokenUsageRecorded':
      return inTurn({ type: 'token_count', info: event.threadUsage, rateLimits })
    case 'planUpdated':
      return inTurn({ type: 'plan_update', explanation: event.explanation, plan: event.plan })
    case 'diffUpdated':
      return inTurn({ type: 'turn_diff', unifiedDiff: event.diff })
    case 'approvalRequested': {
      const { approvalId, itemId: callId, turnId, method, params } = event.approval
      return inTurn({ type: requestTypes[method], approvalId, callId, turnId, params })
    }
    case 'threadReverted':
      return [rolledBack(submissionId, turnCount - event.turnCount)]
    case 'turnCompleted':
      return inTurn(...endMsgs(event, turn?.lastAgentMessage?.text ?? null, atMs))
    default:
      return []
  }
}

function rolledBack(id: string, numTurns: number): CoreEvent {
  return { id, msg: { type: 'thread_rolled_back', numTurns } }
}

function itemEvents(
  type: 'item_started' | 'item_completed',
  { turnId, item }: { readonly turnId: string; readonly item: ThreadItem },
): readonly CoreEvent[] {
  return [{ id: turnId, msg: { type, turnId, item } }]
}

type TurnEnd = Extract<
  Extract<ThreadSignal, { type: 'recorded' }>['event'],
  { type: 'turnCompleted' }
>

/** A turn that failed says why and is complete without a last message. */
function endMsgs(event: TurnEnd, lastAgentMessage: string | null, atMs: number): CoreEventMsg[] {
  const { turnId, durationMs } = event
  const times = { completedAtMs: atMs, durationMs }
  if (event.status === 'interrupted') {
    const reason = event.reason === 'replaced' ? 'replaced' : 'interrupted'
    return [{ type: 'turn_aborted', turnId, reason, ...times }]
  }
  if (event.status === 'completed')
    return [{ type: 'task_complete', turnId, lastAgentMessage, ...times }]
  const { message = 'the turn failed', codexErrorInfo = null } = event.error ?? {}
  return [
    { type: 'error', message, codexErrorInfo },
    { type: 'task_complete', turnId, lastAgentMessage: null, ...times },
  ]
}
