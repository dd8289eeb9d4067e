// Reads what a client answered to a question: anything that is not a clear answer is a refusal, never a yes.
import {
  type ServerRequestAnswer,
  type ServerRequestMethod,
  serverRequests,
} from '../../protocol/index.ts'
import type { ClientAnswer } from '../threads/turn/approval-waiters.ts'

const refusals: { readonly [M in ServerRequestMethod]: ServerRequestAnswer<M> } = {
  'item/commandExecution/requestApproval': { decision: 'decline' },
  'item/fileChange/requestApproval': { decision: 'decline' },
  'item/permissions/requestApproval': { permissions: {}, scope: 'turn' },
  'item/tool/requestUserInput': { answers: {} },
  'mcpServer/elicitation/request': { action: 'decline' },
  'item/tool/call': {
    contentItems: [{ type: 'inputText', text: 'dynamic tool request failed' }],
    success: false,
  },
}

/** `raw` is undefined when the client answered with an error. */
export function readAnswer(method: ServerRequestMethod, raw: unknown): ClientAnswer {
  const parsed = serverRequests[method].result.safeParse(raw)
  if (parsed.success) return parsed.data
  if (method !== 'item/tool/call' || raw === undefined) {
    const refusal = refusals[method]
    return 'decision' in refusal ? { ...refusal, isUnclear: true } : refusal
  }
  const text = 'dynamic tool response was invalid'
  return { contentItems: [{ type: 'inputText', text }], success: false }
}
