// A thread: a durable conversation between a person, a model and tools.
import { z } from 'zod'
import { ThreadSection } from './arrangement.ts'
import { Seq, ThreadId } from './ids.ts'
import { EnvironmentSelection } from './settings.ts'
import { Turn } from './turns.ts'

export const ThreadStatus = z.discriminatedUnion('type', [
  z.object({ type: z.literal('notLoaded') }),
  z.object({ type: z.literal('idle') }),
  /** The last turn failed; cleared by the next one. */
  z.object({ type: z.literal('systemError') }),
  z.object({
    type: z.literal('active'),
    activeFlags: z.array(z.enum(['waitingOnApproval', 'waitingOnUserInput'])),
  }),
])
export type ThreadStatus = z.output<typeof ThreadStatus>

export const SourceKind = z.enum(['cli', 'vscode', 'exec', 'appServer', 'unknown'])
export type SourceKind = z.output<typeof SourceKind>

/** What thread/list can be asked for; there are no sub-agents yet, so their kinds find nothing. */
export const SourceFilter = z.enum([
  ...SourceKind.options,
  'subAgent',
  'subAgentReview',
  'subAgentCompact',
  'subAgentThreadSpawn',
  'subAgentOther',
])

export const GitInfo = z.object({
  sha: z.string().nullable(),
  branch: z.string().nullable(),
  originUrl: z.string().nullable(),
})
export type GitInfo = z.output<typeof GitInfo>

/** Whether memories may be made of a thread. */
export const MemoryMode = z.enum(['enabled', 'disabled'])
export type MemoryMode = z.output<typeof MemoryMode>

/** What Skein adds to a thread; every member may be null (docs/protocol.md). */
export const ThreadExtras = z.object({
  pinned: z.boolean().nullable(),
  snoozedUntilMs: z.number().nullable(),
  queued: z.number().nullable(),
  /** Lines that its turns added to files and took out of them. */
  files: z.object({ added: z.number(), removed: z.number() }).nullable(),
  /** Turns that nobody has read yet. */
  unread: z.number().nullable(),
  goalStatus: z.string().nullable(),
  damaged: z.boolean().nullable(),
})

export const Thread = z.object({
  id: ThreadId,
  sessionId: ThreadId,
  forkedFromId: ThreadId.nullable(),
  parentThreadId: ThreadId.nullable(),
  attachedToThreadId: ThreadId.nullable(),
  /** Text of the first user message; "" before there is one. */
  preview: z.string(),
  name: z.string().nullable(),
  ephemeral: z.boolean(),
  historyMode: z.enum(['legacy', 'paginated']),
  modelProvider: z.string(),
  model: z.string().nullable(),
  reasoningEffort: z.string().nullable(),
  /** Unix seconds, like the next two. */
  createdAt: z.number(),
  updatedAt: z.number(),
  recencyAt: z.number().nullable(),
  status: ThreadStatus,
  cwd: z.string(),
  path: z.string().nullable(),
  cliVersion: z.string(),
  originator: z.string().nullable(),
  source: z.union([SourceKind, z.object({ custom: z.string() })]),
  threadSource: z.string().nullable(),
  gitInfo: GitInfo.nullable(),
  canAcceptDirectInput: z.boolean().nullable(),
  agentNickname: z.string().nullable(),
  agentRole: z.string().nullable(),
  environments: z.array(EnvironmentSelection).nullable(),
  /** Filled only by resume and by read with includeTurns. */
  turns: z.array(Turn),
  section: ThreadSection.nullable(),
  /** Unix seconds. */
  sectionEnteredAt: z.number().nullable(),
  projectId: z.string().nullable(),
  extra: z.unknown().nullable(),
  daybreakEnabled: z.boolean().nullable(),
  skein: ThreadExtras.optional(),
})
export type Thread = z.output<typeof Thread>

/** How a thread stands now; `unread` in addition to the others. */
export const ThreadStatusFilter = z.enum([
  'notLoaded',
  'idle',
  'systemError',
  'active',
  'waitingOnApproval',
  'waitingOnUserInput',
  'unread',
])
export type ThreadStatusFilter = z.output<typeof ThreadStatusFilter>

const oneOrMore = <T extends z.ZodType>(one: T) => z.union([one, z.array(one).max(100)])

/** What a list of threads is narrowed to; members that are absent let everything through. */
export const ThreadListFilter = z.object({
  status: oneOrMore(ThreadStatusFilter).nullish(),
  model: oneOrMore(z.string()).nullish(),
  /** Of the last activity, like the next one. */
  afterMs: z.number().nullish(),
  beforeMs: z.number().nullish(),
  hasChanges: z.boolean().nullish(),
  hasGoal: z.boolean().nullish(),
  pinned: z.boolean().nullish(),
  /** Whether its snooze still lasts. */
  snoozed: z.boolean().nullish(),
  origin: oneOrMore(z.enum(['native', 'import', 'fork'])).nullish(),
})
export type ThreadListFilter = z.output<typeof ThreadListFilter>

/** `manual`: the order of thread/section/move over all sections. Both keys go upwards by default. */
export const ThreadListExtras = z.object({
  sortKey: z.enum(['title', 'manual']).nullish(),
  filter: ThreadListFilter.nullish(),
})

/** Beside the result of start, resume and read: the state includes all events up to `lastSeq`. */
export const ResultExtras = z.object({ lastSeq: Seq, imported: z.boolean() })
