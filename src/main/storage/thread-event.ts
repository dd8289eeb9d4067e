// What is recorded of a thread: the facts actors commit, together with the rows they change.
import type {
  ApprovalDecision,
  ApprovalState,
  GitInfo,
  MemoryMode,
  PlanStep,
  ServerRequestMethod,
  ThreadItem,
  ThreadTokenUsage,
  TokenUsage,
  Turn,
  TurnError,
  UserInput,
} from '../../protocol/index.ts'
import type { ModelItem } from '../model/model-item.ts'

/** A configuration snapshot as the store sees it: `id` is the SHA-256 of `json`. */
export interface StoredSnapshot {
  readonly id: string
  readonly json: string
}

/** The columns of a thread that lists and restarts need; they follow the snapshot. */
export interface SettingsColumns {
  readonly cwd: string
  readonly modelProvider: string
  readonly model: string
  readonly effort: string | null
}

/** What began a turn, or what it does instead of answering: looking back, making room, or running a command. */
export type TurnKind = 'user' | 'queue' | 'goal' | 'other' | 'review' | 'compact' | 'shell'

/** A question to a client: an approval, or anything else that a turn waits for somebody to answer. */
export interface StoredApproval<M extends ServerRequestMethod = ServerRequestMethod> {
  readonly approvalId: string
  readonly turnId: string
  readonly itemId: string
  readonly method: M
  /** Params of the server request. */
  readonly params: unknown
  readonly createdAtMs: number
}

/** What a fork takes over: the story of another thread before one place, and what was known there. */
export interface ForkBase {
  readonly threadId: string
  readonly ord: number
  readonly turnCount: number
  readonly preview: string
  readonly tokenUsage: ThreadTokenUsage | null
}

/** One item of a history that replaces another: one of that, by its position, or a new one. */
export type ReplacementItem = { readonly kept: number } | { readonly item: ModelItem }

export interface StoredQueueEntry {
  readonly id: string
  readonly input: readonly UserInput[]
  readonly clientUserMessageId: string | null
  readonly metadata: Readonly<Record<string, string>> | null
}

/** Input that was accepted into a running turn and not yet shown to the model. */
export interface PendingSteer {
  readonly id: string
  readonly turnId: string
  readonly clientId: string | null
  readonly content: readonly UserInput[]
  /** The message the model will read. */
  readonly model: ModelItem
}

/** Facts that clients hear of: each gets the thread's next `seq`. Times are milliseconds since 1970. */
export type NumberedEvent =
  | {
      readonly type: 'settingsChanged'
      readonly columns: SettingsColumns
      readonly snapshot: StoredSnapshot
    }
  /** Null: back to the automatic title (the preview). */
  | { readonly type: 'threadRenamed'; readonly name: string | null }
  | { readonly type: 'threadArchived' }
  | { readonly type: 'threadUnarchived' }
  /** Goes to the trash; nothing of it is listed or read any more. */
  | { readonly type: 'threadDeleted' }
  /** The turn and all later ones are no longer told. */
  | {
      readonly type: 'threadReverted'
      readonly beforeTurnId: string
      /** Of the thread after it. */
      readonly turnCount: number
      readonly tokenUsage: ThreadTokenUsage | null
      readonly failed: boolean
    }
  | { readonly type: 'queueChanged'; readonly queue: readonly StoredQueueEntry[] }
  | {
      readonly type: 'turnStarted'
      readonly turnId: string
      /** The turn that the chain of work began with: itself, or what its client named. */
      readonly rootTurnId: string
      readonly kind: TurnKind
      readonly snapshot: StoredSnapshot
      /** Overrides in the snapshot that the thread itself does not have. */
      readonly onlyThisTurn: readonly string[]
    }
  | { readonly type: 'itemStarted'; readonly turnId: string; readonly item: ThreadItem }
  /** Replaces the started row, if there is one, and deletes its partial text. */
  | { readonly type: 'itemCompleted'; readonly turnId: string; readonly item: ThreadItem }
  | {
      readonly type: 'tokenUsageRecorded'
      readonly turnId: string
      readonly responseId: string | null
      readonly model: string
      /** Of this response. */
      readonly usage: TokenUsage
      /** Of the thread after it. */
      readonly threadUsage: ThreadTokenUsage
    }
  | {
      readonly type: 'planUpdated'
      readonly turnId: string
      readonly explanation: string | null
      readonly plan: readonly PlanStep[]
    }
  | { readonly type: 'diffUpdated'; readonly turnId: string; readonly diff: string }
  | { readonly type: 'approvalRequested'; readonly approval: StoredApproval }
  | {
      readonly type: 'approvalDecided'
      readonly approvalId: string
      readonly state: Exclude<ApprovalState, 'pending'>
      /** Null for other questions: what was answered there may be secret, and goes to who asked alone. */
      readonly decision: ApprovalDecision | null
      readonly reviewer: string | null
    }
  | {
      readonly type: 'turnCompleted'
      readonly turnId: string
      readonly status: 'completed' | 'interrupted' | 'failed'
      /** `user`, `process_exit`, `shutdown` … for interrupted ones. */
      readonly reason: string | null
      readonly error: TurnError | null
      readonly durationMs: number
    }

/** Facts without a notification of their own: committed with the others, without a number. */
export type SilentEvent =
  /** First of a thread's life; the row is made with the first fact worth keeping, not before. */
  | {
      readonly type: 'threadCreated'
      readonly source: string
      readonly threadSource: string | null
      readonly originator: string | null
      readonly cliVersion: string
      readonly historyMode: 'legacy' | 'paginated'
      /** When the thread was made, which may be long before its first fact. */
      readonly createdMs: number
      readonly columns: SettingsColumns
      readonly snapshot: StoredSnapshot
      /** Of a fork. */
      readonly base?: ForkBase
      /** The project it begins in. */
      readonly projectId?: string
    }
  /** The model sees this from now on, in place of what it saw; the transcript keeps everything. */
  | {
      readonly type: 'historyReplaced'
      readonly turnId: string
      readonly history: readonly ReplacementItem[]
    }
  /** A preview where there is none yet. */
  | { readonly type: 'threadDescribed'; readonly preview: string }
  | {
      readonly type: 'modelItemsRecorded'
      readonly turnId: string | null
      readonly items: readonly ModelItem[]
    }
  /** The running turn goes on under this snapshot. */
  | {
      readonly type: 'turnSettingsChanged'
      readonly turnId: string
      readonly snapshot: StoredSnapshot
    }
  | { readonly type: 'inputSteered'; readonly steer: PendingSteer }
  /** The pending inputs with these ids became items (or the turn ended): forget them. */
  | { readonly type: 'steersConsumed'; readonly ids: readonly string[] }
  /** What is known of a thread beside its words; a member that is absent stays. */
  | {
      readonly type: 'metadataChanged'
      readonly gitInfo?: GitInfo | null
      readonly memoryMode?: MemoryMode
    }
  /** The last state of an item whose turn was cut: listed with what it had, never completed. */
  | { readonly type: 'itemCut'; readonly turnId: string; readonly item: ThreadItem }

export type ThreadEvent = NumberedEvent | SilentEvent

/** A recorded event as it is told again: with what it speaks of as that is now. */
export type RetoldFact =
  | { readonly type: 'settingsChanged'; readonly snapshot: StoredSnapshot }
  /** The turn in its latest state; of one that ended, with its answer. */
  | { readonly type: 'turnStarted' | 'turnCompleted'; readonly turn: Turn }
  | {
      readonly type: 'approvalRequested' | 'approvalDecided'
      readonly approvalId: string
      readonly state: ApprovalState
    }
  | {
      readonly type: 'tokenUsageRecorded'
      readonly turnId: string
      readonly threadUsage: ThreadTokenUsage
    }
  | Exclude<
      NumberedEvent,
      {
        readonly type:
          | 'settingsChanged'
          | 'turnStarted'
          | 'turnCompleted'
          | 'approvalRequested'
          | 'approvalDecided'
          | 'tokenUsageRecorded'
          | 'threadReverted'
          | 'queueChanged'
      }
    >
  | { readonly type: 'threadReverted' | 'queueChanged' }

const silentTypes: ReadonlySet<ThreadEvent['type']> = new Set([
  'threadCreated',
  'historyReplaced',
  'threadDescribed',
  'modelItemsRecorded',
  'turnSettingsChanged',
  'inputSteered',
  'steersConsumed',
  'itemCut',
  'metadataChanged',
])

export function isNumbered(event: ThreadEvent): event is NumberedEvent {
  return !silentTypes.has(event.type)
}

/** What began a turn, as clients see it; of a turn that does something else it is not said. */
export function triggerOf(kind: string): NonNullable<Turn['skein']>['trigger'] {
  return kind === 'user' || kind === 'queue' || kind === 'goal' ? kind : 'other'
}
