// What each operation of the submission queue does. What is refused becomes an `error` event, never a throw.
import type { MemoryMode, ServerRequestAnswer, ServerRequestMethod } from '../../protocol/index.ts'
import type { ConfigInForce } from '../config/config-service.ts'
import { messageOf, SkeinError } from '../lib/errors.ts'
import type { StoredApproval } from '../storage/thread-event.ts'
import { snapshotOf } from './config-snapshot.ts'
import { applyOverrides, type SettingsOverrides } from './settings.ts'
import type { ThreadActor } from './thread-actor.ts'
import type { Op, ReviewDecision } from './thread-op.ts'

export interface OpPorts {
  readonly actor: ThreadActor
  config(): ConfigInForce
  setMemoryMode(mode: MemoryMode): Promise<void>
  cleanBackground(): Promise<void>
  reloadUserConfig(): Promise<unknown>
  cancelServerStart(): Promise<void>
  /** From the next turn on. */
  replaceServers(table: unknown): void
  shutdown(): Promise<void>
}

export interface OpFailure {
  readonly message: string
  readonly info: 'bad_request' | 'other' | 'thread_rollback_failed'
}

/** Null when it was carried out, or when nothing is to be said of it. */
export async function handleOp(ports: OpPorts, id: string, op: Op): Promise<OpFailure | null> {
  try {
    await carryOut(ports, id, op)
    return null
  } catch (error) {
    return { message: messageOf(error), info: infoOf(op, error) }
  }
}

function infoOf(op: Op, error: unknown): OpFailure['info'] {
  if (op.type === 'thread_rollback') return 'thread_rollback_failed'
  if (op.type === 'set_thread_memory_mode' || !(error instanceof SkeinError)) return 'other'
  return 'bad_request'
}

async function carryOut(ports: OpPorts, id: string, op: Op): Promise<unknown> {
  const { actor } = ports
  switch (op.type) {
    case 'user_input':
    case 'user_input_with_turn_context':
    case 'user_turn':
      return startTurn(ports, id, op)
    case 'override_turn_context':
    case 'thread_settings':
      return actor.changeSettings(settingsOf(ports, op.overrides))
    case 'interrupt':
      return interrupt(ports)
    case 'clean_background_terminals':
      return ports.cleanBackground()
    case 'compact':
      return actor.compact()
    case 'review':
      return actor.review(op.target)
    case 'run_user_shell_command':
      return runShell(actor, op.command, op.timeoutMs ?? null)
    case 'thread_rollback':
      return actor.rollback(op.numTurns)
    case 'set_thread_memory_mode':
      return ports.setMemoryMode(op.mode)
    case 'refresh_mcp_servers':
      return ports.replaceServers(op.config)
    case 'reload_user_config':
      return ports.reloadUserConfig()
    case 'shutdown':
      return ports.shutdown()
    case 'exec_approval':
    case 'patch_approval':
    case 'user_input_answer':
    case 'request_user_input_response':
    case 'request_permissions_response':
    case 'dynamic_tool_response':
    case 'resolve_elicitation':
      return answer(actor, op)
    default:
      return undefined // the union is open: what is not known is ignored
  }
}

type InputOp = Extract<Op, { items: unknown }>

function startTurn(ports: OpPorts, id: string, op: InputOp): Promise<unknown> {
  const { overrides = {}, finalOutputJsonSchema: outputSchema } = op
  return ports.actor.startTurn({
    turnId: id,
    input: op.items,
    clientId: op.clientUserMessageId ?? null,
    settings: settingsOf(ports, overrides),
    ...(outputSchema !== undefined && { outputSchema }),
  })
}

/** Checked before anything starts: a refused override starts no turn. */
function settingsOf({ actor, config }: OpPorts, overrides: SettingsOverrides) {
  const apply = (current: Parameters<typeof applyOverrides>[0]) =>
    applyOverrides(current, overrides, 'thread', config())
  try {
    apply(actor.state().snapshot)
  } catch (error) {
    if (!(error instanceof SkeinError)) throw error
    throw new SkeinError(
      error.code,
      `invalid thread settings override: ${error.message}`,
      error.detail,
    )
  }
  return (current: Parameters<typeof applyOverrides>[0]) => snapshotOf(apply(current))
}

async function runShell(
  actor: ThreadActor,
  command: string,
  timeoutMs: number | null,
): Promise<void> {
  const trimmed = command.trim()
  if (trimmed === '') throw new SkeinError('invalidParams', 'command must not be empty')
  await actor.runShell({ type: 'shell', command: trimmed, timeoutMs })
}

/** Without a turn it is the servers on their way up that are stopped; nothing to stop is nothing to say. */
async function interrupt({ actor, cancelServerStart }: OpPorts): Promise<void> {
  const { turn } = actor.state()
  if (!turn) return cancelServerStart()
  await actor.interrupt(turn.id).catch((error: unknown) => {
    if (!(error instanceof SkeinError) || error.code !== 'conflict') throw error
  })
}

type AnswerOp = Extract<
  Op,
  {
    type:
      | 'exec_approval'
      | 'patch_approval'
      | 'user_input_answer'
      | 'request_user_input_response'
      | 'request_permissions_response'
      | 'dynamic_tool_response'
      | 'resolve_elicitation'
  }
>

/** An answer nobody waits for is ignored. */
async function answer(actor: ThreadActor, op: AnswerOp): Promise<void> {
  const questions = [...(actor.state().turn?.approvals.values() ?? [])]
  const asked = questions.find((question) => concerns(question, op))
  if (asked) await actor.respond(asked.approvalId, answerOf(op))
}

const methodsOf: Readonly<Record<AnswerOp['type'], ServerRequestMethod>> = {
  exec_approval: 'item/commandExecution/requestApproval',
  patch_approval: 'item/fileChange/requestApproval',
  user_input_answer: 'item/tool/requestUserInput',
  request_user_input_response: 'item/tool/requestUserInput',
  request_permissions_response: 'item/permissions/requestApproval',
  dynamic_tool_response: 'item/tool/call',
  resolve_elicitation: 'mcpServer/elicitation/request',
}

function concerns(question: StoredApproval, op: AnswerOp): boolean {
  if (question.method !== methodsOf[op.type]) return false
  if (op.type === 'resolve_elicitation')
    return (
      (question.params as { serverName?: unknown }).serverName === op.serverName &&
      [question.approvalId, question.itemId].includes(String(op.requestId))
    )
  if (op.type === 'user_input_answer' || op.type === 'request_user_input_response')
    return question.turnId === op.id
  return question.approvalId === op.id || question.itemId === op.id
}

function answerOf(op: AnswerOp): ServerRequestAnswer {
  switch (op.type) {
    case 'exec_approval':
    case 'patch_approval':
      return { decision: decisionOf(op.decision) }
    case 'resolve_elicitation': {
      const accepted = op.decision === 'accept'
      const content = accepted ? (op.content ?? {}) : null
      return { action: op.decision, content, _meta: op.meta ?? null } as ServerRequestAnswer
    }
    case 'request_permissions_response': {
      // For a whole session nobody reviews each use: such an answer grants nothing.
      const { scope, strictAutoReview } = op.response
      return strictAutoReview && scope === 'session'
        ? { permissions: {}, scope: 'turn' }
        : op.response
    }
    case 'dynamic_tool_response':
      return op.response as ServerRequestAnswer<'item/tool/call'>
    default:
      return op.response
  }
}

function decisionOf(
  decision: ReviewDecision,
): ServerRequestAnswer<'item/commandExecution/requestApproval'>['decision'] {
  if (typeof decision === 'object' && 'network_policy_amendment' in decision)
    return { applyNetworkPolicyAmendment: decision }
  if (typeof decision === 'object')
    return {
      acceptWithExecpolicyAmendment: {
        execpolicy_amendment: [...decision.approved_execpolicy_amendment],
      },
    }
  switch (decision) {
    case 'approved':
      return 'accept'
    case 'approved_for_session':
      return 'acceptForSession'
    case 'abort':
      return 'cancel'
    case 'denied':
    case 'timed_out':
      return 'decline'
  }
}
