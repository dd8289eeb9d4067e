// Requests the server sends to a client. The first answer wins; the others hear serverRequest/resolved.
import type { z } from 'zod'
import { ApprovalAnswer, CommandApprovalParams, FileChangeApprovalParams } from './approvals.ts'

export const serverRequests = {
  'item/commandExecution/requestApproval': {
    params: CommandApprovalParams,
    result: ApprovalAnswer,
  },
  'item/fileChange/requestApproval': {
    params: FileChangeApprovalParams,
    result: ApprovalAnswer,
  },
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>

export type ServerRequestMethod = keyof typeof serverRequests
/** `id` counts up from 0 per connection. */
export type ServerRequest = {
  [M in ServerRequestMethod]: {
    id: number
    method: M
    params: z.output<(typeof serverRequests)[M]['params']>
  }
}[ServerRequestMethod]
