// What is decided about an action and on what ground; the answers that a question offers, and whether anybody may be
// asked at all. Pure.
import type { ApprovalDecision, ApprovalPolicy } from '../../protocol/index.ts'
import type { PermissionProfile, Places } from '../sandbox/permission-profile.ts'
import type { ToolAction } from '../tools/tool.ts'
import type { RuleSet } from './rules/rule-set.ts'
import type { SessionGrants } from './session-grants.ts'

export interface ActionInput extends Places {
  readonly action: ToolAction
  readonly policy: ApprovalPolicy
  readonly profile: PermissionProfile
  readonly grants: SessionGrants
  readonly rules: RuleSet
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
      /** A folder that "for this session" would open for writing. */
      readonly grantRoot?: string | null
      readonly bypassSandboxWhenAccepted: boolean
    }
  /** `reason` is the output for the model. */
  | { readonly type: 'forbidden'; readonly reason: string }

/** Why an action is not simply carried out. */
export interface Concern {
  readonly kind: QuestionKind
  /** For the model when nobody may be asked; completes "…: ". */
  readonly refusal: string
  readonly ask: Extract<ActionDecision, { type: 'ask' }>
}

export const ANSWERS: readonly ApprovalDecision[] = [
  'accept',
  'acceptForSession',
  'decline',
  'cancel',
]
export const ANSWERS_ONCE: readonly ApprovalDecision[] = ['accept', 'decline', 'cancel']

/** Classes of questions that a granular policy turns on and off. */
export type QuestionKind = 'sandbox' | 'rules' | 'permissions'

const flags = {
  sandbox: 'sandbox_approval',
  rules: 'rules',
  permissions: 'request_permissions',
} as const

/** Whether a question of this kind may reach a person under this policy. */
export function mayAskFor(
  policy: ApprovalPolicy,
  kind: QuestionKind,
): { allowed: true } | { allowed: false; because: string } {
  if (policy === 'never')
    return { allowed: false, because: 'approval policy is never, so nobody can be asked' }
  if (typeof policy === 'object' && !policy.granular[flags[kind]])
    return {
      allowed: false,
      because: `approval policy is granular with ${flags[kind]} off, so nobody can be asked`,
    }
  return { allowed: true }
}
