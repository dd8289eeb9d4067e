// Goals and their log in the database: reads by page, and writes that hold only for the revision they were decided on.
import type { Database } from 'better-sqlite3'
import type { GoalLogEntry, GoalStatus } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import { fromPlace, listName, pageOf, readCursor } from './cursors.ts'
import type { DamageLog } from './damage.ts'
import type { GoalReads, GoalWrite, StoredGoal } from './goal-store.ts'
import { createPrepared } from './prepared.ts'
import type { Reads } from './worker-messages.ts'

export const storedStatus: Readonly<Record<GoalStatus, string>> = {
  active: 'active',
  paused: 'paused',
  blocked: 'blocked',
  usageLimited: 'usage_limited',
  budgetLimited: 'budget_limited',
  complete: 'complete',
}
const statusOf = new Map(
  Object.entries(storedStatus).map(([status, stored]) => [stored, status as GoalStatus]),
)

export function readGoalStatus(stored: string | null): GoalStatus | null {
  return (stored !== null && statusOf.get(stored)) || null
}

interface GoalRow {
  readonly thread_pk: number
  readonly thread_id: string
  readonly goal_id: string
  readonly objective: string
  readonly status: string
  readonly status_reason: StoredGoal['reason']
  readonly status_detail: string | null
  readonly status_actor: StoredGoal['actor']
  readonly token_budget: number | null
  readonly tokens_used: number
  readonly time_budget_ms: number | null
  readonly time_used_ms: number
  readonly cost_budget_micros: number | null
  readonly cost_used_micros: number | null
  readonly auto_turn_cap: number | null
  readonly auto_turns: number
  readonly last_progress_ms: number | null
  readonly next_start_ms: number | null
  readonly deferred: number
  readonly copied_from: string | null
  readonly checks_json: string
  readonly checks_failed: number
  readonly wait_json: string | null
  readonly pace_json: string
  readonly created_ms: number
  readonly updated_ms: number
  readonly rev: number
  readonly min_gap_ms: number
  readonly no_progress_max: number
  readonly notify: StoredGoal['notify']
}

interface LogRow {
  readonly seq: number
  readonly goal_id: string
  readonly kind: 'turn' | 'change'
  readonly turn_id: string | null
  readonly actor: GoalLogEntry['actor']
  readonly change: string
  readonly before_json: string | null
  readonly after_json: string | null
  readonly tokens_used: number
  readonly time_used_ms: number
  readonly detail_json: string
  readonly at_ms: number
}

type Detail = Pick<GoalLogEntry, 'productive' | 'tools' | 'filesChanged' | 'note'>

const readable = 'goal JOIN thread ON thread.pk = goal.thread_pk AND thread.deleted_ms IS NULL'
const orders = {
  spend: { column: 'goal.tokens_used', index: 'goal_spend' },
  updated: { column: 'goal.updated_ms', index: 'goal_updated' },
} as const

export function createGoalRepository(
  db: Database,
  damage: DamageLog,
): Pick<Reads, keyof GoalReads> {
  const prepared = createPrepared(db)
  const selectGoal = db.prepare<[string], GoalRow>(
    `SELECT goal.*, thread.id AS thread_id FROM ${readable} WHERE thread.id = ?`,
  )
  const selectActive = db
    .prepare<[], string>(
      `SELECT thread.id FROM goal INDEXED BY goal_active
         JOIN thread ON thread.pk = goal.thread_pk AND thread.deleted_ms IS NULL
         WHERE goal.status = 'active'`,
    )
    .pluck()
  const selectPaused = db.prepare(`SELECT value FROM meta WHERE key = 'goals_paused'`)

  function goalOf(row: GoalRow): StoredGoal | undefined {
    return damage.tolerate(row.thread_pk, () => readGoal(row))
  }

  return {
    findGoal(threadId) {
      const row = selectGoal.get(threadId)
      return row && goalOf(row)
    },
    goalsPage({ statuses, sortKey, cursor, limit }) {
      const list = listName('goals', sortKey, statuses)
      const place = readCursor(list, cursor, 2)
      const { column, index } = orders[sortKey]
      const wanted = JSON.stringify(statuses.map((status) => storedStatus[status]))
      const rows = prepared<GoalRow>(
        `SELECT goal.*, thread.id AS thread_id FROM goal INDEXED BY ${index}
           JOIN thread ON thread.pk = goal.thread_pk AND thread.deleted_ms IS NULL
           WHERE (? = '[]' OR goal.status IN (SELECT value FROM json_each(?)))
             ${fromPlace(`${column}, goal.thread_pk`, place, 'desc')}
           ORDER BY ${column} DESC, goal.thread_pk DESC LIMIT ?`,
      ).all(wanted, wanted, ...(place?.key ?? []), limit + 1)
      const keyOf = (row: GoalRow) => [
        sortKey === 'spend' ? row.tokens_used : row.updated_ms,
        row.thread_pk,
      ]
      return pageOf(list, rows, limit, keyOf, goalOf)
    },
    goalLogPage({ threadId, goalId, kind, cursor, limit }) {
      const list = listName('goalLog', threadId, goalId ?? null, kind ?? null)
      const place = readCursor(list, cursor, 1)
      const rows = prepared<LogRow>(
        `SELECT goal_log.* FROM goal_log
           WHERE thread_pk = (SELECT pk FROM thread WHERE id = ? AND deleted_ms IS NULL)
             ${goalId === undefined ? '' : 'AND goal_id = ?'} ${kind === undefined ? '' : 'AND kind = ?'}
             ${fromPlace('seq', place, 'desc')}
           ORDER BY seq DESC LIMIT ?`,
      ).all(
        threadId,
        ...(goalId === undefined ? [] : [goalId]),
        ...(kind === undefined ? [] : [kind]),
        ...(place?.key ?? []),
        limit + 1,
      )
      return pageOf(list, rows, limit, (row) => [row.seq], logEntryOf)
    },
    activeGoals: () => selectActive.all(),
    goalsPaused: () => selectPaused.get() !== undefined,
  }
}

export interface GoalWriter {
  /** Inside the caller's transaction; throws as `GoalWrites.saveGoals` says, and the caller rolls back. */
  save(writes: readonly GoalWrite[]): void
  savePaused(paused: boolean): void
}

export function createGoalWriter(db: Database): GoalWriter {
  const selectThread = db.prepare<[string], { pk: number; rev: number | null }>(
    `SELECT thread.pk, goal.rev FROM thread LEFT JOIN goal ON goal.thread_pk = thread.pk
       WHERE thread.id = ? AND thread.deleted_ms IS NULL`,
  )
  const upsert = db.prepare(
    `INSERT OR REPLACE INTO goal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
       ?, ?, ?, ?, ?)`,
  )
  const remove = db.prepare('DELETE FROM goal WHERE thread_pk = ?')
  const lastSeq = db
    .prepare<[number], number>(
      'SELECT seq FROM goal_log WHERE thread_pk = ? ORDER BY seq DESC LIMIT 1',
    )
    .pluck()
  const insertLog = db.prepare(
    'INSERT INTO goal_log VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const setPaused = db.prepare(
    `INSERT OR REPLACE INTO meta(key, value) VALUES ('goals_paused', '1')`,
  )
  const clearPaused = db.prepare(`DELETE FROM meta WHERE key = 'goals_paused'`)

  function saveOne({ threadId, expectedRev, goal, log }: GoalWrite): void {
    const thread = selectThread.get(threadId)
    if (!thread) throw new SkeinError('notFound', `no thread ${threadId}`)
    if (thread.rev !== expectedRev)
      throw new SkeinError('conflict', `the goal of thread ${threadId} has changed`)
    if (goal) upsert.run(...rowOf(thread.pk, goal))
    else remove.run(thread.pk)
    let seq = lastSeq.get(thread.pk) ?? 0
    for (const entry of log) {
      seq += 1
      const { productive, tools, filesChanged, note } = entry
      const detail: Detail = { productive, tools, filesChanged, note }
      insertLog.run(
        thread.pk,
        entry.goalId,
        seq,
        entry.kind,
        entry.turnId,
        entry.actor,
        entry.change,
        entry.before && JSON.stringify(entry.before),
        entry.after && JSON.stringify(entry.after),
        entry.tokensUsed,
        Math.round(entry.timeUsedMs),
        JSON.stringify(detail),
        Math.round(entry.atMs),
      )
    }
  }

  return {
    save: (writes) => writes.forEach(saveOne),
    savePaused: (paused) => void (paused ? setPaused : clearPaused).run(),
  }
}

function rowOf(threadPk: number, goal: StoredGoal): readonly unknown[] {
  return [
    threadPk,
    goal.goalId,
    goal.objective,
    storedStatus[goal.status],
    goal.reason,
    goal.detail,
    goal.actor,
    goal.tokenBudget,
    goal.tokensUsed,
    goal.timeBudgetMs,
    Math.round(goal.timeUsedMs),
    goal.costBudgetMicros,
    goal.costUsedMicros,
    goal.autoTurnCap,
    goal.autoTurns,
    goal.lastProgressMs,
    goal.nextStartMs,
    goal.deferred ? 1 : 0,
    goal.copiedFrom,
    JSON.stringify(goal.checks),
    goal.checksFailed,
    goal.wait && JSON.stringify(goal.wait),
    JSON.stringify(goal.pace),
    goal.createdMs,
    goal.updatedMs,
    goal.rev,
    goal.minGapMs,
    goal.noProgressMax,
    goal.notify,
  ]
}

function readGoal(row: GoalRow): StoredGoal {
  return {
    threadId: row.thread_id,
    goalId: row.goal_id,
    objective: row.objective,
    status: readGoalStatus(row.status) ?? 'paused',
    reason: row.status_reason,
    detail: row.status_detail,
    actor: row.status_actor,
    tokenBudget: row.token_budget,
    tokensUsed: row.tokens_used,
    timeBudgetMs: row.time_budget_ms,
    timeUsedMs: row.time_used_ms,
    costBudgetMicros: row.cost_budget_micros,
    costUsedMicros: row.cost_used_micros,
    autoTurnCap: row.auto_turn_cap,
    autoTurns: row.auto_turns,
    lastProgressMs: row.last_progress_ms,
    nextStartMs: row.next_start_ms,
    deferred: row.deferred === 1,
    copiedFrom: row.copied_from,
    checks: parse<StoredGoal['checks']>(row.checks_json),
    checksFailed: row.checks_failed,
    wait: row.wait_json === null ? null : parse<StoredGoal['wait']>(row.wait_json),
    pace: parse<StoredGoal['pace']>(row.pace_json),
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    rev: row.rev,
    minGapMs: row.min_gap_ms,
    noProgressMax: row.no_progress_max,
    notify: row.notify,
  }
}

function logEntryOf(row: LogRow): GoalLogEntry {
  return {
    seq: row.seq,
    goalId: row.goal_id,
    kind: row.kind,
    turnId: row.turn_id,
    actor: row.actor,
    change: row.change,
    before: row.before_json === null ? null : parse<Record<string, unknown>>(row.before_json),
    after: row.after_json === null ? null : parse<Record<string, unknown>>(row.after_json),
    tokensUsed: row.tokens_used,
    timeUsedMs: row.time_used_ms,
    ...parse<Detail>(row.detail_json),
    atMs: row.at_ms,
  }
}

/** What this build wrote; a row that does not parse is damaged. */
function parse<T>(text: string): T {
  try {
    return JSON.parse(text) as T
  } catch (thrown) {
    throw new SkeinError('corrupt', 'a stored goal does not parse', {}, thrown)
  }
}
