// What a person types (UserInput) and what a turn shows (ThreadItem).
import { z } from 'zod'
import { ToolCallContent } from './questions.ts'

const ImageDetail = z.enum(['auto', 'low', 'high', 'original'])
const TextElement = z.object({
  /** In bytes of the UTF-8 text, end exclusive. */
  byteRange: z.object({ start: z.number().int(), end: z.number().int() }),
  placeholder: z.string().nullish(),
})

export const UserInput = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('text'),
    text: z.string(),
    text_elements: z.array(TextElement).nullish(),
  }),
  z.object({ type: z.literal('image'), url: z.string(), detail: ImageDetail.nullish() }),
  z.object({ type: z.literal('localImage'), path: z.string(), detail: ImageDetail.nullish() }),
  z.object({ type: z.literal('skill'), name: z.string(), path: z.string() }),
  z.object({ type: z.literal('mention'), name: z.string(), path: z.string() }),
])
export type UserInput = z.output<typeof UserInput>

/** Limit of the text of one input, in characters. */
export const INPUT_CHARS_MAX = 1_048_576

/** Life times of an item, in milliseconds since 1970. */
const times = { startedAtMs: z.number().nullish(), completedAtMs: z.number().nullish() }

export const ItemStatus = z.enum(['inProgress', 'completed', 'failed', 'declined'])
export type ItemStatus = z.output<typeof ItemStatus>

/** Best-effort reading of a command, for display only; never the base of a safety decision. */
export const CommandAction = z.discriminatedUnion('type', [
  z.object({ type: z.literal('read'), command: z.string(), name: z.string(), path: z.string() }),
  z.object({ type: z.literal('listFiles'), command: z.string(), path: z.string().nullable() }),
  z.object({
    type: z.literal('search'),
    command: z.string(),
    query: z.string().nullable(),
    path: z.string().nullable(),
  }),
  z.object({ type: z.literal('unknown'), command: z.string() }),
])
export type CommandAction = z.output<typeof CommandAction>

export const FileChangeKind = z.discriminatedUnion('type', [
  z.object({ type: z.literal('add') }),
  z.object({ type: z.literal('delete') }),
  z.object({ type: z.literal('update'), move_path: z.string().nullable() }),
])
/** `diff` is the plain content for an added or deleted file, a unified diff for an updated one. */
export const FileChange = z.object({ path: z.string(), kind: FileChangeKind, diff: z.string() })
export type FileChange = z.output<typeof FileChange>

export const UserMessageItem = z.object({
  type: z.literal('userMessage'),
  id: z.string(),
  clientId: z.string().nullable(),
  content: z.array(UserInput),
  ...times,
})
export type UserMessageItem = z.output<typeof UserMessageItem>

export const AgentMessageItem = z.object({
  type: z.literal('agentMessage'),
  id: z.string(),
  text: z.string(),
  phase: z.enum(['commentary', 'partial_answer', 'final_answer']).nullable(),
  memoryCitation: z.unknown().nullable(),
  moderation: z.unknown().nullable(),
  delivery: z.unknown().nullable(),
  questions: z.unknown().nullable(),
  ...times,
})
export type AgentMessageItem = z.output<typeof AgentMessageItem>

export const ReasoningItem = z.object({
  type: z.literal('reasoning'),
  id: z.string(),
  summary: z.array(z.string()),
  content: z.array(z.string()),
  ...times,
})
export type ReasoningItem = z.output<typeof ReasoningItem>

export const CommandExecutionItem = z.object({
  type: z.literal('commandExecution'),
  id: z.string(),
  command: z.string(),
  cwd: z.string(),
  processId: z.string().nullable(),
  source: z.enum(['agent', 'userShell', 'unifiedExecStartup', 'unifiedExecInteraction']),
  status: ItemStatus,
  commandActions: z.array(CommandAction),
  /** Null when there is none; head and tail of at most 1 MiB. */
  aggregatedOutput: z.string().nullable(),
  exitCode: z.number().nullable(),
  durationMs: z.number().nullable(),
  pluginId: z.string().nullable(),
  scriptPath: z.string().nullable(),
  ...times,
})
export type CommandExecutionItem = z.output<typeof CommandExecutionItem>

export const FileChangeItem = z.object({
  type: z.literal('fileChange'),
  id: z.string(),
  changes: z.array(FileChange),
  status: ItemStatus,
  ...times,
})
export type FileChangeItem = z.output<typeof FileChangeItem>

/** A call of a tool of an MCP server. */
export const McpToolCallItem = z.object({
  type: z.literal('mcpToolCall'),
  id: z.string(),
  server: z.string(),
  tool: z.string(),
  status: z.enum(['inProgress', 'completed', 'failed']),
  arguments: z.unknown(),
  result: z
    .object({
      content: z.array(z.unknown()),
      structuredContent: z.unknown().nullable(),
      _meta: z.unknown().nullable(),
    })
    .nullable(),
  error: z.object({ message: z.string() }).nullable(),
  durationMs: z.number().nullable(),
  /** What the server claims of its tool. */
  readOnlyHint: z.boolean().nullable(),
  /** Always null here; the reference has them. */
  appContext: z.null().optional(),
  mcpAppUi: z.null().optional(),
  pluginId: z.null().optional(),
  ...times,
})
export type McpToolCallItem = z.output<typeof McpToolCallItem>

/** An image file that the model looked at. */
export const ImageViewItem = z.object({
  type: z.literal('imageView'),
  id: z.string(),
  path: z.string(),
  ...times,
})
export type ImageViewItem = z.output<typeof ImageViewItem>

/** A search that the provider made for the model. */
export const WebSearchItem = z.object({
  type: z.literal('webSearch'),
  id: z.string(),
  query: z.string(),
  /** `search`, `openPage` or `findInPage`, as the provider tells it. */
  action: z.unknown().nullable(),
  ...times,
})
export type WebSearchItem = z.output<typeof WebSearchItem>

/** A call of a tool that a client brought. */
export const DynamicToolCallItem = z.object({
  type: z.literal('dynamicToolCall'),
  id: z.string(),
  namespace: z.string().nullable(),
  tool: z.string(),
  arguments: z.unknown(),
  status: z.enum(['inProgress', 'completed', 'failed']),
  contentItems: z.array(ToolCallContent).nullable(),
  success: z.boolean().nullable(),
  durationMs: z.number().nullable(),
  ...times,
})
export type DynamicToolCallItem = z.output<typeof DynamicToolCallItem>

export const PlanItem = z.object({
  type: z.literal('plan'),
  id: z.string(),
  text: z.string(),
  ...times,
})
export type PlanItem = z.output<typeof PlanItem>
export const ContextCompactionItem = z.object({
  type: z.literal('contextCompaction'),
  id: z.string(),
  ...times,
})

/** Where a review began: what it looks at. */
export const EnteredReviewModeItem = z.object({
  type: z.literal('enteredReviewMode'),
  id: z.string(),
  review: z.string(),
  ...times,
})
/** Where it ended: what was found, as text. */
export const ExitedReviewModeItem = z.object({
  type: z.literal('exitedReviewMode'),
  id: z.string(),
  review: z.string(),
  ...times,
})

export const KnownThreadItem = z.discriminatedUnion('type', [
  UserMessageItem,
  AgentMessageItem,
  ReasoningItem,
  CommandExecutionItem,
  FileChangeItem,
  McpToolCallItem,
  ImageViewItem,
  WebSearchItem,
  DynamicToolCallItem,
  PlanItem,
  ContextCompactionItem,
  EnteredReviewModeItem,
  ExitedReviewModeItem,
])
export type ThreadItem = z.output<typeof KnownThreadItem>

const knownTypes: ReadonlySet<string> = new Set(
  KnownThreadItem.options.flatMap((option) => [...option.shape.type.values]),
)
/** Of a thread that another app, or another version, wrote: whoever does not know its kind shows it as it came. */
const OtherItem = z
  .looseObject({ type: z.string(), id: z.string(), ...times })
  .refine(({ type }) => !knownTypes.has(type))

/**
 * One visible thing inside a turn. `item/completed` carries the authoritative form. Its type has the kinds that are
 * known; a `default` takes the others.
 */
export const ThreadItem = z.union([KnownThreadItem, OtherItem]) as unknown as z.ZodType<ThreadItem>

export const PlanStep = z.object({
  step: z.string(),
  status: z.enum(['pending', 'inProgress', 'completed']),
})
export type PlanStep = z.output<typeof PlanStep>
