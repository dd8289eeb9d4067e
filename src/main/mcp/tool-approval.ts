// Whether a person must be asked before a tool of an MCP server is called. Pure.
import type { ApprovalPolicy, McpToolAnnotations } from '../../protocol/index.ts'
import type { McpApprovalMode } from './server-config.ts'

export interface McpApprovalInput {
  readonly mode: McpApprovalMode
  readonly annotations: McpToolAnnotations | null | undefined
  readonly policy: ApprovalPolicy
  /** The thread runs without a sandbox. */
  readonly fullAccess: boolean
  /** A person was asked for this tool before: a milder annotation since then changes nothing. */
  readonly askedBefore: boolean
}

export type McpApproval =
  | { readonly type: 'run' }
  | { readonly type: 'ask' }
  | { readonly type: 'refused'; readonly reason: string }

export function decideMcpCall(input: McpApprovalInput): McpApproval {
  if (!mustAsk(input)) return { type: 'run' }
  if (mayAsk(input.policy)) return { type: 'ask' }
  if (input.policy === 'never' && input.fullAccess && input.mode !== 'prompt')
    return { type: 'run' }
  const policy = input.policy === 'never' ? 'never' : 'granular without mcp_elicitations'
  return {
    type: 'refused',
    reason: `MCP tool call requires approval, but approval policy is ${policy}`,
  }
}

/** Whether questions of MCP servers may reach a person at all. */
export function mayAsk(policy: ApprovalPolicy): boolean {
  return typeof policy === 'object' ? policy.granular.mcp_elicitations : policy !== 'never'
}

/** Hints that are missing count as the worse of their two values. */
function mustAsk({ mode, annotations, askedBefore }: McpApprovalInput): boolean {
  switch (mode) {
    case 'approve':
      return false
    case 'prompt':
      return true
    case 'writes':
      return annotations?.readOnlyHint !== true || askedBefore
    case 'auto': {
      if (askedBefore || annotations?.destructiveHint === true) return true
      if (annotations?.readOnlyHint === true) return false
      return annotations?.destructiveHint !== false || annotations.openWorldHint !== false
    }
  }
}
