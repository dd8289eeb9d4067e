// Requests about MCP servers: their state, what they offer, and what a person does with them.
import { z } from 'zod'
import { ThreadId } from './ids.ts'
import { McpCallResult, McpContents, McpPrompt, McpPromptMessage, McpServerStatus } from './mcp.ts'
import { page, params } from './params.ts'

/** Absent `threadId`: the servers as configured, which run for nobody in particular. */
const ofServer = { threadId: ThreadId.optional(), server: z.string() }

export const mcpMethods = {
  'mcpServerStatus/list': {
    params: params({
      ...page,
      /** `full` (the default) asks each server for its resources too. */
      detail: z.enum(['full', 'toolsAndAuthOnly']).optional(),
      threadId: ThreadId.optional(),
      serverName: z.string().optional(),
    }),
    result: z.object({ data: z.array(McpServerStatus), nextCursor: z.string().nullable() }),
  },
  'mcpServer/resource/read': {
    params: params({ ...ofServer, uri: z.string() }),
    result: z.object({ contents: z.array(McpContents), originCallId: z.string().nullable() }),
  },
  'mcpServer/tool/call': {
    params: params({
      threadId: ThreadId,
      server: z.string(),
      tool: z.string(),
      arguments: z.unknown().optional(),
      _meta: z.unknown().optional(),
    }),
    result: McpCallResult,
  },
  'mcpServer/oauth/login': {
    params: params({
      name: z.string(),
      threadId: ThreadId.optional(),
      scopes: z.array(z.string()).optional(),
      timeoutSecs: z.number().positive().optional(),
    }),
    result: z.object({ authorizationUrl: z.string(), loginId: z.string().optional() }),
  },
  'config/mcpServer/reload': { params: params({}), result: z.object({}) },
  /** Empty for a server without prompts. */
  'skein/mcp/prompt/list': {
    params: params({ ...ofServer, ...page }),
    result: z.object({ data: z.array(McpPrompt), nextCursor: z.string().nullable() }),
  },
  /** A prompt with its arguments filled in. The server's error code passes through. */
  'skein/mcp/prompt/get': {
    params: params({
      ...ofServer,
      name: z.string(),
      arguments: z.record(z.string(), z.string()).optional(),
    }),
    result: z.object({
      description: z.string().nullable(),
      messages: z.array(McpPromptMessage),
    }),
  },
  /** Starts a server of a thread anew, also one that was stopped or gave up; its state tells the rest. */
  'skein/mcp/server/restart': { params: params(ofServer), result: z.object({}) },
  /** Ends a server of a thread; it stays down there until it is restarted or its configuration changes. */
  'skein/mcp/server/stop': { params: params(ofServer), result: z.object({}) },
  /** Forgets the tokens of a sign-in; servers that used them are started anew without. */
  'skein/mcp/oauth/logout': { params: params({ name: z.string() }), result: z.object({}) },
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>
