// Who must be asked before a tool acts: a pure decision over the approval policy, the permission profile and
// what was allowed before.
import type { ApprovalDecision, ApprovalPolicy } from '../../protocol/index.ts'
import { mayWrite, type PermissionProfile, type Places } from '../sandbox/permission-profile.ts'
import type { ToolAction } from '../tools/tool.ts'
import { isDangerous, isKnownSafe } from './command-safety.ts'
import { isGranted, type SessionGrants } from './session-grants.ts'

export interface ActionInput extends Places {
  readonly action: ToolAction
  readonly policy: ApprovalPolicy
  readonly profile: PermissionProfile
  readonly grants: SessionGrants
  /** False: commands of a managed profile cannot be confined on this machine. */
  readonly sandboxAvailable: boolean
}

export type ActionDecision =
  | { readonly type: 'run'; readonly bypassSandbox: boolean }
  | {
      readonly type: 'ask'
      /** The model's justification or ours; the former is untrusted text. */
      readonly reason: string | null
      readonly availableDecisions: readonly ApprovalDecision[]
      readonly proposedAmendment: readonly string[] | null
      readonly bypassSandboxWhenAccepted: boolean
    }
  /** `reason` is the output for the model. */
  | { readonly type: 'forbidden'; readonly reason: string }

type Command = Extract<ToolAction, { type: 'command' }>
type FileChanges = Extract<ToolAction, { type: 'fileChange' }>
type Ask = Extract<ActionDecision, { type: 'ask' }>

export function decideAction(input: ActionInput): ActionDecision {
  const { action } = input
  switch (action.type) {
    case 'none':
      return { type: 'run', bypassSandbox: false }
    case 'command':
      return decideCommand(input, action)
    case 'fileChange':
      return decideFileChange(input, action)
  }
}

/** Why a command is not simply run. */
interface Concern {
  /** For the model when nobody may be asked; completes "…: ". */
  readonly refusal: string
  readonly ask: Ask
}

const ANSWERS: readonly ApprovalDecision[] = ['accept', 'acceptForSession', 'decline', 'cancel']
const ANSWERS_ONCE: readonly ApprovalDecision[] = ['accept', 'decline', 'cancel']

function decideCommand(input: ActionInput, action: Command): ActionDecision {
  const isConfined = input.profile.type === 'managed'
  const cannotConfine = isConfined && !input.sandboxAvailable
  const concern = concernOf(input, action)
  if (!concern) return { type: 'run', bypassSandbox: false }
  const mayAsk = mayAskFor(input.policy)
  if (!mayAsk.allowed) return { type: 'forbidden', reason: `${concern.refusal}: ${mayAsk.because}` }
  if (isGranted(input.grants, action))
    return { type: 'run', bypassSandbox: isConfined && (action.escalate || cannotConfine) }
  return concern.ask
}

function concernOf(input: ActionInput, action: Command): Concern | undefined {
  const isConfined = input.profile.type === 'managed'
  const cannotConfine = isConfined && !input.sandboxAvailable
  const ask = (reason: string | null, answers: readonly ApprovalDecision[]): Ask => ({
    type: 'ask',
    // The justification belongs to the wish to leave the sandbox; it must not stand in for a warning of ours.
    reason: (action.escalate ? action.justification : null) ?? reason,
    availableDecisions: answers,
    proposedAmendment: null,
    bypassSandboxWhenAccepted: isConfined && (action.escalate || cannotConfine),
  })
  if (isDangerous(action.argv))
    return {
      refusal: 'the command was refused because it deletes by force',
      ask: ask('This command deletes files by force.', ANSWERS_ONCE),
    }
  if (cannotConfine)
    return {
      refusal: 'the command was refused because the sandbox is not available on this machine',
      ask: ask('The sandbox is not available here: this command would run unconfined.', ANSWERS),
    }
  if (isConfined && action.escalate)
    return { refusal: 'running outside the sandbox was refused', ask: ask(null, ANSWERS) }
  if (input.policy === 'untrusted' && !isKnownSafe(action.argv))
    return { refusal: 'the command was refused', ask: ask(null, ANSWERS) }
  return undefined
}

function decideFileChange(input: ActionInput, action: FileChanges): ActionDecision {
  const outside = action.paths.filter((file) => !mayWrite(input.profile, file, input))
  if (outside.length === 0 && input.policy !== 'untrusted')
    return { type: 'run', bypassSandbox: false }
  const mayAsk = mayAskFor(input.policy)
  if (!mayAsk.allowed)
    return {
      type: 'forbidden',
      reason: `writing outside of the project was refused (${outside.join(', ')}): ${mayAsk.because}`,
    }
  const bypassSandbox = outside.length > 0
  if (isGranted(input.grants, action)) return { type: 'run', bypassSandbox }
  return {
    type: 'ask',
    reason: fileReason(outside, action.overwrites),
    availableDecisions: ANSWERS,
    proposedAmendment: null,
    bypassSandboxWhenAccepted: bypassSandbox,
  }
}

function fileReason(outside: readonly string[], overwrites: readonly string[]): string | null {
  const parts = [
    ...(outside.length > 0 ? [`writes outside of the project: ${outside.join(', ')}`] : []),
    ...(overwrites.length > 0 ? [`overwrites: ${overwrites.join(', ')}`] : []),
  ]
  return parts.length > 0 ? parts.join('; ') : null
}

/** Whether questions about leaving the sandbox may reach a person at all. */
function mayAskFor(
  policy: ApprovalPolicy,
): { allowed: true } | { allowed: false; because: string } {
  if (policy === 'never')
    return { allowed: false, because: 'the approval policy is `never`, so nobody can be asked' }
  if (typeof policy === 'object' && !policy.granular.sandbox_approval)
    return {
      allowed: false,
      because: 'the approval policy `granular` has `sandbox_approval` off, so nobody can be asked',
    }
  return { allowed: true }
}
