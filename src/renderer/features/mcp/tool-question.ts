// Reads the approval of an MCP tool out of the question it travels in.
import { z } from 'zod'
import { type ElicitationParams, McpToolAnnotations } from '../../../protocol/index.ts'

export interface ToolQuestion {
  readonly name: string
  readonly description: string | null
  readonly args: unknown
  /** What the server claims of the tool, in words. */
  readonly claims: readonly string[]
  readonly mayPersist: boolean
}

const Meta = z.looseObject({
  codex_approval_kind: z.literal('mcp_tool_call'),
  tool_name: z.string(),
  tool_description: z.string().nullish(),
  tool_annotations: McpToolAnnotations.nullish(),
  tool_params: z.unknown(),
  persist: z.array(z.string()).optional(),
})

/** Null for a question of the server itself. */
export function toolQuestionOf({ _meta }: ElicitationParams): ToolQuestion | null {
  const read = Meta.safeParse(_meta)
  if (!read.success) return null
  const { tool_name, tool_description, tool_annotations, tool_params, persist } = read.data
  return {
    name: tool_name,
    description: tool_description ?? null,
    args: tool_params,
    claims: claimsOf(tool_annotations ?? {}),
    mayPersist: persist !== undefined,
  }
}

function claimsOf(annotations: McpToolAnnotations): readonly string[] {
  const { readOnlyHint, destructiveHint, openWorldHint } = annotations
  return [
    readOnlyHint === true ? 'it only reads' : null,
    destructiveHint === true ? 'it may destroy data' : null,
    destructiveHint === false ? 'it destroys nothing' : null,
    openWorldHint === true ? 'it reaches other systems' : null,
    openWorldHint === false ? 'it stays on this machine' : null,
  ].filter((claim) => claim !== null)
}
