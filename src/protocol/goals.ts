// A goal: an objective of one thread that it keeps pursuing by itself, within budgets and until checks pass.
import { z } from 'zod'
import { ThreadId, TurnId } from './ids.ts'

/** In characters as people count them, not UTF-16 units. */
export const GOAL_OBJECTIVE_CHARS_MAX = 4000

export const GoalStatus = z.enum([
  'active',
  'paused',
  'blocked',
  'usageLimited',
  'budgetLimited',
  'complete',
])
export type GoalStatus = z.output<typeof GoalStatus>

/** Why the goal has its status; the words are also stored. */
export const GoalReason = z.enum([
  'user',
  'user_interrupt',
  'model',
  'model_on_user_request',
  'token_budget',
  'time_budget',
  'cost_budget',
  'provider_usage',
  'turn_error',
  'empty_responses',
  'execution_unavailable',
  'no_progress',
  'repeating',
  'goal_tool_failing',
  'auto_turn_cap',
  'crash_recovery',
  'pause_all',
  'archived',
  'acceptance_failed',
])
export type GoalReason = z.output<typeof GoalReason>

export const GoalActor = z.enum(['user', 'model', 'system'])
export type GoalActor = z.output<typeof GoalActor>

/** A command of the person that must end with this code before the goal counts as complete. */
export const GoalCheck = z.object({
  name: z.string().min(1).max(200),
  command: z.string().min(1).max(4000),
  expectedExitCode: z.number().int().min(0).max(255).default(0),
})
export type GoalCheck = z.output<typeof GoalCheck>

export const GoalCheckResult = z.object({
  /** Null: it did not end by itself. */
  exitCode: z.number().nullable(),
  passed: z.boolean(),
  /** The end of what it printed. */
  output: z.string(),
  atMs: z.number(),
})
export type GoalCheckResult = z.output<typeof GoalCheckResult>

const deadline = { deadlineAtMs: z.number().int().positive().optional() }

/** What an active goal waits for without asking the model; at the deadline it goes on anyway. */
export const GoalWait = z.discriminatedUnion('type', [
  z.object({ type: z.literal('timer'), untilMs: z.number().int().positive(), ...deadline }),
  z.object({ type: z.literal('processExit'), pid: z.number().int().positive(), ...deadline }),
  z.object({ type: z.literal('fileChange'), path: z.string().min(1).max(4096), ...deadline }),
  z.object({
    type: z.literal('command'),
    /** Run in the thread's sandbox until it ends with the expected code. */
    command: z.string().min(1).max(4000),
    expectedExitCode: z.number().int().min(0).max(255).default(0),
    intervalMs: z.number().int().min(1000).max(3_600_000).default(30_000),
    ...deadline,
  }),
])
export type GoalWait = z.output<typeof GoalWait>

/** What keeps an active goal from starting its next turn. */
export const GoalHold = z.enum(['startHold', 'pauseAll', 'planMode', 'wait'])
export type GoalHold = z.output<typeof GoalHold>

/** What people are told of a goal that they do not look at: nothing, its end and what stops it, or each turn too. */
export const GoalNotify = z.enum(['none', 'ends', 'turns'])
export type GoalNotify = z.output<typeof GoalNotify>

/** Of a goal for which nobody says otherwise. */
export const GOAL_HABITS = { minGapMs: 1_000, noProgressMax: 3, notify: 'ends' } as const

/** What Skein adds to a goal (docs/protocol.md). */
export const GoalExtras = z.object({
  goalId: z.string(),
  reason: GoalReason.nullable(),
  detail: z.string().nullable(),
  actor: GoalActor,
  /** Working time: no waiting for people, no idling. */
  timeUsedMs: z.number(),
  timeBudgetMs: z.number().nullable(),
  costBudgetMicros: z.number().nullable(),
  /** Null where no price is known. */
  costUsedMicros: z.number().nullable(),
  autoTurnCap: z.number().nullable(),
  autoTurns: z.number(),
  /** The least pause before an automatic turn. */
  minGapMs: z.number(),
  /** After so many automatic turns in a row that brought nothing new the goal is blocked. */
  noProgressMax: z.number(),
  notify: GoalNotify,
  /** Turns in a row that brought nothing new. */
  noProgressStreak: z.number(),
  lastProgressAtMs: z.number().nullable(),
  nextStartAtMs: z.number().nullable(),
  /** Of a goal that is usage limited: when the provider's limit ends, where it said so. */
  limitEndsAtMs: z.number().nullable(),
  /** Until then the latest change of the status can be taken back. */
  undoableUntilMs: z.number().nullable(),
  hold: GoalHold.nullable(),
  checks: z.array(GoalCheck.extend({ last: GoalCheckResult.nullable() })),
  /** Attempts to complete that failed a check since the goal was last set going. */
  checksFailed: z.number(),
  /** Complete by the model's word alone: there were no checks. */
  selfReported: z.boolean(),
  wait: GoalWait.nullable(),
})

export const ThreadGoal = z.object({
  threadId: ThreadId,
  objective: z.string(),
  status: GoalStatus,
  tokenBudget: z.number().nullable(),
  tokensUsed: z.number(),
  timeUsedSeconds: z.number(),
  /** Unix seconds, like the next. */
  createdAt: z.number(),
  updatedAt: z.number(),
  skein: GoalExtras,
})
export type ThreadGoal = z.output<typeof ThreadGoal>

const expectation = { expectedGoalId: z.string().optional() }

/** `skein` of thread/goal/set and skein/goal/replace. Absent keeps, null removes. */
const goalSettings = z.object({
  ...expectation,
  timeBudgetMs: z.number().int().nullable().optional(),
  costBudgetMicros: z.number().int().nullable().optional(),
  autoTurnCap: z.number().int().nullable().optional(),
  minGapMs: z.number().int().min(1_000).max(86_400_000).optional(),
  noProgressMax: z.number().int().min(1).max(1_000).optional(),
  notify: GoalNotify.optional(),
  checks: z.array(GoalCheck).max(20).optional(),
  wait: GoalWait.nullable().optional(),
})
export type GoalSettings = z.output<typeof goalSettings>

/** Parameters of thread/goal/set beside the thread. */
export const goalSet = {
  threadId: ThreadId,
  objective: z.string().optional(),
  status: GoalStatus.optional(),
  /** Absent keeps, null removes. */
  tokenBudget: z.number().int().nullable().optional(),
  origin: z.enum(['user', 'automatic']).optional(),
  skein: goalSettings.optional(),
}

export const goalReplace = {
  threadId: ThreadId,
  objective: z.string(),
  status: GoalStatus.optional(),
  tokenBudget: z.number().int().nullable().optional(),
  skein: goalSettings.optional(),
}

export const goalClear = { threadId: ThreadId, skein: z.object(expectation).optional() }

export const GoalLogEntry = z.object({
  seq: z.number(),
  goalId: z.string(),
  /** A turn the goal worked in, or a change of the goal. */
  kind: z.enum(['turn', 'change']),
  turnId: TurnId.nullable(),
  actor: GoalActor,
  /** Of a turn: what started it. Of a change: what was changed. */
  change: z.string(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  tokensUsed: z.number(),
  timeUsedMs: z.number(),
  productive: z.boolean().nullable(),
  tools: z.array(z.object({ name: z.string(), count: z.number() })),
  filesChanged: z.array(z.string()),
  note: z.string().nullable(),
  atMs: z.number(),
})
export type GoalLogEntry = z.output<typeof GoalLogEntry>

/** One of the conditions for the next automatic turn, in the order they are asked. */
export const GoalCondition = z.object({ name: z.string(), holds: z.boolean(), value: z.string() })
export type GoalCondition = z.output<typeof GoalCondition>
