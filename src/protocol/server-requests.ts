// Requests the server sends to a client. The first answer wins; the others hear serverRequest/resolved.
import type { z } from 'zod'
import {
  ApprovalAnswer,
  CommandApprovalParams,
  FileChangeApprovalParams,
  PermissionsApprovalAnswer,
  PermissionsApprovalParams,
} from './approvals.ts'
import { ElicitationAnswer, ElicitationParams } from './mcp.ts'
import {
  ToolCallAnswer,
  ToolCallParams,
  UserInputAnswer,
  UserInputRequestParams,
} from './questions.ts'

export const serverRequests = {
  'item/commandExecution/requestApproval': {
    params: CommandApprovalParams,
    result: ApprovalAnswer,
  },
  'item/fileChange/requestApproval': {
    params: FileChangeApprovalParams,
    result: ApprovalAnswer,
  },
  'item/permissions/requestApproval': {
    params: PermissionsApprovalParams,
    result: PermissionsApprovalAnswer,
  },
  'item/tool/requestUserInput': { params: UserInputRequestParams, result: UserInputAnswer },
  /** An MCP server asks the person; approvals of MCP tools are asked for by it too. */
  'mcpServer/elicitation/request': { params: ElicitationParams, result: ElicitationAnswer },
  /** To clients that brought tools; never to a window. */
  'item/tool/call': { params: ToolCallParams, result: ToolCallAnswer },
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>

export type ServerRequestMethod = keyof typeof serverRequests
export type ServerRequestAnswer<M extends ServerRequestMethod = ServerRequestMethod> = z.output<
  (typeof serverRequests)[M]['result']
>
export type ServerRequestParams<M extends ServerRequestMethod = ServerRequestMethod> = z.output<
  (typeof serverRequests)[M]['params']
>
/** `id` counts up from 0 per connection. */
export type ServerRequest = {
  [M in ServerRequestMethod]: {
    id: number
    method: M
    params: z.output<(typeof serverRequests)[M]['params']>
  }
}[ServerRequestMethod]
