// What a window holds of one thread: plain immutable values that views select from.
import type {
  ApprovalPolicy,
  ApprovalsReviewer,
  ModeKind,
  Notification,
  Personality,
  PlanStep,
  QueuedSubmission,
  ReasoningSummary,
  SandboxPolicy,
  Thread,
  ThreadItem,
  ThreadStatus,
  ThreadTokenUsage,
  TokenUsage,
  Turn,
  TurnError,
  TurnStatus,
  UserInput,
} from '../../protocol/index.ts'

export type ThreadPhase = 'loading' | 'ready' | 'error' | 'gone'

/** An item as it is shown. A new object whenever anything of it changed, the same one otherwise. */
export interface ItemView {
  /** Unique within its turn and stable, except that a superseded item gets a new one. */
  readonly key: string
  readonly item: ThreadItem
  /** Still being written: no `item/completed` yet and the turn goes on. */
  readonly isOpen: boolean
  /** Was open when its turn ended. */
  readonly isInterrupted: boolean
  /** A call that the model is still writing: no `item/started` yet, and there may never be one. */
  readonly isDraft?: true
  /** Text of an attempt that broke off and was made again: shown dimmed, in no copy, gone after a reload. */
  readonly isSuperseded: boolean
  /** Where streamed output of a command was cut in the middle to stay within bounds; null when it is whole. */
  readonly outputCut: OutputCut | null
  /** How far a running tool of an MCP server says it is. */
  readonly progress?: string
  /** What a model that answers questions in the person's place said of it; as far as this window heard it. */
  readonly review?: ReviewView
}

export type ReviewView = Extract<
  Notification,
  { method: 'item/autoApprovalReview/completed' }
>['params']['review']

/** `omittedChars` characters are missing at index `at` of `aggregatedOutput`. */
export interface OutputCut {
  readonly at: number
  readonly omittedChars: number
}

/** The model's connection broke and is being tried again. Unknown counts are null. */
export interface RetryNotice {
  readonly message: string
  readonly attempt: number | null
  readonly attemptsMax: number | null
}

export interface TurnPlan {
  readonly explanation: string | null
  readonly steps: readonly PlanStep[]
}

export interface TurnView {
  readonly id: string
  /** Counted from 1 over the whole thread; null while older turns are not loaded. */
  readonly number: number | null
  readonly status: TurnStatus
  readonly error: TurnError | null
  readonly startedAtMs: number | null
  readonly completedAtMs: number | null
  readonly durationMs: number | null
  readonly items: readonly ItemView[]
  readonly retry: RetryNotice | null
  readonly plan: TurnPlan | null
  /** Unified diff of the whole turn; null when none came while this window watched. */
  readonly diff: string | null
  /** Of this turn alone; null unless this window saw it from its start. */
  readonly tokens: TokenUsage | null
  /** The thread's total before this turn, to measure `tokens` by; null when unknown. */
  readonly tokensBefore: TokenUsage | null
  readonly snapshotId: string | null
  readonly trigger: NonNullable<Turn['skein']>['trigger'] | null
}

/** The settings the next turn starts with. */
export interface ThreadSettings {
  readonly cwd: string
  readonly model: string
  readonly modelProvider: string
  readonly effort: string | null
  readonly mode: ModeKind
  readonly approvalPolicy: ApprovalPolicy
  readonly sandboxPolicy: SandboxPolicy
  /** Id of the permission profile in force; null when a plain sandbox policy is. */
  readonly permissions: string | null
  readonly approvalsReviewer: ApprovalsReviewer
  /** Null for what the model does by itself, or while the window was not told. The next one alike. */
  readonly serviceTier: string | null
  readonly summary: ReasoningSummary | null
  readonly personality: Personality | null
}

/** Input that was accepted into the running turn and not yet read by the model. */
export interface PendingSteer {
  readonly clientId: string
  readonly turnId: string
  readonly input: readonly UserInput[]
}

export interface ThreadState {
  readonly threadId: string
  readonly phase: ThreadPhase
  /** Why the phase is `error` or `gone`; a sentence for a person. */
  readonly problem: string | null
  /** Can be read and nothing else until it is taken out of the archive. */
  readonly isArchived: boolean
  readonly thread: Thread | null
  readonly settings: ThreadSettings | null
  readonly status: ThreadStatus
  /** Oldest first. */
  readonly turns: readonly TurnView[]
  /** Fetches the turns before the first one; null when all are here. */
  readonly olderCursor: string | null
  readonly isLoadingOlder: boolean
  /** Number of the last recorded event in this state. */
  readonly lastSeq: number
  /** All events up to this one came with the last reading of the thread. */
  readonly snapshotSeq: number
  readonly tokenUsage: ThreadTokenUsage | null
  readonly queue: readonly QueuedSubmission[]
  readonly steers: readonly PendingSteer[]
}

export function emptyThreadState(threadId: string): ThreadState {
  return {
    threadId,
    phase: 'loading',
    problem: null,
    isArchived: false,
    thread: null,
    settings: null,
    status: { type: 'notLoaded' },
    turns: [],
    olderCursor: null,
    isLoadingOlder: false,
    lastSeq: 0,
    snapshotSeq: 0,
    tokenUsage: null,
    queue: [],
    steers: [],
  }
}

/** The turn that runs now; undefined when the thread is at rest. */
export function activeTurn(state: ThreadState): TurnView | undefined {
  const last = state.turns.at(-1)
  return last?.status === 'inProgress' ? last : undefined
}

/** The latest plan of the thread, with the turn it belongs to. */
export function latestPlan(state: ThreadState): { turn: TurnView; plan: TurnPlan } | undefined {
  const turn = state.turns.findLast((candidate) => candidate.plan !== null)
  return turn?.plan ? { turn, plan: turn.plan } : undefined
}

/** Tokens of the last request against the model's window; null when one of the two is unknown. */
export function contextUsage(
  usage: ThreadTokenUsage | null,
): { tokens: number; window: number; percent: number } | null {
  const window = usage?.modelContextWindow
  if (!usage || !window) return null
  const tokens = usage.last.totalTokens
  return { tokens, window, percent: Math.min(100, Math.round((tokens / window) * 100)) }
}

/** What a thread is called in lists and headings. */
export function titleOf(thread: Pick<Thread, 'name' | 'preview'> | null): string {
  const title = thread?.name?.trim() || thread?.preview.trim().split('\n', 1)[0]
  return title || 'New thread'
}
