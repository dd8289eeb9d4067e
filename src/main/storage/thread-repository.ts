// Reads of threads: one, many by page, and what an actor needs to go on with one.
import type { Database } from 'better-sqlite3'
import type { GitInfo, MemoryMode, ThreadTokenUsage, Turn } from '../../protocol/index.ts'
import type { BlobStore } from './blobs.ts'
import { fromPlace, listName, pageOf, readCursor } from './cursors.ts'
import type { DamageLog } from './damage.ts'
import { readGoalStatus } from './goal-repository.ts'
import { createPrepared } from './prepared.ts'
import type { ThreadPageQuery, ThreadRecord } from './store.ts'
import { loadJson, type StoredJson } from './stored-json.ts'
import { createStory, readAcross } from './story.ts'
import type { StoredQueueEntry } from './thread-event.ts'
import { turnStatusOf } from './turn-rows.ts'
import type { Reads } from './worker-messages.ts'

export type ThreadReads = Pick<
  Reads,
  'findThread' | 'loadThread' | 'threadPage' | 'snapshot' | 'snapshotIdOf'
>

interface ThreadRow {
  readonly pk: number
  readonly id: string
  readonly origin: 'native' | 'import' | 'fork'
  readonly name: string | null
  readonly preview: string
  readonly cwd: string
  readonly source: string
  readonly thread_source: string | null
  readonly originator: string | null
  readonly cli_version: string
  readonly history_mode: 'legacy' | 'paginated'
  readonly model_provider: string
  readonly model: string | null
  readonly reasoning_effort: string | null
  readonly config_hash: string
  readonly archived_ms: number | null
  readonly created_ms: number
  readonly updated_ms: number
  readonly recency_ms: number
  readonly next_seq: number
  readonly turn_count: number
  readonly queued: number
  readonly goal_status: string | null
  readonly usage_json: string | null
  readonly damaged: number
  readonly forked_from: string | null
  readonly git_json: string | null
  readonly memory_mode: MemoryMode | null
}

const columns = `pk, id, origin, name, preview, cwd, source, thread_source, originator, cli_version,
  history_mode, model_provider, model, reasoning_effort, config_hash, archived_ms, created_ms, updated_ms,
  recency_ms, next_seq, turn_count, queued, usage_json, damaged, forked_from, git_json, memory_mode,
  (SELECT status FROM goal WHERE goal.thread_pk = thread.pk) AS goal_status`

const sortColumns = {
  created_at: 'created_ms',
  updated_at: 'updated_ms',
  recency_at: 'recency_ms',
} as const

export function createThreadRepository(
  db: Database,
  blobs: BlobStore,
  damage: DamageLog,
): ThreadReads {
  // The built-in functions know the case of ASCII letters only.
  db.function('contains_any_case', { deterministic: true }, (text: string, folded: string) =>
    text.toLowerCase().includes(folded) ? 1 : 0,
  )
  const selectThread = db.prepare<[string], ThreadRow>(
    `SELECT ${columns} FROM thread WHERE id = ? AND deleted_ms IS NULL`,
  )
  const selectSnapshot = db.prepare<[string], { json: string; created_ms: number }>(
    'SELECT json, created_ms FROM config_snapshot WHERE hash = ?',
  )
  const selectQueue = db.prepare<[number], StoredJson>(
    `SELECT json, NULL AS blob_hash FROM queued_input WHERE thread_pk = ? AND turn_id IS NULL
     ORDER BY position`,
  )
  const selectLastStatus = db
    .prepare<[number, number, number], string>(
      'SELECT status FROM turn WHERE thread_pk = ? AND ord >= ? AND ord < ? ORDER BY ord DESC LIMIT 1',
    )
    .pluck()
  const story = createStory(db)
  const prepared = createPrepared(db)

  function readJson<T>(threadPk: number, row: StoredJson): T | undefined {
    return damage.tolerate(threadPk, () => loadJson(blobs, row) as T)
  }

  return {
    findThread(id) {
      const row = selectThread.get(id)
      return row && recordOf(row)
    },
    loadThread(id) {
      const row = selectThread.get(id)
      if (!row) return undefined
      const [lastStatus] = readAcross(story.segments(row.pk), 'desc', 1, (segment) =>
        selectLastStatus.all(segment.source_pk, segment.from_ord, segment.to_ord),
      )
      const queue = selectQueue
        .all(row.pk)
        .map((entry) => readJson<StoredQueueEntry>(row.pk, entry))
      const usage = { json: row.usage_json, blob_hash: null }
      const tokenUsage =
        row.usage_json === null ? null : (readJson<ThreadTokenUsage>(row.pk, usage) ?? null)
      return {
        record: recordOf(row),
        snapshot: { id: row.config_hash, json: selectSnapshot.get(row.config_hash)?.json ?? '{}' },
        tokenUsage,
        queue: queue.filter((entry) => entry !== undefined),
        lastTurnStatus:
          lastStatus === undefined ? null : (turnStatusOf(lastStatus) as Turn['status']),
      }
    },
    threadPage(query) {
      const list = listName('threads', query.sortKey, filterOf(query))
      const place = readCursor(list, query.cursor, 2)
      const key = sortColumns[query.sortKey]
      const { sql, values } = pageSql(query, key)
      const from = fromPlace(`${key}, pk`, place, query.sortDirection)
      const text = `${sql} ${from} ORDER BY ${key} ${query.sortDirection}, pk ${query.sortDirection} LIMIT ?`
      const rows = prepared<ThreadRow>(text).all(...values, ...(place?.key ?? []), query.limit + 1)
      return pageOf(list, rows, query.limit, (row) => [row[key], row.pk], recordOf)
    },
    snapshot(id) {
      const row = selectSnapshot.get(id)
      return row && { json: row.json, createdAtMs: row.created_ms }
    },
    snapshotIdOf(threadId, turnId) {
      const thread = selectThread.get(threadId)
      if (!thread) return undefined
      if (turnId === undefined) return thread.config_hash
      return story.findTurn(thread.pk, turnId)?.config_hash ?? undefined
    },
  }
}

function recordOf(row: ThreadRow): ThreadRecord {
  return {
    id: row.id,
    name: row.name,
    preview: row.preview,
    cwd: row.cwd,
    source: row.source,
    threadSource: row.thread_source,
    originator: row.originator,
    cliVersion: row.cli_version,
    historyMode: row.history_mode,
    modelProvider: row.model_provider,
    model: row.model,
    effort: row.reasoning_effort,
    snapshotId: row.config_hash,
    origin: row.origin,
    forkedFromId: row.forked_from,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    recencyMs: row.recency_ms,
    archivedMs: row.archived_ms,
    lastSeq: row.next_seq - 1,
    turnCount: row.turn_count,
    queued: row.queued,
    goalStatus: readGoalStatus(row.goal_status),
    damaged: row.damaged === 1,
    gitInfo: gitInfoOf(row.git_json),
    memoryMode: row.memory_mode,
  }
}

/** Not worth a damaged thread: what does not parse is not known. */
function gitInfoOf(json: string | null): GitInfo | null {
  if (json === null) return null
  try {
    return JSON.parse(json) as GitInfo
  } catch {
    return null
  }
}

/** What a cursor is bound to. Excluded threads may change from page to page: the order stays the same. */
function filterOf(query: ThreadPageQuery): readonly unknown[] {
  const { archived, modelProviders, sources, cwds, searchTerm } = query
  return [archived, modelProviders, sources, cwds, searchTerm ?? null]
}

/** Its conditions are, word for word, those of the partial indexes, so that one of them gives the order. */
function pageSql(query: ThreadPageQuery, key: string): { sql: string; values: unknown[] } {
  const index = `thread_${query.archived ? 'archived_' : ''}${key.slice(0, -'_ms'.length)}`
  const conditions = [
    `archived_ms IS ${query.archived ? 'NOT ' : ''}NULL`,
    'deleted_ms IS NULL',
    `preview <> ''`,
  ]
  const values: unknown[] = []
  const among = (column: string, members: readonly string[], not = ''): void => {
    if (members.length === 0) return
    conditions.push(`${column} ${not} IN (SELECT value FROM json_each(?))`)
    values.push(JSON.stringify(members))
  }
  among('model_provider', query.modelProviders)
  among('source', query.sources)
  among('cwd', query.cwds)
  among('id', query.excluded, 'NOT')
  if (query.searchTerm !== undefined && query.searchTerm !== '') {
    const folded = query.searchTerm.toLowerCase()
    conditions.push(
      '(contains_any_case(preview, ?) OR contains_any_case(coalesce(name, char(0)), ?))',
    )
    values.push(folded, folded)
  }
  const where = conditions.join(' AND ')
  return { sql: `SELECT ${columns} FROM thread INDEXED BY ${index} WHERE ${where}`, values }
}
