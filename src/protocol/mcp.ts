// MCP servers as clients see them: their state, their tools and resources, and the questions they ask.
import { z } from 'zod'
import { ThreadId, TurnId } from './ids.ts'

export const McpStartupStatus = z.enum(['starting', 'ready', 'failed', 'cancelled'])
export type McpStartupStatus = z.output<typeof McpStartupStatus>

/** Why a server failed, where a person can do something about it. */
export const McpFailureReason = z.enum(['reauthenticationRequired'])
export type McpFailureReason = z.output<typeof McpFailureReason>

export const McpAuthStatus = z.enum([
  'unknown',
  'unsupported',
  'notLoggedIn',
  'bearerToken',
  'oAuth',
])
export type McpAuthStatus = z.output<typeof McpAuthStatus>

/** Claims of the server about its tool: never the base of trust in the server itself. */
export const McpToolAnnotations = z.looseObject({
  title: z.string().nullish(),
  readOnlyHint: z.boolean().nullish(),
  destructiveHint: z.boolean().nullish(),
  idempotentHint: z.boolean().nullish(),
  openWorldHint: z.boolean().nullish(),
})
export type McpToolAnnotations = z.output<typeof McpToolAnnotations>

export const McpTool = z.looseObject({
  name: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  /** JSON schema of the arguments. */
  inputSchema: z.record(z.string(), z.unknown()),
  annotations: McpToolAnnotations.nullish(),
})
export type McpTool = z.output<typeof McpTool>

export const McpResource = z.looseObject({
  uri: z.string(),
  name: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  mimeType: z.string().nullish(),
})
export type McpResource = z.output<typeof McpResource>

export const McpResourceTemplate = z.looseObject({
  uriTemplate: z.string(),
  name: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  mimeType: z.string().nullish(),
})
export type McpResourceTemplate = z.output<typeof McpResourceTemplate>

export const McpContents = z.looseObject({
  uri: z.string(),
  mimeType: z.string().nullish(),
  text: z.string().optional(),
  /** Base64. */
  blob: z.string().optional(),
})
export type McpContents = z.output<typeof McpContents>

/** What a call brought: `isError` says that the tool itself failed. */
export const McpCallResult = z.object({
  content: z.array(z.looseObject({ type: z.string() })),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().optional(),
  _meta: z.unknown().optional(),
})
export type McpCallResult = z.output<typeof McpCallResult>

/** One entry of mcpServerStatus/list. */
export const McpServerStatus = z.object({
  name: z.string(),
  runtimeStatus: z.enum(['starting', 'connected', 'failed', 'disabled']).nullable(),
  pluginId: z.string().nullable(),
  httpOrigin: z.string().nullable(),
  serverInfo: z.looseObject({ name: z.string(), version: z.string() }).nullable(),
  serverCapabilities: z.record(z.string(), z.unknown()).nullable(),
  toolListMeta: z.unknown().nullable(),
  /** By the name the server gave it; of those that may be used. */
  tools: z.record(z.string(), McpTool),
  toolsError: z.string().nullable(),
  resources: z.array(McpResource),
  resourceTemplates: z.array(McpResourceTemplate),
  authStatus: McpAuthStatus,
  /** Of Skein. */
  skein: z
    .object({
      transport: z.enum(['stdio', 'http']).nullable(),
      processId: z.number().nullable(),
      startDurationMs: z.number().nullable(),
      failureReason: McpFailureReason.nullable(),
      /** Tools that were left out, each with the reason. */
      warnings: z.array(z.string()),
      /** Tool to its mode of approval. */
      approvalModes: z.record(z.string(), z.enum(['auto', 'prompt', 'writes', 'approve'])),
      /** Last lines of what a local server wrote to its standard error. */
      log: z.array(z.string()),
    })
    .optional(),
})
export type McpServerStatus = z.output<typeof McpServerStatus>

const elicitation = {
  threadId: ThreadId,
  /** Null when it does not belong to a turn. */
  turnId: TurnId.nullable(),
  serverName: z.string(),
  message: z.string(),
  /** `codex_approval_kind: "mcp_tool_call"` marks the approval of a tool. */
  _meta: z.record(z.string(), z.unknown()).nullable(),
}

/** A server asks the person: by a form made from a flat JSON schema, or by a page it wants opened. */
export const ElicitationParams = z.discriminatedUnion('mode', [
  z.object({
    ...elicitation,
    mode: z.literal('form'),
    requestedSchema: z.looseObject({
      type: z.literal('object'),
      properties: z.record(z.string(), z.record(z.string(), z.unknown())),
      required: z.array(z.string()).nullish(),
    }),
  }),
  z.object({ ...elicitation, mode: z.literal('url'), url: z.string(), elicitationId: z.string() }),
])
export type ElicitationParams = z.output<typeof ElicitationParams>

export const ElicitationAnswer = z.object({
  action: z.enum(['accept', 'decline', 'cancel']),
  content: z.record(z.string(), z.unknown()).nullish(),
  /** `persist`: `session` or `always`, for the approval of a tool. */
  _meta: z.record(z.string(), z.unknown()).nullish(),
})
export type ElicitationAnswer = z.output<typeof ElicitationAnswer>
