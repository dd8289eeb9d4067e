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

const McpPromptArgument = z.looseObject({
  name: z.string(),
  description: z.string().nullish(),
  required: z.boolean().nullish(),
})

/** A text with blanks that a server offers to people. */
export const McpPrompt = z.looseObject({
  name: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  arguments: z.array(McpPromptArgument).nullish(),
})
export type McpPrompt = z.output<typeof McpPrompt>

export const McpPromptMessage = z.looseObject({
  role: z.enum(['user', 'assistant']),
  /** As the parts of a call's result. */
  content: z.looseObject({ type: z.string() }),
})
export type McpPromptMessage = z.output<typeof McpPromptMessage>

/** One call of a tool, as the list of a server's latest calls keeps it. */
export const McpCallRecord = z.object({
  tool: z.string(),
  /** `client`: by mcpServer/tool/call. */
  caller: z.enum(['model', 'client']),
  startedAtMs: z.number(),
  /** Null while it runs. */
  durationMs: z.number().nullable(),
  /** `toolError`: the tool itself said that it failed; `failed`: there was no result. */
  outcome: z.enum(['running', 'ok', 'toolError', 'failed', 'cancelled']),
  /** Why there was no result. */
  error: z.string().nullable(),
})
export type McpCallRecord = z.output<typeof McpCallRecord>

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
      /** Resident memory of a local server's first process. */
      rssKb: z.number().nullable(),
      startDurationMs: z.number().nullable(),
      failureReason: McpFailureReason.nullable(),
      /** Tools that were left out, each with the reason. */
      warnings: z.array(z.string()),
      /** Tool to its mode of approval. */
      approvalModes: z.record(z.string(), z.enum(['auto', 'prompt', 'writes', 'approve'])),
      /** Last lines of what a local server wrote to its standard error. */
      log: z.array(z.string()),
      /** Calls of tools since the server was configured in this thread. */
      callCount: z.number(),
      /** The latest of them, newest first. */
      recentCalls: z.array(McpCallRecord),
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
