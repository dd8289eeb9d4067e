// Takes over threads from an importer: their rows in lists at once, their content packed.
import type { Database } from 'better-sqlite3'
import { SkeinError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { whole } from './commit-scope.ts'
import { createGoalWriter } from './goal-repository.ts'
import type { StoredGoal } from './goal-store.ts'
import type { ImportPacks } from './import-packs.ts'
import type { ImportedGoal, ImportKnown, PlacedThread, TakenArchive } from './imported-thread.ts'
import { createSnapshotWriter } from './project-thread.ts'
import type { ThreadArchive } from './thread-archive.ts'
import { withoutSync } from './without-sync.ts'

export interface ImportWriter {
  known(): ImportKnown
  /** A file in Skein's own form; a thread that is here already stays as it is. */
  takeArchive(path: string): TakenArchive
  /** Not yet safe from a power loss: `sync` says when. */
  write(threads: readonly PlacedThread[], nowMs: number): void
  /** Afterwards everything written is on disk. */
  sync(nowMs: number): void
}

interface SourceRow {
  readonly path: string
  readonly thread_id: string
  readonly size: number
  readonly mtime_ms: number
  readonly head_hash: string
  readonly state: 'full' | 'detached'
}

interface ThreadRow {
  readonly id: string
  readonly origin: string
  readonly deleted_ms: number | null
  readonly item_count: number
  readonly stood_on: number
}

const statuses: ReadonlySet<string> = new Set([
  'active',
  'paused',
  'blocked',
  'usageLimited',
  'budgetLimited',
  'complete',
])

/** An active one does nothing by itself before a person has started a turn. */
function goalOf(threadId: string, goal: ImportedGoal): StoredGoal {
  return {
    threadId,
    goalId: newId(),
    objective: goal.objective,
    status: statuses.has(goal.status) ? (goal.status as StoredGoal['status']) : 'paused',
    reason: null,
    detail: null,
    actor: 'system',
    tokenBudget: goal.tokenBudget,
    tokensUsed: goal.tokensUsed,
    timeBudgetMs: null,
    timeUsedMs: goal.timeUsedSeconds * 1000,
    costBudgetMicros: null,
    costUsedMicros: null,
    autoTurnCap: null,
    autoTurns: 0,
    minGapMs: 1_000,
    noProgressMax: 3,
    notify: 'ends',
    lastProgressMs: null,
    nextStartMs: null,
    deferred: true,
    copiedFrom: null,
    checks: [],
    checksFailed: 0,
    wait: null,
    pace: {
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
    },
    createdMs: goal.createdAt * 1000,
    updatedMs: goal.updatedAt * 1000,
    rev: 1,
  }
}

export function createImportWriter(
  db: Database,
  packs: ImportPacks,
  archive: ThreadArchive,
  packFolder: string,
): ImportWriter {
  const writeSnapshot = createSnapshotWriter(db)
  const goals = createGoalWriter(db)
  const selectSources = db.prepare<[], SourceRow>(
    'SELECT * FROM import_source ORDER BY scanned_ms DESC',
  )
  const isStoodOn =
    'own_from > 0 OR EXISTS (SELECT 1 FROM thread_segment WHERE source_pk = thread.pk)'
  const selectThreads = db.prepare<[], ThreadRow>(
    `SELECT id, origin, deleted_ms, item_count, ${isStoodOn} AS stood_on FROM thread`,
  )
  const selectPresent = db.prepare<[string], { pk: number; origin: string; goes_on: number }>(
    `SELECT pk, origin, ${isStoodOn} OR deleted_ms IS NULL AND EXISTS (
       SELECT 1 FROM import_source WHERE thread_id = thread.id AND state = 'detached') AS goes_on
     FROM thread WHERE id = ?`,
  )
  const insertThread = db.prepare(
    `INSERT INTO thread(id, origin, name, preview, cwd, source, thread_source, originator, cli_version,
       history_mode, model_provider, model, reasoning_effort, config_hash, archived_ms, created_ms, updated_ms,
       recency_ms, turn_count, item_count, next_ord, tokens_total, usage_json, forked_from,
       git_json)
     VALUES (?, 'import', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const replaceThread = db.prepare(
    `UPDATE thread SET name = coalesce(name, ?), archived_ms = iif(?, ?, archived_ms), preview = ?, turn_count = ?, item_count = ?, next_ord = ?, updated_ms = ?,
       recency_ms = ?, tokens_total = ?, usage_json = ?, deleted_ms = NULL WHERE pk = ?`,
  )
  const clearRows = ['import_pack', 'compaction', 'model_item', 'token_usage', 'item', 'turn'].map(
    (table) => db.prepare(`DELETE FROM ${table} WHERE thread_pk = ?`),
  )
  const insertSource = db.prepare(
    `INSERT OR REPLACE INTO import_source(path, thread_id, size, mtime_ms, head_hash, state, bad_lines, scanned_ms)
     VALUES (?, ?, ?, ?, ?, 'full', ?, ?)`,
  )

  const deleteSource = db.prepare('DELETE FROM import_source WHERE path = ?')

  function insert(thread: PlacedThread): number {
    const { lastInsertRowid } = insertThread.run(
      thread.id,
      thread.name,
      thread.preview,
      thread.cwd,
      thread.source,
      thread.threadSource,
      thread.originator,
      thread.cliVersion,
      thread.historyMode,
      thread.modelProvider,
      thread.model,
      thread.effort,
      thread.snapshotId,
      thread.archivedMs,
      whole(thread.createdMs),
      whole(thread.updatedMs),
      whole(thread.recencyMs),
      thread.turns,
      thread.items,
      thread.parts.at(-1)?.toOrd ?? 0,
      ...usageOf(thread),
      thread.forkedFromId,
      thread.git && JSON.stringify(thread.git),
    )
    return Number(lastInsertRowid)
  }

  /** A source that grew: its content anew, what the person did to the thread kept. */
  function replace(pk: number, thread: PlacedThread): void {
    for (const statement of clearRows) statement.run(pk)
    const { preview, turns, items, parts, updatedMs, recencyMs } = thread
    replaceThread.run(
      thread.name,
      thread.hasChangedTree ? 1 : 0,
      thread.archivedMs,
      preview,
      turns,
      items,
      parts.at(-1)?.toOrd ?? 0,
      whole(updatedMs),
      whole(recencyMs),
      ...usageOf(thread),
      pk,
    )
  }

  function writeSources({ id, sources, goneSources }: PlacedThread, nowMs: number): void {
    for (const path of goneSources) deleteSource.run(path)
    for (const { path, size, mtimeMs, headHash, badLines } of sources)
      insertSource.run(path, id, size, mtimeMs, headHash, badLines, nowMs)
  }

  function writeOne(thread: PlacedThread, nowMs: number): void {
    for (const snapshot of thread.snapshots) writeSnapshot(snapshot, nowMs)
    const present = selectPresent.get(thread.id)
    // What began here is never written over.
    if (present?.origin === 'native') return
    if (present?.goes_on === 1)
      throw new SkeinError('conflict', 'the thread went on here in the meantime: import it again')
    if (present) replace(present.pk, thread)
    packs.put(present?.pk ?? insert(thread), thread.parts)
    if (thread.goal && !present)
      goals.save([
        { threadId: thread.id, expectedRev: null, goal: goalOf(thread.id, thread.goal), log: [] },
      ])
    writeSources(thread, nowMs)
  }

  const setImported = db.prepare(
    `INSERT OR REPLACE INTO meta(key, value) VALUES ('imported_ms', ?)`,
  )
  const writeAll = db.transaction((threads: readonly PlacedThread[], nowMs: number) => {
    for (const thread of threads) writeOne(thread, nowMs)
  })

  return {
    known: () => ({
      packFolder,
      sources: selectSources.all().map((row) => ({
        path: row.path,
        threadId: row.thread_id,
        size: row.size,
        mtimeMs: row.mtime_ms,
        headHash: row.head_hash,
        state: row.state,
      })),
      threads: selectThreads.all().map((row) => ({
        id: row.id,
        isImported: row.origin === 'import',
        isDeleted: row.deleted_ms !== null,
        isStoodOn: row.stood_on === 1,
        items: row.item_count,
      })),
    }),
    takeArchive(path) {
      try {
        return { ...archive.read(path), isNew: true }
      } catch (thrown) {
        if (!(thrown instanceof SkeinError) || thrown.code !== 'conflict') throw thrown
        return { threadId: String(thrown.detail.threadId), items: 0, isNew: false }
      }
    },
    write(threads, nowMs) {
      // What is lost with the power is read again from its source. The commits of others stay as safe as ever.
      withoutSync(db, () => writeAll(threads, nowMs))
      packs.committed()
    },
    // A commit that waits for the disk takes everything before it along.
    sync: (nowMs) => void setImported.run(`${nowMs}`),
  }
}

function usageOf({ tokenUsage }: PlacedThread): [number, string | null] {
  if (!tokenUsage) return [0, null]
  return [whole(tokenUsage.total.totalTokens), JSON.stringify(tokenUsage)]
}
