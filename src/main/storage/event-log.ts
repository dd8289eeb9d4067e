// Records the facts of one commit: numbers them, changes the rows they are about, keeps the latest for replay.
import type { Database } from 'better-sqlite3'
import type { Seq, ThreadId } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { BlobStore } from './blobs.ts'
import { type CommitScope, type EventNote, type ProjectionsOf, whole } from './commit-scope.ts'
import type { DamageLog } from './damage.ts'
import { createLineSums } from './diff-lines.ts'
import { itemProjections } from './project-items.ts'
import { storyProjections } from './project-story.ts'
import { createSnapshotWriter, threadProjections } from './project-thread.ts'
import { turnProjections } from './project-turn.ts'
import { createStory } from './story.ts'
import { type ForkBase, isNumbered, type ThreadEvent } from './thread-event.ts'

/** Events kept of each thread, for clients that ask what they missed. */
const EVENTS_KEPT = 2_000
/** Older ones are deleted in batches of this many: the cost of one commit stays flat. */
const TRIM_STEP = 256

export interface CommitRequest {
  readonly threadId: ThreadId
  readonly after: Seq
  readonly atMs: number
  readonly events: readonly ThreadEvent[]
}

export interface EventLog {
  /** Inside the caller's transaction; throws as `Journal.commit` says, and the caller rolls back. */
  commit(request: CommitRequest): Seq
}

interface ThreadCounters {
  readonly pk: number
  readonly next_seq: number
  readonly next_ord: number
  readonly deleted_ms: number | null
  readonly origin: string
}

type Created = Extract<ThreadEvent, { type: 'threadCreated' }>
type Project = (scope: CommitScope, event: ThreadEvent) => EventNote | undefined

export function createEventLog(db: Database, blobs: BlobStore, damage: DamageLog): EventLog {
  const story = createStory(db)
  const sumLines = createLineSums(db)
  const writeSnapshot = createSnapshotWriter(db)
  const selectCounters = db.prepare<[string], ThreadCounters>(
    'SELECT pk, next_seq, next_ord, deleted_ms, origin FROM thread WHERE id = ?',
  )
  const insertThread = db.prepare(
    `INSERT INTO thread(id, origin, cwd, source, thread_source, originator, cli_version, history_mode,
       model_provider, model, reasoning_effort, config_hash, created_ms, updated_ms, recency_ms,
       forked_from, preview, turn_count, next_ord, tokens_total, usage_json, project_pk)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
       (SELECT pk FROM project WHERE id = ?))`,
  )
  const updateCounters = db.prepare(
    'UPDATE thread SET next_seq = ?, next_ord = ?, updated_ms = max(updated_ms, ?) WHERE pk = ?',
  )
  const insertEvent = db.prepare(
    `INSERT INTO event(thread_pk, seq, gseq, type, turn_id, item_id, json, at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const detach = db.prepare(
    `UPDATE import_source SET state = 'detached' WHERE thread_id = ? AND state <> 'detached'`,
  )
  const trimEvents = db.prepare('DELETE FROM event WHERE thread_pk = ? AND seq <= ?')
  const takeGlobalSeq = db
    .prepare<[{ count: number }], string>(
      `INSERT INTO meta(key, value) VALUES ('last_gseq', CAST(@count AS INTEGER))
       ON CONFLICT(key) DO UPDATE SET value = CAST(value AS INTEGER) + CAST(@count AS INTEGER)
       RETURNING value`,
    )
    .pluck()

  const projections = {
    ...threadProjections(db),
    ...turnProjections(db),
    ...itemProjections(db, blobs),
    ...storyProjections(db, blobs, damage),
    threadCreated: () => {
      throw new Error('a thread is created by the first event of a commit')
    },
  } satisfies ProjectionsOf<ThreadEvent['type']>

  function create(threadId: ThreadId, event: Created, atMs: number): ThreadCounters {
    const { columns, snapshot, base } = event
    writeSnapshot(snapshot, atMs)
    const { lastInsertRowid } = insertThread.run(
      threadId,
      base ? 'fork' : 'native',
      columns.cwd,
      event.source,
      event.threadSource,
      event.originator,
      event.cliVersion,
      event.historyMode,
      columns.modelProvider,
      columns.model,
      columns.effort,
      snapshot.id,
      whole(event.createdMs),
      atMs,
      atMs,
      base?.threadId ?? null,
      base?.preview ?? '',
      base?.turnCount ?? 0,
      base?.ord ?? 0,
      whole(base?.tokenUsage?.total.totalTokens ?? 0),
      base?.tokenUsage ? JSON.stringify(base.tokenUsage) : null,
      event.projectId,
    )
    const pk = Number(lastInsertRowid)
    if (base) inherit(pk, base)
    return { pk, next_seq: 1, next_ord: base?.ord ?? 0, deleted_ms: null, origin: 'native' }
  }

  function inherit(pk: number, base: ForkBase): void {
    const source = selectCounters.get(base.threadId)
    if (!source) throw new SkeinError('notFound', `thread not found: ${base.threadId}`)
    story.inherit(pk, source.pk, base.ord)
    sumLines(pk)
  }

  function open(request: CommitRequest, created: Created | undefined): ThreadCounters {
    const { threadId, after, atMs } = request
    const thread = selectCounters.get(threadId)
    if (created) {
      if (thread) throw new SkeinError('conflict', `thread ${threadId} exists already`)
      if (after !== 0)
        throw new SkeinError('conflict', `thread ${threadId} is new: nothing precedes it`)
      return create(threadId, created, whole(atMs))
    }
    if (!thread || thread.deleted_ms !== null)
      throw new SkeinError('notFound', `no thread ${threadId}`)
    const lastSeq = thread.next_seq - 1
    if (lastSeq !== after)
      throw new SkeinError('conflict', `thread ${threadId} is at event ${lastSeq}, not ${after}`, {
        lastSeq,
      })
    return thread
  }

  function record(scope: CommitScope, events: readonly ThreadEvent[], firstSeq: Seq): Seq {
    const numbered = events.filter(isNumbered).length
    let gseq = numbered === 0 ? 0 : Number(takeGlobalSeq.get({ count: numbered })) - numbered
    let seq = firstSeq
    for (const event of events) {
      // The map has one function per type; the pairing is beyond what the compiler can follow.
      const note = (projections[event.type] as Project)(scope, event)
      if (!note) continue
      gseq += 1
      const body = note.body ? JSON.stringify(note.body) : '{}'
      const { turnId = null, itemId = null } = note
      insertEvent.run(scope.threadPk, seq, gseq, event.type, turnId, itemId, body, scope.atMs)
      seq += 1
    }
    return seq
  }

  return {
    commit(request) {
      const [first, ...others] = request.events
      const created = first?.type === 'threadCreated' ? first : undefined
      const thread = open(request, created)
      const atMs = whole(request.atMs)
      let nextOrd = thread.next_ord
      let updatedMs = 0
      const scope: CommitScope = {
        threadPk: thread.pk,
        atMs,
        takeOrd: () => nextOrd++,
        touch() {
          updatedMs = atMs
        },
      }
      const nextSeq = record(scope, created ? others : request.events, thread.next_seq)
      if (thread.origin === 'import' && request.events.some(isNewContent))
        detach.run(request.threadId)
      updateCounters.run(nextSeq, nextOrd, updatedMs, thread.pk)
      if (Math.floor(nextSeq / TRIM_STEP) !== Math.floor(thread.next_seq / TRIM_STEP))
        trimEvents.run(thread.pk, nextSeq - 1 - EVENTS_KEPT)
      return nextSeq - 1
    },
  }
}

/** The thread goes its own way from here on: a source that grows is another thread now. */
function isNewContent({ type }: ThreadEvent): boolean {
  return type === 'turnStarted' || type === 'modelItemsRecorded' || type === 'inputSteered'
}
