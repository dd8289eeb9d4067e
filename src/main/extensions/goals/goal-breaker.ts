// After each goal turn: did it lead anywhere, when may the next one start, and is it time to stop? Pure.
import { createHash } from 'node:crypto'
import type { CodexErrorInfo, GoalReason, GoalStatus, TurnError } from '../../../protocol/index.ts'
import type { GoalPace, NewGoalLogEntry, StoredGoal } from '../../storage/goal-store.ts'
import { changeEntry, type GoalChange } from './goal-change.ts'
import { stopGoal } from './goal-status.ts'

/** One tool call of a turn, as far as it matters here. */
export interface ToolRun {
  readonly name: string
  readonly args: string
  readonly output: string
  /** It was carried out; the others were refused, declined or broken off. */
  readonly ran: boolean
  readonly failed: boolean
}

export interface TurnReport {
  readonly turnId: string
  readonly automatic: boolean
  /** The last words of the agent. */
  readonly text: string
  /** Without the goal tools. */
  readonly tools: readonly ToolRun[]
  readonly filesChanged: readonly string[]
  /** A goal tool was denied or broke; a refusal by the goal's own rules is no failure. */
  readonly goalToolFailed: boolean
  readonly tokens: number
  readonly timeMs: number
  readonly note: string | null
}

/** Pause before the next automatic turn, after so many turns that brought nothing. */
const PAUSES_MS = [1_000, 2_000, 15_000] as const
const REPEATS_MAX = 3
const EMPTY_MAX = 3
const COMMAND_FAILURES_MAX = 3
const TOOL_FAILURES_MAX = 2
const TURNS_REMEMBERED = 3
const OVERLOAD_PAUSES_MS = [5, 15, 45].map((minutes) => minutes * 60_000)

export function afterTurn(goal: StoredGoal, report: TurnReport, nowMs: number): GoalChange {
  const calls = report.tools.filter(({ ran }) => ran).map(fingerprint)
  const seen = new Set(goal.pace.recentCalls.flat())
  const productive = calls.some((call) => !seen.has(call)) || report.filesChanged.length > 0
  const pace = paceAfter(goal.pace, report, calls, productive)
  const counted: StoredGoal = {
    ...goal,
    autoTurns: goal.autoTurns + (report.automatic ? 1 : 0),
    lastProgressMs: productive ? nowMs : goal.lastProgressMs,
    nextStartMs: nowMs + Math.max(goal.minGapMs, PAUSES_MS[pace.noProgress] ?? PAUSES_MS[2]),
    pace,
    updatedMs: nowMs,
    rev: goal.rev + 1,
  }
  const stop = goal.status === 'active' && report.automatic ? stopFor(counted) : null
  const turn = turnEntry(counted, report, productive, nowMs)
  if (!stop) {
    const nextStartMs = goal.status === 'active' ? counted.nextStartMs : null
    return { goal: { ...counted, nextStartMs }, log: [turn] }
  }
  const stopped: StoredGoal = {
    ...counted,
    ...stop,
    detail: null,
    actor: 'system',
    nextStartMs: null,
  }
  return { goal: stopped, log: [turn, changeEntry(goal, stopped, 'status', 'system', nowMs)] }
}

/** A turn that a person began has no streaks: they had a word, and may have more. */
function paceAfter(
  pace: GoalPace,
  report: TurnReport,
  calls: readonly string[],
  productive: boolean,
): GoalPace {
  const { automatic } = report
  const streak = (isOne: boolean, before: number): number => (automatic && isOne ? before + 1 : 0)
  const lastTurn = hash([normalised(report.text), ...calls.toSorted()].join('\n'))
  const isEmpty = report.text.trim() === '' && report.tools.length === 0
  const isBroken = report.tools.length > 0 && report.tools.every(({ failed }) => failed)
  return {
    goalTurns: pace.goalTurns + 1,
    unattended: automatic ? pace.unattended + 1 : 0,
    noProgress: streak(!productive, pace.noProgress),
    empty: streak(isEmpty, pace.empty),
    repeats: automatic && lastTurn === pace.lastTurn ? pace.repeats + 1 : 1,
    toolFailures: streak(report.goalToolFailed, pace.toolFailures),
    commandFailures: isBroken ? pace.commandFailures + 1 : 0,
    overloads: 0,
    recentCalls: [...pace.recentCalls, calls].slice(-TURNS_REMEMBERED),
    lastTurn: automatic ? lastTurn : null,
  }
}

type Stop = { readonly status: GoalStatus; readonly reason: GoalReason }

function stopFor({ pace, autoTurnCap, noProgressMax }: StoredGoal): Stop | null {
  if (pace.empty >= EMPTY_MAX) return { status: 'blocked', reason: 'empty_responses' }
  if (pace.commandFailures >= COMMAND_FAILURES_MAX)
    return { status: 'blocked', reason: 'execution_unavailable' }
  if (pace.toolFailures >= TOOL_FAILURES_MAX)
    return { status: 'paused', reason: 'goal_tool_failing' }
  if (pace.noProgress >= noProgressMax) return { status: 'blocked', reason: 'no_progress' }
  if (pace.repeats >= REPEATS_MAX) return { status: 'blocked', reason: 'repeating' }
  if (autoTurnCap !== null && pace.unattended >= autoTurnCap)
    return { status: 'paused', reason: 'auto_turn_cap' }
  return null
}

function turnEntry(
  goal: StoredGoal,
  report: TurnReport,
  productive: boolean,
  nowMs: number,
): NewGoalLogEntry {
  const counts = new Map<string, number>()
  for (const { name } of report.tools) counts.set(name, (counts.get(name) ?? 0) + 1)
  return {
    goalId: goal.goalId,
    kind: 'turn',
    turnId: report.turnId,
    actor: report.automatic ? 'system' : 'user',
    change: report.automatic ? 'goal' : 'user',
    before: null,
    after: null,
    tokensUsed: report.tokens,
    timeUsedMs: report.timeMs,
    productive,
    tools: [...counts].map(([name, count]) => ({ name, count })),
    filesChanged: [...report.filesChanged],
    note: report.note ?? firstLine(report.text),
    atMs: nowMs,
  }
}

export interface TurnFailure {
  readonly error: TurnError
  /** When a used-up limit of the provider ends, where it said so. */
  readonly limitEndsAtMs: number | null
}

/** What a failed turn does to its goal. */
export function afterError(
  goal: StoredGoal,
  { error, limitEndsAtMs }: TurnFailure,
  nowMs: number,
): GoalChange {
  const detail = `${classOf(error.codexErrorInfo)}: ${error.message}`
  if (isQuota(error.codexErrorInfo)) return quotaUsedUp(goal, detail, limitEndsAtMs, nowMs)
  if (goal.status !== 'active') return { goal, log: [] }
  const pause = isOverload(error.codexErrorInfo)
    ? OVERLOAD_PAUSES_MS[goal.pace.overloads]
    : undefined
  if (pause === undefined) return stopGoal(goal, 'blocked', 'turn_error', detail, nowMs)
  const deferred: StoredGoal = {
    ...goal,
    pace: { ...goal.pace, overloads: goal.pace.overloads + 1 },
    nextStartMs: nowMs + pause,
    updatedMs: nowMs,
    rev: goal.rev + 1,
  }
  const entry = changeEntry(goal, deferred, 'overloaded', 'system', nowMs)
  return { goal: deferred, log: [{ ...entry, note: detail }] }
}

/** The time at which the quota is there again is kept in the place of the next start. */
function quotaUsedUp(
  goal: StoredGoal,
  detail: string,
  limitEndsAtMs: number | null,
  nowMs: number,
): GoalChange {
  const stopped = stopGoal(goal, 'usageLimited', 'provider_usage', detail, nowMs)
  if (!stopped.goal || stopped.goal === goal) return stopped
  return { ...stopped, goal: { ...stopped.goal, nextStartMs: limitEndsAtMs } }
}

function isQuota(info: CodexErrorInfo | null): boolean {
  return info === 'usageLimitExceeded' || info === 'sessionBudgetExceeded'
}

function isOverload(info: CodexErrorInfo | null): boolean {
  if (info === 'serverOverloaded' || info === 'internalServerError' || info === 'rateLimitExceeded')
    return true
  if (info === null || typeof info === 'string') return false
  const [reason] = Object.values(info)
  const status = reason && 'httpStatusCode' in reason ? reason.httpStatusCode : null
  return status !== null && status >= 500
}

function classOf(info: CodexErrorInfo | null): string {
  if (info === null) return 'other'
  return typeof info === 'string' ? info : (Object.keys(info)[0] ?? 'other')
}

function fingerprint({ name, args, output }: ToolRun): string {
  return hash([name, normalisedJson(args), hash(output)].join('\n'))
}

/** The same arguments in another order or spacing are the same. */
function normalisedJson(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return text
    return JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  } catch {
    return normalised(text) // a freeform tool's text
  }
}

function normalised(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, ' ')
}

function firstLine(text: string): string | null {
  const line = text.trim().split('\n')[0] ?? ''
  return line === '' ? null : line.slice(0, 200)
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
