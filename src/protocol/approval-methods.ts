// Requests about questions that wait for a person, and about rules that answer them; part of the one list in methods.ts.
import { z } from 'zod'
import { ApprovalRule, ApprovalState, ApprovalView } from './approvals.ts'
import { ThreadId } from './ids.ts'
import { page, params } from './params.ts'

export const approvalMethods = {
  'skein/approval/list': {
    params: params({ threadId: ThreadId.optional(), state: ApprovalState.optional(), ...page }),
    result: z.object({ data: z.array(ApprovalView), nextCursor: z.string().nullable() }),
  },
  'skein/approval/respond': {
    /** `result` as the answer to the server request of that approval. */
    params: params({ approvalId: z.string(), result: z.unknown() }),
    result: z.object({ accepted: z.boolean() }),
  },
  'skein/approval/rule/list': {
    params: params({ ...page }),
    result: z.object({ data: z.array(ApprovalRule), nextCursor: z.string().nullable() }),
  },
  /** Takes a rule out of the profile's files; false when there is none of that id. */
  'skein/approval/rule/delete': {
    params: params({ ruleId: z.string() }),
    result: z.object({ deleted: z.boolean() }),
  },
} as const
