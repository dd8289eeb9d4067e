// Questions of a model to the person, and calls of tools that a client brought: both answered by a client.
import { z } from 'zod'
import { ThreadId, TurnId } from './ids.ts'

export const UserQuestion = z.object({
  id: z.string(),
  /** A word or two. */
  header: z.string(),
  question: z.string(),
  /** True: an answer of one's own words is possible. */
  isOther: z.boolean(),
  /** True: not shown while typed, never stored. */
  isSecret: z.boolean(),
  options: z.array(z.object({ label: z.string(), description: z.string() })).nullable(),
})
export type UserQuestion = z.output<typeof UserQuestion>

export const UserInputRequestParams = z.object({
  threadId: ThreadId,
  turnId: TurnId,
  itemId: z.string(),
  questions: z.array(UserQuestion),
  isBlocking: z.boolean(),
  autoResolutionMs: z.number().nullable(),
})
export type UserInputRequestParams = z.output<typeof UserInputRequestParams>

export const UserInputAnswer = z.object({
  /** Id of each question to what was chosen or typed. */
  answers: z.record(z.string(), z.object({ answers: z.array(z.string()) })),
})
export type UserInputAnswer = z.output<typeof UserInputAnswer>

/** A tool that a client offers with thread/start and carries out itself. */
export const DynamicTool = z.object({
  type: z.literal('function').optional(),
  name: z.string().min(1, 'dynamic tool name must not be empty'),
  description: z.string(),
  /** JSON schema of the arguments. */
  inputSchema: z.unknown(),
  deferLoading: z.boolean().nullish(),
})
export type DynamicTool = z.output<typeof DynamicTool>

export const ToolCallParams = z.object({
  threadId: ThreadId,
  turnId: TurnId,
  callId: z.string(),
  namespace: z.string().nullable(),
  tool: z.string(),
  arguments: z.unknown(),
})
export type ToolCallParams = z.output<typeof ToolCallParams>

export const ToolCallContent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('inputText'), text: z.string() }),
  z.object({ type: z.literal('inputImage'), imageUrl: z.string() }),
])
export const ToolCallAnswer = z.object({
  contentItems: z.array(ToolCallContent),
  success: z.boolean(),
})
export type ToolCallAnswer = z.output<typeof ToolCallAnswer>
