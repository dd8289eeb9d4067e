// What a person types into the dialog of a goal: from a goal, what is wrong with it, and what it asks the app for. Pure.
import {
  GOAL_HABITS,
  GOAL_OBJECTIVE_CHARS_MAX,
  type GoalCheck,
  type GoalNotify,
  type ThreadGoal,
} from '../../../protocol/index.ts'
import type { Limits } from './goal-outlook.ts'
import { noWait, type WaitDraft, waitDraftOf, waitOf } from './wait-draft.ts'

const TOKENS_DEFAULT = '200000'
const TURNS_DEFAULT = '50'
const MICROS = 1_000_000

export interface GoalDraft {
  readonly objective: string
  /** As typed, like the next; empty: no limit. */
  readonly tokens: string
  readonly minutes: string
  readonly turns: string
  readonly dollars: string
  /** As typed; empty: as usual. */
  readonly gapSeconds: string
  readonly patience: string
  readonly notify: GoalNotify
  readonly wait: WaitDraft
  readonly checks: readonly (GoalCheck & { readonly key: number })[]
}

export function draftOf(goal: ThreadGoal | null, nowMs: number): GoalDraft {
  const { gapSeconds, patience, notify } = habitsOf(goal?.skein ?? GOAL_HABITS)
  if (!goal)
    return {
      objective: '',
      tokens: TOKENS_DEFAULT,
      minutes: '',
      turns: TURNS_DEFAULT,
      dollars: '',
      gapSeconds,
      patience,
      notify,
      checks: [],
      wait: noWait,
    }
  const { skein } = goal
  const text = (value: number | null) => (value === null ? '' : `${value}`)
  return {
    objective: goal.objective,
    tokens: text(goal.tokenBudget),
    minutes: text(skein.timeBudgetMs && Math.round(skein.timeBudgetMs / 60_000)),
    turns: text(skein.autoTurnCap),
    dollars: text(skein.costBudgetMicros && skein.costBudgetMicros / MICROS),
    gapSeconds,
    patience,
    notify,
    wait: waitDraftOf(skein.wait, nowMs),
    checks: skein.checks.map(({ last: _, ...check }, key) => ({ ...check, key })),
  }
}

function habitsOf(habits: { minGapMs: number; noProgressMax: number; notify: GoalNotify }) {
  return {
    gapSeconds: `${habits.minGapMs / 1000}`,
    patience: `${habits.noProgressMax}`,
    notify: habits.notify,
  }
}

/** In characters as people count them. */
export function lengthOf({ objective }: GoalDraft): number {
  return [...objective.trim()].length
}

/** Undefined: not a positive whole number. */
function numberOf(text: string): number | null | undefined {
  const digits = text.replace(/[\s,._]/g, '')
  if (digits === '') return null
  const value = Number(digits)
  return Number.isSafeInteger(value) && value > 0 ? value : undefined
}

/** What the goal may take, as far as it is typed; a limit that is no number counts as none. */
export function limitsOf({ turns, tokens }: GoalDraft): Limits {
  return { turns: numberOf(turns) ?? null, tokens: numberOf(tokens) ?? null }
}

/** Undefined: no amount above zero. */
function microsOf(dollars: string): number | null | undefined {
  if (dollars.trim() === '') return null
  const value = Math.round(Number(dollars) * MICROS)
  return Number.isSafeInteger(value) && value > 0 ? value : undefined
}

/** Undefined: less than a second, or more than a day. */
function gapOf(seconds: string): number | undefined {
  if (seconds.trim() === '') return GOAL_HABITS.minGapMs
  const ms = Math.round(Number(seconds) * 1000)
  return ms >= 1_000 && ms <= 86_400_000 ? ms : undefined
}

/** Undefined: not from 1 to 1,000. */
function patienceOf(text: string): number | undefined {
  const turns = numberOf(text)
  if (turns === null) return GOAL_HABITS.noProgressMax
  return turns !== undefined && turns <= 1_000 ? turns : undefined
}

/** What must be mended before it can be set; null when nothing. */
export function refusalOf(draft: GoalDraft, nowMs: number): string | null {
  const length = lengthOf(draft)
  if (length === 0) return 'Write an objective first'
  if (length > GOAL_OBJECTIVE_CHARS_MAX)
    return `The objective has ${length - GOAL_OBJECTIVE_CHARS_MAX} characters too many. Save the details in a file of the project and point at it.`
  if ([draft.tokens, draft.minutes, draft.turns].some((text) => numberOf(text) === undefined))
    return 'Limits are whole numbers above zero, or empty for none'
  if (microsOf(draft.dollars) === undefined)
    return 'The cost limit is an amount above zero, or empty'
  if (gapOf(draft.gapSeconds) === undefined) return 'The least pause is from 1 second to a day'
  if (patienceOf(draft.patience) === undefined)
    return 'Turns without progress are a whole number from 1 to 1,000'
  if (waitOf(draft.wait, nowMs) === undefined)
    return 'Say what to wait for: a number, a path or a command'
  if (draft.checks.some(({ name, command }) => name.trim() === '' || command.trim() === ''))
    return 'Each check needs a name and a command'
  return null
}

/** Of thread/goal/set. A goal that was over is set going again by its edit; a stopped one stays as it is. */
export function goalParams(
  threadId: string,
  goal: ThreadGoal | null,
  draft: GoalDraft,
  nowMs: number,
) {
  const minutes = numberOf(draft.minutes) ?? null
  const checks = draft.checks.map(({ key: _, ...check }) => check)
  const before = goal?.skein.checks.map(({ last: _, ...check }) => check) ?? []
  const known = waitDraftOf(goal?.skein.wait ?? null, nowMs)
  const isSameWait = JSON.stringify(draft.wait) === JSON.stringify(known)
  const wait = isSameWait ? undefined : waitOf(draft.wait, nowMs)
  const isOver = goal?.status === 'complete' || goal?.status === 'budgetLimited'
  return {
    threadId,
    objective: draft.objective,
    tokenBudget: numberOf(draft.tokens) ?? null,
    origin: 'user' as const,
    ...(isOver && { status: 'active' as const }),
    skein: {
      ...(goal && { expectedGoalId: goal.skein.goalId }),
      timeBudgetMs: minutes === null ? null : minutes * 60_000,
      autoTurnCap: numberOf(draft.turns) ?? null,
      costBudgetMicros: microsOf(draft.dollars) ?? null,
      minGapMs: gapOf(draft.gapSeconds) ?? GOAL_HABITS.minGapMs,
      noProgressMax: patienceOf(draft.patience) ?? GOAL_HABITS.noProgressMax,
      notify: draft.notify,
      ...(wait !== undefined && { wait }),
      ...(JSON.stringify(checks) !== JSON.stringify(before) && { checks }),
    },
  }
}
