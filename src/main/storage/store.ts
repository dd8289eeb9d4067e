// Port: everything the app reads from storage, and the journal it writes through. One per profile.
import type { MessagePort } from 'node:worker_threads'
import type {
  ApprovalState,
  ApprovalView,
  GitInfo,
  GoalStatus,
  ItemsView,
  MemoryMode,
  Result,
  Seq,
  SnapshotSpan,
  SortDirection,
  ThreadId,
  ThreadItem,
  ThreadReadState,
  ThreadSection,
  ThreadSize,
  ThreadTokenUsage,
  Turn,
} from '../../protocol/index.ts'
import type { ModelItem } from '../model/model-item.ts'
import type { ArrangementChanges, ArrangementReads } from './arrangement-store.ts'
import type { ExportPage } from './export-row.ts'
import type { GoalReads, GoalWrites } from './goal-store.ts'
import type { Journal } from './journal.ts'
import type { ArchiveResult } from './thread-archive.ts'
import type {
  PendingSteer,
  RetoldFact,
  StoredApproval,
  StoredQueueEntry,
  StoredSnapshot,
  TurnKind,
} from './thread-event.ts'

export interface RecordedEventsQuery {
  readonly threadId: ThreadId
  readonly afterSeq: Seq
  readonly limit: number
}

export interface RecordedEvents {
  readonly events: readonly {
    readonly seq: Seq
    readonly atMs: number
    readonly fact: RetoldFact
  }[]
  /** False: what came right after `afterSeq` is not kept any more, or `afterSeq` never was. */
  readonly isKept: boolean
  /** Number of the thread's latest event. */
  readonly lastSeq: Seq
}

/** A thread's row, for lists and reads. Times are milliseconds. */
export interface ThreadRecord {
  readonly id: ThreadId
  readonly name: string | null
  readonly preview: string
  readonly cwd: string
  readonly source: string
  readonly threadSource: string | null
  readonly originator: string | null
  readonly cliVersion: string
  readonly historyMode: 'legacy' | 'paginated'
  readonly modelProvider: string
  readonly model: string | null
  readonly effort: string | null
  readonly snapshotId: string | null
  readonly origin: 'native' | 'import' | 'fork'
  /** The thread it was forked from, which may be gone. */
  readonly forkedFromId: ThreadId | null
  readonly createdMs: number
  readonly updatedMs: number
  readonly recencyMs: number
  readonly archivedMs: number | null
  readonly lastSeq: Seq
  readonly turnCount: number
  readonly queued: number
  readonly gitInfo: GitInfo | null
  /** Null: as configured. */
  readonly memoryMode: MemoryMode | null
  readonly goalStatus: GoalStatus | null
  readonly section: ThreadSection | null
  readonly sectionEnteredMs: number | null
  readonly projectId: string | null
  readonly pinned: boolean
  readonly snoozedUntilMs: number | null
  /** Lines that its turns added to files and took out of them. */
  readonly files: { readonly added: number; readonly removed: number }
  /** Null before the first turn. */
  readonly readState: ThreadReadState | null
  /** Turns that nobody has read yet. */
  readonly unread: number
  /** A row of it did not parse: shown, not continued blindly. */
  readonly damaged: boolean
}

/** What an actor needs to go on with a stored thread; its size does not depend on the thread's length. */
export interface StoredThread {
  readonly record: ThreadRecord
  /** JSON of the settings snapshot in force. */
  readonly snapshot: StoredSnapshot
  readonly tokenUsage: ThreadTokenUsage | null
  readonly queue: readonly StoredQueueEntry[]
  /** Status of the newest turn, null without one. */
  readonly lastTurnStatus: Turn['status'] | null
}

/** Where to cut a story: before a turn, behind it, or (without a turn) at the end. */
export interface StoryCut {
  readonly turnId: string | undefined
  readonly through: boolean
}

/** What was known of a thread at one place of its story. */
export interface StoryPlace {
  readonly ord: number
  readonly turnCount: number
  readonly lastTurnStatus: Turn['status'] | null
  readonly tokenUsage: ThreadTokenUsage | null
}

/** A turn that was running when the process died, with all that recovery needs to close it. */
export interface OpenTurn {
  readonly threadId: ThreadId
  readonly lastSeq: Seq
  readonly turnId: string
  readonly kind: TurnKind
  readonly startedMs: number
  /** Latest time known of it. */
  readonly lastKnownMs: number
  /** Started and not completed, with their partial text folded in; streamed ones rebuilt from checkpoints. */
  readonly openItems: readonly ThreadItem[]
  /** Tool calls in the model history that have no output. */
  readonly unansweredCalls: readonly ModelItem[]
  readonly pendingApprovals: readonly StoredApproval[]
  readonly pendingSteers: readonly PendingSteer[]
}

/** An item of a background command that outlived its turn and then died with the process. */
export interface StrayItem {
  readonly threadId: ThreadId
  readonly lastSeq: Seq
  /** A turn that has ended. */
  readonly turnId: string
  /** With the output that was kept. */
  readonly item: ThreadItem
}

export interface ThreadPageQuery {
  readonly cursor: string | undefined
  readonly limit: number
  readonly sortKey:
    | 'created_at'
    | 'updated_at'
    | 'recency_at'
    | 'title'
    | 'manual'
    /** Needs a section. */
    | 'section_position'
  readonly sortDirection: SortDirection
  readonly archived: boolean
  readonly modelProviders: readonly string[]
  /** Exact values of `source`; empty: all. */
  readonly sources: readonly string[]
  readonly cwds: readonly string[]
  /** Substring of name or preview, any case. */
  readonly searchTerm: string | undefined
  readonly excluded: readonly ThreadId[]
  /** Absent: any, null: none. One that does not exist has no threads. */
  readonly sectionId?: string | null | undefined
  readonly projectId?: string | null | undefined
  readonly filter?: StoredFilter | undefined
}

/** What of a list's filter the rows know; absent members let everything through. */
export interface StoredFilter {
  /** Those of the ids, those of no loaded thread, and unread ones: any of the three. */
  readonly anyOf?: {
    readonly ids: readonly ThreadId[]
    readonly otherThan: readonly ThreadId[] | null
    readonly unread: boolean
  }
  readonly models?: readonly string[]
  readonly afterMs?: number
  readonly beforeMs?: number
  readonly hasChanges?: boolean
  readonly hasGoal?: boolean
  readonly pinned?: boolean
  readonly snoozed?: boolean
  readonly origins?: readonly ThreadRecord['origin'][]
}

export interface Page<T> {
  readonly data: readonly T[]
  readonly nextCursor: string | null
  readonly backwardsCursor: string | null
}

/** Threads as JSON, because they go out as they are: written where they are read, they are only copied on their way. */
export interface ThreadPage {
  /** In the order of the page. */
  readonly ids: readonly ThreadId[]
  /** Of each of them, a thread of the wire as if it was not loaded. */
  readonly threads: readonly string[]
  /** Of the result of `thread/list`, as JSON. */
  readonly readStates: string
  readonly nextCursor: string | null
  readonly backwardsCursor: string | null
}

export interface TurnsQuery {
  readonly threadId: ThreadId
  readonly cursor: string | undefined
  readonly limit: number
  readonly sortDirection: SortDirection
  readonly itemsView: ItemsView
}

export interface ItemsQuery {
  readonly threadId: ThreadId
  readonly turnId: string | undefined
  /** A string, or the id of an item as an exclusive anchor. */
  readonly cursor: string | { readonly itemId: string } | undefined
  readonly limit: number
  readonly sortDirection: SortDirection
  /** Leave out command outputs that are not inline. */
  readonly deferOutput: boolean
}

export interface ItemEntry {
  readonly turnId: string
  readonly item: ThreadItem
  readonly startedAtMs: number | null
  readonly completedAtMs: number | null
  readonly outputDeferred?: boolean
}

export interface SnapshotSpansQuery {
  readonly threadId: ThreadId
  readonly cursor: string | undefined
  readonly limit: number
}

export interface ApprovalQuery {
  readonly threadId: ThreadId | undefined
  readonly state: ApprovalState
  readonly cursor: string | undefined
  readonly limit: number
}

export type StoreHealth = Result<'skein/store/health'>

/**
 * Every read answers from rows that are committed. Unknown threads and deleted ones: undefined, or SkeinError
 * `notFound` where a page is asked for. A cursor of another list or filter: SkeinError `invalidParams`.
 */
export interface Store extends GoalReads, GoalWrites, ArrangementReads, ArrangementChanges {
  readonly journal: Journal
  /**
   * Resolves when the database is open and migrated. Rejects with SkeinError: `conflict` (another process holds
   * the profile; the message says which), `unsupported` (written by a newer Skein), `corrupt`, `denied`.
   */
  readonly opened: Promise<void>
  /**
   * Counts what was asked to be written, and the threads that were found damaged: while it stays the same, a row that was
   * read is still so. What an import writes is not counted.
   */
  changes(): number
  findThread(id: ThreadId): Promise<ThreadRecord | undefined>
  loadThread(id: ThreadId): Promise<StoredThread | undefined>
  /** Threads with a preview, not deleted. */
  threadPage(query: ThreadPageQuery): Promise<ThreadPage>
  /** What the model sees, in order: since the newest summing-up; `before` a place of the story. */
  modelHistory(id: ThreadId, before?: number): Promise<readonly ModelItem[]>
  /** The settings that the model was last told of. */
  toldSnapshot(id: ThreadId, before?: number): Promise<StoredSnapshot | null>
  /** SkeinError `notFound` for a turn the thread does not have, `conflict` for one that runs. */
  placeOf(id: ThreadId, cut: StoryCut): Promise<StoryPlace>
  /** The turn with the person's message `count` messages back, or with the first one there is. */
  turnsBack(id: ThreadId, count: number): Promise<string | undefined>
  turnsPage(query: TurnsQuery): Promise<Page<Turn>>
  itemsPage(query: ItemsQuery): Promise<Page<ItemEntry>>
  /** A cursor of `itemsPage` that starts at the newest item of the thread; null before there is one. */
  newestItem(threadId: ThreadId): Promise<string | null>
  /** In stored order; unknown ids are left out. */
  readItems(
    threadId: ThreadId,
    turnId: string,
    itemIds: readonly string[],
  ): Promise<readonly ItemEntry[]>
  /** A range of an item's long output, in bytes of UTF-8, never cutting a character. */
  readOutput(
    threadId: ThreadId,
    itemId: string,
    offset: number,
    length: number,
  ): Promise<Result<'skein/item/output/read'> | undefined>
  snapshot(id: string): Promise<{ json: string; createdAtMs: number } | undefined>
  /** Snapshot id of a turn, or of the thread's settings now. */
  snapshotIdOf(threadId: ThreadId, turnId: string | undefined): Promise<string | undefined>
  /** Newest first. */
  snapshotSpans(query: SnapshotSpansQuery): Promise<Page<SnapshotSpan>>
  approvals(query: ApprovalQuery): Promise<Page<ApprovalView>>
  /** Oldest first; events whose rows are gone are left out. Throws SkeinError('notFound'). */
  recordedEvents(query: RecordedEventsQuery): Promise<RecordedEvents>
  /** Turns in progress: after a crash, at start; an indexed query of few rows. */
  openTurns(): Promise<readonly OpenTurn[]>
  /** Open items of ended turns: after a crash, at start; few rows like the above. */
  strayItems(): Promise<readonly StrayItem[]>
  /** All rows of a thread from a place on, a bounded number of them. */
  exportPage(threadId: ThreadId, start: number): Promise<ExportPage>
  /** Sums of tokens: of all threads or one, and per turn of that one. */
  usage(query: {
    readonly threadId: ThreadId | undefined
    readonly sinceMs: number | undefined
    readonly cursor: string | undefined
    readonly limit: number
  }): Promise<
    Readonly<Pick<Result<'skein/usage/read'>, 'total' | 'nextCursor'>> & {
      readonly byModel: readonly Omit<Result<'skein/usage/read'>['byModel'][number], 'costMicros'>[]
      readonly byTurn: readonly Result<'skein/usage/read'>['byTurn'][number][]
    }
  >
  /** What these threads take; those that are not here are left out. */
  threadSizes(threadIds: readonly ThreadId[]): Promise<readonly ThreadSize[]>
  /** Of the threads behind a place, some at a time; `next` is the place to go on from, null at the end. */
  sizePage(
    after: number,
  ): Promise<{ readonly sizes: readonly ThreadSize[]; readonly next: number | null }>
  /** Of deleted threads, as `sizePage`. */
  trashPage(after: number): Promise<{
    readonly deleted: readonly { readonly deletedMs: number; readonly bytes: number }[]
    readonly next: number | null
  }>
  /** How long deleted threads stay on disk, in milliseconds; null: for ever. */
  keepDeleted(ms: number | null): void
  health(): Promise<StoreHealth>
  /** Hears when the store degrades (disk full) or recovers. */
  onHealth(listener: (health: StoreHealth) => void): () => void
  /** Looks through the whole database while the store goes on. Rejects with SkeinError when that cannot be done. */
  check(): Promise<StoreHealth>
  /** A copy of everything, made while the store goes on; `path` must not exist. Blob files come to lie in `<path>.blobs`. */
  backup(path: string | undefined): Promise<Result<'skein/store/backup'>>
  /** Writes a thread with everything that is kept of it into a new file, which `attachImporter`'s reader takes back. */
  archiveThread(threadId: ThreadId, path: string): Promise<ArchiveResult>
  /** Hears when threads come in whose content is not in rows yet. */
  onPacked(listener: () => void): void
  /** Hears of each imported thread whose content has come to be in rows, where search finds it. */
  onUnpacked(listener: (threadId: ThreadId) => void): void
  /** Resolves when all content of the thread is in rows. */
  contentThere(threadId: ThreadId): Promise<void>
  /** Lets an importer in another thread hand over threads (imported-thread.ts) without passing through this one. */
  attachImporter(port: MessagePort): void
  /** Flushes, checkpoints, closes, gives the profile's lock back. Never rejects; requests after it do. */
  close(): Promise<void>
}
