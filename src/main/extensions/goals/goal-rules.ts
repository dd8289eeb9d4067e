// The rules of a goal as one record: what is allowed, and what a change makes of it. Pure.
import {
  GOAL_OBJECTIVE_CHARS_MAX,
  type GoalActor,
  type GoalCheck,
  type GoalReason,
  type GoalStatus,
  type GoalWait,
  type ThreadId,
} from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { GoalPace, NewGoalLogEntry, StoredGoal } from '../../storage/goal-store.ts'

/** Bounds that the configuration sets. */
export interface GoalLimits {
  /** The largest token budget, and the budget of a goal that names none. */
  readonly maxTokenBudget: number | null
  /** Of a new goal: automatic turns between two words of a person. */
  readonly autoTurnCap: number | null
}

export interface RuleContext {
  readonly nowMs: number
  readonly limits: GoalLimits
  newId(): string
}

/** What is to be kept: the goal after it, null for none, and what the log says of it. */
export interface GoalChange {
  readonly goal: StoredGoal | null
  readonly log: readonly NewGoalLogEntry[]
}

/** Absent keeps, null removes. */
export interface GoalEdit {
  readonly objective?: string | undefined
  readonly status?: GoalStatus | undefined
  readonly tokenBudget?: number | null | undefined
  readonly timeBudgetMs?: number | null | undefined
  readonly costBudgetMicros?: number | null | undefined
  readonly autoTurnCap?: number | null | undefined
  readonly checks?: readonly GoalCheck[] | undefined
  readonly wait?: GoalWait | null | undefined
}

/** Goal turns that must have met an obstacle before the model may report it as one. */
export const BLOCKED_AFTER_TURNS = 3
const DETAIL_CHARS_MAX = 500
const WAIT_MS_DEFAULT = 24 * 3_600_000

export const freshPace: GoalPace = {
  goalTurns: 0,
  unattended: 0,
  noProgress: 0,
  empty: 0,
  repeats: 0,
  toolFailures: 0,
  commandFailures: 0,
  overloads: 0,
  recentCalls: [],
  lastTurn: null,
}

// ---- checks of what is asked for ----------------------------------------------------------------------------

/** Trimmed; throws SkeinError `invalidParams`. */
export function checkObjective(text: string): string {
  const objective = text.trim()
  if (objective === '') throw new SkeinError('invalidParams', 'goal objective must not be empty')
  const length = [...objective].length
  if (length > GOAL_OBJECTIVE_CHARS_MAX)
    throw new SkeinError(
      'invalidParams',
      `goal objective has ${length} characters; at most ${GOAL_OBJECTIVE_CHARS_MAX} are allowed`,
    )
  return objective
}

function checkPositive(name: string, value: number | null | undefined): void {
  if (value !== undefined && value !== null && value <= 0)
    throw new SkeinError('invalidParams', `${name} must be greater than 0`)
}

/** The budget in force for what was asked: the configured maximum is also the default. */
function tokenBudgetOf(asked: number | null, { maxTokenBudget }: GoalLimits): number | null {
  checkPositive('goal token budget', asked)
  if (maxTokenBudget === null) return asked
  if (asked !== null && asked > maxTokenBudget)
    throw new SkeinError(
      'invalidParams',
      `goal token budget ${asked} is larger than the configured maximum of ${maxTokenBudget}`,
    )
  return asked ?? maxTokenBudget
}

function checkEdit(edit: GoalEdit): void {
  checkPositive('goal time budget', edit.timeBudgetMs)
  checkPositive('goal cost budget', edit.costBudgetMicros)
  checkPositive('the cap of automatic turns', edit.autoTurnCap)
}

// ---- new goals ------------------------------------------------------------------------------------------------

export function newGoal(
  threadId: ThreadId,
  edit: GoalEdit & { readonly objective: string },
  actor: GoalActor,
  context: RuleContext,
): StoredGoal {
  const { nowMs, limits } = context
  checkEdit(edit)
  return {
    threadId,
    goalId: context.newId(),
    objective: checkObjective(edit.objective),
    status: edit.status ?? 'active',
    reason: actor === 'model' ? 'model' : 'user',
    detail: null,
    actor,
    tokenBudget: tokenBudgetOf(edit.tokenBudget ?? null, limits),
    tokensUsed: 0,
    timeBudgetMs: edit.timeBudgetMs ?? null,
    timeUsedMs: 0,
    costBudgetMicros: edit.costBudgetMicros ?? null,
    costUsedMicros: null,
    autoTurnCap: edit.autoTurnCap === undefined ? limits.autoTurnCap : edit.autoTurnCap,
    autoTurns: 0,
    lastProgressMs: null,
    nextStartMs: null,
    deferred: false,
    copiedFrom: null,
    checks: (edit.checks ?? []).map((check) => ({ ...check, last: null })),
    checksFailed: 0,
    wait: withDeadline(edit.wait ?? null, nowMs),
    pace: freshPace,
    createdMs: nowMs,
    updatedMs: nowMs,
    rev: 1,
  }
}

/** A fork's goal: its own id, counters at zero. */
export function copyGoal(
  source: StoredGoal,
  threadId: ThreadId,
  how: 'paused' | 'deferred',
  context: RuleContext,
): GoalChange {
  const copy: StoredGoal = {
    ...newGoal(threadId, source, 'user', {
      ...context,
      limits: { maxTokenBudget: null, autoTurnCap: null },
    }),
    status: how === 'paused' ? 'paused' : source.status,
    reason: how === 'paused' ? 'user' : source.reason,
    autoTurnCap: source.autoTurnCap,
    deferred: how === 'deferred',
    copiedFrom: source.goalId,
    wait: null,
  }
  return { goal: copy, log: [changeEntry(null, copy, 'copied', 'user', context.nowMs)] }
}

export function replaceGoal(
  current: StoredGoal | null,
  threadId: ThreadId,
  edit: GoalEdit & { readonly objective: string },
  actor: GoalActor,
  context: RuleContext,
): GoalChange {
  const made = newGoal(threadId, edit, actor, context)
  const goal = { ...made, rev: (current?.rev ?? 0) + 1 }
  const change = current ? 'replaced' : 'created'
  return { goal, log: [changeEntry(current, goal, change, actor, context.nowMs)] }
}

// ---- changes by a person or a client ------------------------------------------------------------------------

/** What thread/goal/set does: creates, or changes what was given. Throws SkeinError. */
export function setGoal(
  current: StoredGoal | null,
  threadId: ThreadId,
  edit: GoalEdit,
  context: RuleContext,
): GoalChange {
  const { objective } = edit
  if (!current) {
    if (objective === undefined)
      throw new SkeinError('conflict', `no goal exists for thread ${threadId}`)
    return replaceGoal(null, threadId, { ...edit, objective }, 'user', context)
  }
  checkEdit(edit)
  const edited = withEdit(current, edit, context)
  const goal = withStatus(edited, edit, context.nowMs)
  return { goal, log: editLog(current, goal, context.nowMs) }
}

function withEdit(current: StoredGoal, edit: GoalEdit, { nowMs, limits }: RuleContext): StoredGoal {
  const objective =
    edit.objective === undefined ? current.objective : checkObjective(edit.objective)
  const isNew = objective !== current.objective
  return {
    ...current,
    objective,
    tokenBudget:
      edit.tokenBudget === undefined
        ? current.tokenBudget
        : tokenBudgetOf(edit.tokenBudget, limits),
    timeBudgetMs: edit.timeBudgetMs === undefined ? current.timeBudgetMs : edit.timeBudgetMs,
    costBudgetMicros:
      edit.costBudgetMicros === undefined ? current.costBudgetMicros : edit.costBudgetMicros,
    autoTurnCap: edit.autoTurnCap === undefined ? current.autoTurnCap : edit.autoTurnCap,
    checks: edit.checks ? edit.checks.map((check) => ({ ...check, last: null })) : current.checks,
    checksFailed: edit.checks ? 0 : current.checksFailed,
    wait: edit.wait === undefined ? current.wait : withDeadline(edit.wait, nowMs),
    ...(isNew && attended(current)),
    updatedMs: nowMs,
    rev: current.rev + 1,
  }
}

/** The status asked for, within what its budgets allow. */
function withStatus(goal: StoredGoal, { status, wait }: GoalEdit, nowMs: number): StoredGoal {
  if (status === undefined) return spent(goal, nowMs)
  if (goal.status === 'budgetLimited' && (status === 'paused' || status === 'blocked')) return goal
  const by = { reason: 'user', detail: null, actor: 'user' } as const
  if (status !== 'active') return { ...goal, status, ...by }
  if (goal.status === 'active' && goal.wait && wait === undefined)
    return spent({ ...goal, ...attended(goal), wait: null }, nowMs)
  const resumed: StoredGoal = {
    ...goal,
    ...(goal.status === 'active' ? {} : by),
    ...attended(goal),
    status,
    deferred: false,
    wait: wait === undefined ? null : goal.wait,
  }
  return spent(resumed, nowMs)
}

/** A person had a word: what was counted against the goal since the last one is forgotten. */
export function attended(
  goal: StoredGoal,
): Pick<StoredGoal, 'pace' | 'nextStartMs' | 'checksFailed'> {
  const { recentCalls } = goal.pace
  return { pace: { ...freshPace, recentCalls }, nextStartMs: null, checksFailed: 0 }
}

/** An active goal that has used up a budget is limited by it. */
export function spent(goal: StoredGoal, nowMs: number): StoredGoal {
  const reason = goal.status === 'active' ? exceeded(goal) : null
  if (!reason) return goal
  return {
    ...goal,
    status: 'budgetLimited',
    reason,
    detail: null,
    actor: 'system',
    updatedMs: nowMs,
  }
}

export function exceeded(goal: StoredGoal): GoalReason | null {
  if (goal.tokenBudget !== null && goal.tokensUsed >= goal.tokenBudget) return 'token_budget'
  if (goal.timeBudgetMs !== null && goal.timeUsedMs >= goal.timeBudgetMs) return 'time_budget'
  if (goal.costBudgetMicros !== null && (goal.costUsedMicros ?? 0) >= goal.costBudgetMicros)
    return 'cost_budget'
  return null
}

function withDeadline(wait: GoalWait | null, nowMs: number): GoalWait | null {
  return wait && { ...wait, deadlineAtMs: wait.deadlineAtMs ?? nowMs + WAIT_MS_DEFAULT }
}

// ---- changes by the host ------------------------------------------------------------------------------------

/** The host stops an active goal; others stay as they are. A used-up quota also stops a limited one. */
export function stopGoal(
  goal: StoredGoal,
  status: Exclude<GoalStatus, 'active' | 'complete'>,
  reason: GoalReason,
  detail: string | null,
  nowMs: number,
): GoalChange {
  const isStoppable =
    goal.status === 'active' || (goal.status === 'budgetLimited' && status === 'usageLimited')
  if (!isStoppable) return { goal, log: [] }
  const actor: GoalActor = reason === 'user_interrupt' || reason === 'pause_all' ? 'user' : 'system'
  const stopped: StoredGoal = {
    ...goal,
    status,
    reason,
    detail: detail?.slice(0, DETAIL_CHARS_MAX) ?? null,
    actor,
    nextStartMs: null,
    updatedMs: nowMs,
    rev: goal.rev + 1,
  }
  return { goal: stopped, log: [changeEntry(goal, stopped, 'status', actor, nowMs)] }
}

/** Resumes what a pause of everything stopped. */
export function resumeGoal(goal: StoredGoal, nowMs: number): GoalChange {
  const resumed = withStatus(
    { ...goal, updatedMs: nowMs, rev: goal.rev + 1 },
    { status: 'active' },
    nowMs,
  )
  return { goal: resumed, log: [changeEntry(goal, resumed, 'status', 'user', nowMs)] }
}

export function clearGoal(goal: StoredGoal, nowMs: number): GoalChange {
  return { goal: null, log: [changeEntry(goal, null, 'cleared', 'user', nowMs)] }
}

// ---- changes by the model -----------------------------------------------------------------------------------

export type ModelStatus = 'complete' | 'blocked' | 'paused'

/**
 * Throws SkeinError `denied` with the words for the model when it may not. `goalTurns` counts the turn under way.
 */
export function checkModelUpdate(
  goal: StoredGoal,
  status: ModelStatus,
  note: string | null,
  goalTurns: number,
): void {
  const isLive = goal.status === 'active' || goal.status === 'budgetLimited'
  if (status === 'complete') return
  if (!isLive)
    throw new SkeinError(
      'denied',
      `the goal is ${wordOf(goal.status)}: it cannot be set to ${status}. Only the user can set it going again`,
    )
  if (status !== 'blocked' || goal.status === 'budgetLimited') return
  if (note === null || note.trim() === '')
    throw new SkeinError('denied', 'blocked needs a `note` that names the obstacle')
  const missing = BLOCKED_AFTER_TURNS - goalTurns
  if (missing > 0)
    throw new SkeinError(
      'denied',
      `too early: a goal counts as blocked after the same obstacle held for ${BLOCKED_AFTER_TURNS} goal turns in a ` +
        `row, and ${missing} more ${missing === 1 ? 'is' : 'are'} needed. Try another safe way first`,
    )
}

export function modelUpdate(
  goal: StoredGoal,
  status: ModelStatus,
  note: string | null,
  turnId: string | null,
  nowMs: number,
): GoalChange {
  const keeps = goal.status === status || (goal.status === 'budgetLimited' && status !== 'complete')
  const updated: StoredGoal = keeps
    ? { ...goal, updatedMs: nowMs, rev: goal.rev + 1 }
    : {
        ...goal,
        status,
        reason: status === 'paused' ? 'model_on_user_request' : 'model',
        detail: note?.slice(0, DETAIL_CHARS_MAX) ?? null,
        actor: 'model',
        nextStartMs: null,
        updatedMs: nowMs,
        rev: goal.rev + 1,
      }
  const entry = changeEntry(goal, updated, 'status', 'model', nowMs)
  return { goal: updated, log: keeps && note === null ? [] : [{ ...entry, turnId, note }] }
}

/** What the model reads where another word than the wire's is clearer. */
export function wordOf(status: GoalStatus): string {
  const words = { usageLimited: 'usage limited', budgetLimited: 'budget limited' }
  return status in words ? words[status as keyof typeof words] : status
}

// ---- the log ------------------------------------------------------------------------------------------------

const logged = [
  'objective',
  'status',
  'reason',
  'detail',
  'tokenBudget',
  'timeBudgetMs',
  'costBudgetMicros',
  'autoTurnCap',
  'checks',
  'wait',
] as const

/** One entry for each kind of thing that changed. */
function editLog(before: StoredGoal, after: StoredGoal, nowMs: number): readonly NewGoalLogEntry[] {
  const groups = {
    objective: ['objective'],
    budget: ['tokenBudget', 'timeBudgetMs', 'costBudgetMicros', 'autoTurnCap'],
    checks: ['checks'],
    wait: ['wait'],
    status: ['status', 'reason'],
  } as const
  return Object.entries(groups)
    .filter(([, keys]) => keys.some((key) => !same(before[key], after[key])))
    .map(([change]) => {
      const actor = change === 'status' ? after.actor : 'user'
      return changeEntry(before, after, change, actor, nowMs)
    })
}

export function changeEntry(
  before: StoredGoal | null,
  after: StoredGoal | null,
  change: string,
  actor: GoalActor,
  nowMs: number,
): NewGoalLogEntry {
  const keys =
    before && after && before.goalId === after.goalId
      ? logged.filter((key) => !same(before[key], after[key]))
      : logged
  const pick = (goal: StoredGoal | null) =>
    goal && Object.fromEntries(keys.map((key) => [key, goal[key]]))
  const totals = before ?? after
  return {
    goalId: (after ?? before)?.goalId ?? '',
    kind: 'change',
    turnId: null,
    actor,
    change,
    before: pick(before),
    after: pick(after),
    tokensUsed: totals?.tokensUsed ?? 0,
    timeUsedMs: totals?.timeUsedMs ?? 0,
    productive: null,
    tools: [],
    filesChanged: [],
    note: null,
    atMs: nowMs,
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
