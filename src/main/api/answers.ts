// Reads what a client answered to a question: anything that is not a clear answer is a refusal, never a yes.
import {
  type ServerRequestAnswer,
  type ServerRequestMethod,
  serverRequests,
} from '../../protocol/index.ts'

const refusals: { readonly [M in ServerRequestMethod]: ServerRequestAnswer<M> } = {
  'item/commandExecution/requestApproval': { decision: 'decline' },
  'item/fileChange/requestApproval': { decision: 'decline' },
  'item/permissions/requestApproval': { permissions: {}, scope: 'turn' },
  'item/tool/requestUserInput': { answers: {} },
  'mcpServer/elicitation/request': { action: 'decline' },
  'item/tool/call': {
    contentItems: [{ type: 'inputText', text: 'the client could not carry out this call' }],
    success: false,
  },
}

/** `raw` is undefined when the client answered with an error. */
export function readAnswer(method: ServerRequestMethod, raw: unknown): ServerRequestAnswer {
  const parsed = serverRequests[method].result.safeParse(raw)
  return parsed.success ? parsed.data : refusals[method]
}
