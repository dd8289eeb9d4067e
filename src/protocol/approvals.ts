// Questions to a person about an action, and their answers.
import { z } from 'zod'
import { ThreadId, TurnId } from './ids.ts'
import { CommandAction } from './items.ts'

export const ApprovalDecision = z.union([
  z.enum(['accept', 'acceptForSession', 'decline', 'cancel']),
  z.object({
    acceptWithExecpolicyAmendment: z.object({ execpolicy_amendment: z.array(z.string()) }),
  }),
  /** Understood for existing clients; the network is on or off here, so it is never offered. */
  z.object({
    applyNetworkPolicyAmendment: z.object({
      network_policy_amendment: z.object({ host: z.string(), action: z.enum(['allow', 'deny']) }),
    }),
  }),
])
export type ApprovalDecision = z.output<typeof ApprovalDecision>

export const CommandApprovalParams = z.object({
  kind: z.literal('command'),
  threadId: ThreadId,
  turnId: TurnId,
  itemId: z.string(),
  startedAtMs: z.number(),
  command: z.string(),
  cwd: z.string(),
  commandActions: z.array(CommandAction),
  /** Why: the model's justification or the rule that asks. Untrusted text. */
  reason: z.string().nullish(),
  environmentId: z.string().nullable(),
  proposedExecpolicyAmendment: z.array(z.string()).nullish(),
  /** What the reference lists; any decision is taken as an answer. */
  availableDecisions: z.array(ApprovalDecision),
  /** Every decision that makes sense for this question. */
  skein: z.object({ decisions: z.array(ApprovalDecision) }).optional(),
})
export type CommandApprovalParams = z.output<typeof CommandApprovalParams>

export const FileChangeApprovalParams = z.object({
  threadId: ThreadId,
  turnId: TurnId,
  itemId: z.string(),
  startedAtMs: z.number(),
  reason: z.string().nullable(),
  grantRoot: z.string().nullable(),
})
export type FileChangeApprovalParams = z.output<typeof FileChangeApprovalParams>

export const ApprovalAnswer = z.object({ decision: ApprovalDecision })

/** What a model may ask for on top of its permission profile; absent or null members are not asked for. */
export const RequestedPermissions = z.object({
  network: z.object({ enabled: z.boolean().nullish() }).nullish(),
  fileSystem: z
    .object({
      read: z.array(z.string()).nullish(),
      write: z.array(z.string()).nullish(),
      /** The same once more, as newer clients read and answer it: where an answer has them, they alone count. */
      entries: z
        .array(
          z.object({
            /** `read` or `write`. */
            access: z.string(),
            /** Of the type `path`; others grant nothing. */
            path: z.object({ type: z.string(), path: z.string().optional() }),
          }),
        )
        .nullish(),
    })
    .nullish(),
})
export type RequestedPermissions = z.output<typeof RequestedPermissions>

export const PermissionsApprovalParams = z.object({
  threadId: ThreadId,
  turnId: TurnId,
  itemId: z.string(),
  startedAtMs: z.number(),
  cwd: z.string(),
  environmentId: z.string().nullable(),
  /** The model's; untrusted text. */
  reason: z.string().nullable(),
  permissions: RequestedPermissions,
})
export type PermissionsApprovalParams = z.output<typeof PermissionsApprovalParams>

export const PermissionsApprovalAnswer = z.object({
  /** A subset of what was asked for; {} grants nothing. */
  permissions: RequestedPermissions,
  scope: z.enum(['turn', 'session']).default('turn'),
  strictAutoReview: z.boolean().nullish(),
})
export type PermissionsApprovalAnswer = z.output<typeof PermissionsApprovalAnswer>

export const ApprovalState = z.enum(['pending', 'approved', 'denied', 'expired', 'cancelled'])
export type ApprovalState = z.output<typeof ApprovalState>

/** One entry of skein/approval/rule/list: commands that begin with these words are decided by it. */
export const ApprovalRule = z.object({
  ruleId: z.string(),
  file: z.string(),
  /** Word by word; several words at one place are alternatives. */
  pattern: z.array(z.array(z.string())),
  decision: z.enum(['allow', 'prompt', 'forbidden']),
  justification: z.string().nullable(),
  uses: z.number(),
  lastUsedAtMs: z.number().nullable(),
})
export type ApprovalRule = z.output<typeof ApprovalRule>

/** One entry of skein/approval/list. */
export const ApprovalView = z.object({
  approvalId: z.string(),
  threadId: ThreadId,
  turnId: TurnId,
  itemId: z.string().nullable(),
  /** Of the server request; its `params` are those of that request. */
  method: z.string(),
  params: z.unknown(),
  state: ApprovalState,
  decision: ApprovalDecision.nullable(),
  reviewer: z.string().nullable(),
  createdAtMs: z.number(),
  decidedAtMs: z.number().nullable(),
})
export type ApprovalView = z.output<typeof ApprovalView>
