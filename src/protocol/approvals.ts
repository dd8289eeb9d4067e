// Questions to a person about an action, and their answers.
import { z } from 'zod'
import { ThreadId, TurnId } from './ids.ts'
import { CommandAction } from './items.ts'

export const ApprovalDecision = z.union([
  z.enum(['accept', 'acceptForSession', 'decline', 'cancel']),
  z.object({
    acceptWithExecpolicyAmendment: z.object({ execpolicy_amendment: z.array(z.string()) }),
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
  reason: z.string().nullable(),
  environmentId: z.string().nullable(),
  proposedExecpolicyAmendment: z.array(z.string()).nullish(),
  availableDecisions: z.array(ApprovalDecision),
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

export const ApprovalState = z.enum(['pending', 'approved', 'denied', 'expired', 'cancelled'])
export type ApprovalState = z.output<typeof ApprovalState>

/** One entry of skein/approval/list. */
export const ApprovalView = z.object({
  approvalId: z.string(),
  threadId: ThreadId,
  turnId: TurnId,
  itemId: z.string().nullable(),
  method: z.enum(['item/commandExecution/requestApproval', 'item/fileChange/requestApproval']),
  params: z.unknown(),
  state: ApprovalState,
  decision: ApprovalDecision.nullable(),
  reviewer: z.string().nullable(),
  createdAtMs: z.number(),
  decidedAtMs: z.number().nullable(),
})
export type ApprovalView = z.output<typeof ApprovalView>
