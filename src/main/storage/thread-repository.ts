// Reads of threads: one, many by page, and what an actor needs to go on with one.
import type { Database } from 'better-sqlite3'
import type { GitInfo, MemoryMode, ThreadTokenUsage, Turn } from '../../protocol/index.ts'
import type { BlobStore } from './blobs.ts'
import { fromPlace, listName, pageOf, readMixedCursor } from './cursors.ts'
import type { DamageLog } from './damage.ts'
import { readGoalStatus } from './goal-repository.ts'
import { type ListedRow, listedColumns, threadPageOf } from './listed-thread.ts'
import { readStateOf } from './mark-repository.ts'
import { createPrepared } from './prepared.ts'
import type { StoredFilter, ThreadPageQuery, ThreadRecord } from './store.ts'
import { loadJson, type StoredJson } from './stored-json.ts'
import { createStory, readAcross } from './story.ts'
import type { StoredQueueEntry } from './thread-event.ts'
import { PLACE } from './thread-positions.ts'
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
  readonly damaged: number
  readonly forked_from: string | null
  readonly git_json: string | null
  readonly memory_mode: MemoryMode | null
  readonly section_json: string | null
  readonly section_entered_ms: number | null
  readonly project_id: string | null
  readonly pinned: number
  readonly snoozed_until_ms: number | null
  readonly lines_added: number
  readonly lines_removed: number
  readonly first_unread_turn: string | null
  readonly first_unread_number: number | null
  readonly read_rev: number
  readonly usage_json: string | null
}

interface PageRow extends ListedRow {
  readonly pk: number
  readonly sort_key: number | string
}

const columns = `pk, id, origin, name, preview, cwd, source, thread_source, originator, cli_version,
  history_mode, model_provider, model, reasoning_effort, config_hash, archived_ms, created_ms, updated_ms,
  recency_ms, next_seq, turn_count, queued, damaged, forked_from, git_json, memory_mode,
  section_entered_ms, pinned, snoozed_until_ms, lines_added, lines_removed,
  first_unread_turn, first_unread_number, read_rev, usage_json,
  CASE WHEN section_pk IS NOT NULL THEN
    (SELECT json_object('id', id, 'name', name, 'appearance', json(appearance_json)) FROM section
      WHERE section.pk = thread.section_pk) END AS section_json,
  CASE WHEN project_pk IS NOT NULL THEN
    (SELECT id FROM project WHERE project.pk = thread.project_pk) END AS project_id,
  (SELECT status FROM goal WHERE goal.thread_pk = thread.pk) AS goal_status`

/** What orders a list: an expression of a row, as the index of that order has it, word for word. */
const orders = {
  created_at: { key: 'created_ms', index: 'created' },
  updated_at: { key: 'updated_ms', index: 'updated' },
  recency_at: { key: 'recency_ms', index: 'recency' },
  title: { key: 'substr(coalesce(name, preview), 1, 80) COLLATE NOCASE', index: 'title' },
  manual: { key: PLACE, index: 'manual' },
  section_position: { key: PLACE, index: 'section' },
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
  const selectSection = db.prepare<[string], number>('SELECT pk FROM section WHERE id = ?').pluck()
  const selectProject = db.prepare<[string], number>('SELECT pk FROM project WHERE id = ?').pluck()
  const rowOf = (select: typeof selectSection, id: string | null | undefined) =>
    typeof id === 'string' ? (select.get(id) ?? -1) : id

  function placesOf({ sectionId, projectId }: ThreadPageQuery): Places {
    return { section: rowOf(selectSection, sectionId), project: rowOf(selectProject, projectId) }
  }

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
      const place = readMixedCursor(list, query.cursor, 2)
      const { key } = orders[query.sortKey]
      const { sql, values } = pageSql(query, placesOf(query))
      const from = fromPlace(`${key}, pk`, place, query.sortDirection)
      // Of an expression's index a pair tells nothing: its first part alone says where to begin.
      const start = place ? `AND ${key} ${query.sortDirection === 'asc' ? '>=' : '<='} ?` : ''
      const text = `${sql} ${start} ${from} ORDER BY ${key} ${query.sortDirection}, pk ${query.sortDirection} LIMIT ?`
      const rows = prepared<PageRow>(text).all(
        ...values,
        ...(place ? [place.key[0], ...place.key] : []),
        query.limit + 1,
      )
      const page = pageOf(
        list,
        rows,
        query.limit,
        (row) => [row.sort_key, row.pk],
        (row) => row,
      )
      return threadPageOf(page)
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
    section: row.section_json === null ? null : JSON.parse(row.section_json),
    sectionEnteredMs: row.section_entered_ms,
    projectId: row.project_id,
    pinned: row.pinned === 1,
    snoozedUntilMs: row.snoozed_until_ms,
    files: { added: row.lines_added, removed: row.lines_removed },
    readState: row.turn_count === 0 ? null : readStateOf(row),
    unread: unreadOf(row),
  }
}

function unreadOf({ turn_count, first_unread_turn, first_unread_number }: ThreadRow): number {
  if (first_unread_turn === null || first_unread_number === null) return 0
  return Math.max(0, turn_count - first_unread_number + 1)
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
  const { sectionId, projectId, filter } = query
  const own = [sectionId ?? sectionId === null, projectId ?? projectId === null, filter]
  return [archived, modelProviders, sources, cwds, searchTerm ?? null, own]
}

interface Places {
  /** Row of the section or project; null: of none, -1: it does not exist, undefined: any. */
  readonly section: number | null | undefined
  readonly project: number | null | undefined
}

/** So many members are bound one by one, which spares setting up a table of them; the last one fills the rest. */
const FEW = 4

/** Its conditions are, word for word, those of the partial indexes, so that one of them gives the order. */
function pageSql(query: ThreadPageQuery, places: Places): { sql: string; values: unknown[] } {
  const { key, index } = orders[query.sortKey]
  const isOfSection = query.sortKey === 'section_position'
  const from = `thread_${query.archived && !isOfSection ? 'archived_' : ''}${index}`
  const conditions = [
    `archived_ms IS ${query.archived ? 'NOT ' : ''}NULL`,
    'deleted_ms IS NULL',
    `preview <> ''`,
  ]
  const values: unknown[] = []
  const add = (condition: string, ...given: readonly unknown[]): void => {
    conditions.push(condition)
    values.push(...given)
  }
  const among = (column: string, members: readonly string[] = [], not = ''): void => {
    const last = members.at(-1)
    if (last === undefined) return
    if (members.length > FEW)
      add(`${column} ${not} IN (SELECT value FROM json_each(?))`, JSON.stringify(members))
    else {
      const given = [...members, ...Array<string>(FEW - members.length).fill(last)]
      add(`${column} ${not} IN (${given.map(() => '?').join(', ')})`, ...given)
    }
  }
  if (places.section !== undefined) add('section_pk IS ?', places.section)
  if (places.project !== undefined) add('project_pk IS ?', places.project)
  among('model_provider', query.modelProviders)
  among('source', query.sources)
  among('cwd', query.cwds)
  among('id', query.excluded, 'NOT')
  if (query.searchTerm !== undefined && query.searchTerm !== '') {
    const folded = query.searchTerm.toLowerCase()
    const isIn = '(contains_any_case(preview, ?) OR contains_any_case(coalesce(name, char(0)), ?))'
    add(isIn, folded, folded)
  }
  addFilter(query.filter ?? {}, add, among)
  const where = conditions.join(' AND ')
  return {
    sql: `SELECT pk, ${listedColumns}, ${key} AS sort_key FROM thread INDEXED BY ${from} WHERE ${where}`,
    values,
  }
}

function addFilter(
  filter: StoredFilter,
  add: (condition: string, ...given: readonly unknown[]) => void,
  among: (column: string, members: readonly string[] | undefined) => void,
): void {
  const { anyOf, afterMs, beforeMs } = filter
  if (anyOf) {
    const { ids, otherThan, unread } = anyOf
    add(
      `(id IN (SELECT value FROM json_each(?)) OR id NOT IN (SELECT value FROM json_each(?)) AND ?
        OR first_unread_turn IS NOT NULL AND ?)`,
      JSON.stringify(ids),
      JSON.stringify(otherThan ?? []),
      otherThan === null ? 0 : 1,
      unread ? 1 : 0,
    )
  }
  among('model', filter.models)
  among('origin', filter.origins)
  if (afterMs !== undefined) add('recency_ms >= ?', afterMs)
  if (beforeMs !== undefined) add('recency_ms < ?', beforeMs)
  const is = (
    condition: string,
    wanted: boolean | undefined,
    ...given: readonly unknown[]
  ): void => {
    if (wanted !== undefined) add(`(${condition}) = ?`, ...given, wanted ? 1 : 0)
  }
  is('lines_added + lines_removed > 0', filter.hasChanges)
  is('EXISTS (SELECT 1 FROM goal WHERE goal.thread_pk = thread.pk)', filter.hasGoal)
  is('pinned = 1', filter.pinned)
  is('coalesce(snoozed_until_ms > ?, 0)', filter.snoozed, Date.now())
}
