// What people and programs make of a goal: they set it, edit it, replace it, copy it, clear it. Pure.
import {
  GOAL_HABITS,
  GOAL_OBJECTIVE_CHARS_MAX,
  type GoalActor,
  type GoalCheck,
  type GoalNotify,
  type GoalStatus,
  type GoalWait,
  type ThreadId,
} from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'
import { changeEntry, editLog, type GoalChange } from './goal-change.ts'
import { attended, freshPace, withStatus } from './goal-status.ts'

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

/** Absent keeps, null removes. */
export interface GoalEdit {
  readonly objective?: string | undefined
  readonly status?: GoalStatus | undefined
  readonly tokenBudget?: number | null | undefined
  readonly timeBudgetMs?: number | null | undefined
  readonly costBudgetMicros?: number | null | undefined
  readonly autoTurnCap?: number | null | undefined
  readonly minGapMs?: number | undefined
  readonly noProgressMax?: number | undefined
  readonly notify?: GoalNotify | undefined
  readonly checks?: readonly GoalCheck[] | undefined
  readonly wait?: GoalWait | null | undefined
}

const WAIT_MS_DEFAULT = 24 * 3_600_000

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

export function clearGoal(goal: StoredGoal, nowMs: number): GoalChange {
  return { goal: null, log: [changeEntry(goal, null, 'cleared', 'user', nowMs)] }
}

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
    ...habitsOf(GOAL_HABITS, edit),
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
    ...habitsOf(current, edit),
    checks: edit.checks ? edit.checks.map((check) => ({ ...check, last: null })) : current.checks,
    checksFailed: edit.checks ? 0 : current.checksFailed,
    wait: edit.wait === undefined ? current.wait : withDeadline(edit.wait, nowMs),
    ...(isNew && attended(current)),
    updatedMs: nowMs,
    rev: current.rev + 1,
  }
}

function habitsOf(before: Pick<StoredGoal, keyof typeof GOAL_HABITS>, edit: GoalEdit) {
  return {
    minGapMs: edit.minGapMs ?? before.minGapMs,
    noProgressMax: edit.noProgressMax ?? before.noProgressMax,
    notify: edit.notify ?? before.notify,
  }
}

function withDeadline(wait: GoalWait | null, nowMs: number): GoalWait | null {
  return wait && { ...wait, deadlineAtMs: wait.deadlineAtMs ?? nowMs + WAIT_MS_DEFAULT }
}

/** Trimmed; throws SkeinError `invalidParams`. */
function checkObjective(text: string): string {
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
