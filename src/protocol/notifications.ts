// What a client hears. Item and turn notifications go to subscribers of the thread, the ones in
// `globalNotifications` to every initialized connection.
import { z } from 'zod'
import { ApprovalState } from './approvals.ts'
import { arrangementNotifications } from './arrangement.ts'
import { TextRange } from './config.ts'
import { TurnError } from './errors.ts'
import { FoundFile } from './files.ts'
import { ThreadGoal } from './goals.ts'
import { ItemId, type Seq, ThreadId, TurnId } from './ids.ts'
import { FileChange, PlanStep, ThreadItem } from './items.ts'
import { McpFailureReason, McpStartupStatus } from './mcp.ts'
import { methods } from './methods.ts'
import { ProcessOutput } from './processes.ts'
import { ThreadSettingsView } from './settings.ts'
import { Task } from './store.ts'
import { Thread, ThreadStatus } from './threads.ts'
import { Turn } from './turns.ts'
import { RateLimits, ThreadTokenUsage } from './usage.ts'

const ofThread = { threadId: ThreadId }
const ofTurn = { threadId: ThreadId, turnId: TurnId }
const ofItem = { ...ofTurn, itemId: ItemId }

/** A question that a model answers in the person's place. */
const approvalReview = {
  reviewId: z.string(),
  targetItemId: z.string().nullable(),
  review: z.object({
    status: z.enum(['inProgress', 'approved', 'denied', 'timedOut', 'aborted']),
    riskLevel: z.enum(['low', 'medium', 'high', 'critical']).nullable(),
    userAuthorization: z.string().nullable(),
    rationale: z.string().nullable(),
  }),
  action: z.looseObject({ type: z.string() }),
  decisionSource: z.string(),
}

export const notifications = {
  ...arrangementNotifications,
  'thread/started': z.object({ thread: Thread }),
  'thread/archived': z.object(ofThread),
  'thread/unarchived': z.object(ofThread),
  'thread/deleted': z.object(ofThread),
  'thread/closed': z.object(ofThread),
  'thread/name/updated': z.object({ ...ofThread, threadName: z.string().optional() }),
  'thread/status/changed': z.object({ ...ofThread, status: ThreadStatus }),
  'thread/settings/updated': z.object({ ...ofThread, threadSettings: ThreadSettingsView }),
  'thread/tokenUsage/updated': z.object({ ...ofTurn, tokenUsage: ThreadTokenUsage }),
  'thread/queue/changed': z.object(ofThread),
  /** Turns were taken out of the thread: read it again. */
  'thread/reverted': z.object(ofThread),
  /** For old clients; the item `contextCompaction` says the same. */
  'thread/compacted': z.object(ofTurn),
  /** `turnId` is null for changes from outside a turn. */
  'thread/goal/updated': z.object({ ...ofThread, turnId: TurnId.nullable(), goal: ThreadGoal }),
  'thread/goal/cleared': z.object(ofThread),

  'turn/started': z.object({ ...ofThread, turn: Turn }),
  'turn/completed': z.object({ ...ofThread, turn: Turn }),
  'turn/plan/updated': z.object({
    ...ofTurn,
    explanation: z.string().nullable(),
    plan: z.array(PlanStep),
  }),
  /** Whole unified diff of the turn; the latest wins. */
  'turn/diff/updated': z.object({ ...ofTurn, diff: z.string() }),

  'item/started': z.object({ ...ofTurn, item: ThreadItem, startedAtMs: z.number() }),
  'item/completed': z.object({
    ...ofTurn,
    item: ThreadItem,
    completedAtMs: z.number(),
    /** Always null here; the reference has it. */
    contentTokenCount: z.null().optional(),
  }),
  'item/agentMessage/delta': z.object({ ...ofItem, delta: z.string() }),
  'item/reasoning/summaryPartAdded': z.object({ ...ofItem, summaryIndex: z.number() }),
  'item/reasoning/summaryTextDelta': z.object({
    ...ofItem,
    delta: z.string(),
    summaryIndex: z.number(),
  }),
  'item/reasoning/textDelta': z.object({
    ...ofItem,
    delta: z.string(),
    contentIndex: z.number(),
  }),
  /** May differ from the final plan. */
  'item/plan/delta': z.object({ ...ofItem, delta: z.string() }),
  'item/commandExecution/outputDelta': z.object({ ...ofItem, delta: z.string() }),
  'item/commandExecution/terminalInteraction': z.object({
    ...ofItem,
    processId: z.string(),
    stdin: z.string(),
  }),
  'item/mcpToolCall/progress': z.object({ ...ofItem, message: z.string() }),
  'item/fileChange/patchUpdated': z.object({ ...ofItem, changes: z.array(FileChange) }),

  'mcpServer/startupStatus/updated': z.object({
    threadId: ThreadId.nullable(),
    name: z.string(),
    status: McpStartupStatus,
    error: z.string().nullable(),
    failureReason: McpFailureReason.nullable(),
  }),
  'mcpServer/oauthLogin/completed': z.object({
    name: z.string(),
    threadId: ThreadId.nullable(),
    success: z.boolean(),
    error: z.string().optional(),
  }),
  'item/autoApprovalReview/started': z.object({ ...ofTurn, ...approvalReview }),
  'item/autoApprovalReview/completed': z.object({ ...ofTurn, ...approvalReview }),
  guardianWarning: z.object({ ...ofThread, message: z.string() }),

  'command/exec/outputDelta': z.object({ processId: z.string(), ...ProcessOutput.shape }),
  'process/outputDelta': z.object({ processHandle: z.string(), ...ProcessOutput.shape }),
  'process/exited': z.object({
    processHandle: z.string(),
    exitCode: z.number(),
    stdout: z.string(),
    stderr: z.string(),
    stdoutCapReached: z.boolean(),
    stderrCapReached: z.boolean(),
    /** Always false here: output is read to its end. */
    outputDrainTimedOut: z.boolean(),
  }),

  error: z.object({ ...ofTurn, error: TurnError, willRetry: z.boolean() }),
  warning: z.object({ threadId: ThreadId.nullable(), message: z.string() }),
  configWarning: z.object({
    summary: z.string(),
    details: z.string().nullable(),
    path: z.string().optional(),
    /** Where in the file. */
    range: TextRange.optional(),
  }),
  /** A configuration file was changed, by whomever: what was read of it is old. Empty `files`: features were set. */
  'skein/config/changed': z.object({ files: z.array(z.string()) }),
  /** `requestId` is the id the request had on this connection. */
  'serverRequest/resolved': z.object({ ...ofThread, requestId: z.number() }),

  'skein/approval/updated': z.object({
    approvalId: z.string(),
    threadId: ThreadId,
    state: ApprovalState,
  }),
  'skein/goal/pausedAll': z.object({ pausedAll: z.boolean() }),
  'skein/task/updated': z.object({ task: Task }),
  /** As the provider told with its last answer; what it left out keeps its value. */
  'skein/rateLimits/updated': z.object({
    ...ofThread,
    provider: z.string(),
    rateLimits: RateLimits,
  }),
  'skein/store/updated': methods['skein/store/health'].result,
  /** Read again: this thread, or everything shown when null. */
  'fuzzyFileSearch/sessionUpdated': z.object({
    sessionId: z.string(),
    query: z.string(),
    files: z.array(FoundFile),
  }),
  'fuzzyFileSearch/sessionCompleted': z.object({ sessionId: z.string() }),
  'skein/resync': z.object({ threadId: ThreadId.nullable() }),
} as const satisfies Record<string, z.ZodType>

export type NotificationMethod = keyof typeof notifications
export type NotificationPayload<M extends NotificationMethod> = z.output<(typeof notifications)[M]>

/** `seq` numbers the recorded event behind it (absent on deltas); `emittedAtMs` is the server's clock. */
export type Notification = {
  [M in NotificationMethod]: {
    method: M
    params: NotificationPayload<M>
    seq?: Seq
    emittedAtMs?: number
  }
}[NotificationMethod]

/** What thread lists are made of: sent to every initialized connection. */
export const globalNotifications: ReadonlySet<NotificationMethod> = new Set([
  'thread/started',
  'thread/archived',
  'thread/unarchived',
  'thread/deleted',
  'thread/closed',
  'thread/name/updated',
  'thread/status/changed',
  'warning',
  'configWarning',
  'mcpServer/startupStatus/updated',
  'mcpServer/oauthLogin/completed',
  'skein/config/changed',
  'skein/approval/updated',
  'thread/goal/updated',
  'thread/goal/cleared',
  'thread/section/changed',
  'thread/project/updated',
  'project/changed',
  'skein/section/changed',
  'thread/readState/changed',
  'thread/attachment/updated',
  'skein/thread/marked',
  'skein/goal/pausedAll',
  'skein/store/updated',
  'skein/task/updated',
  'skein/resync',
])
