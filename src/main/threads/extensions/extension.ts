// The public API of extensions: the hooks an extension may implement, what each is given, and what it may do.
import type {
  ApprovalDecision,
  Notification,
  ThreadId,
  ThreadItem,
  ThreadTokenUsage,
  TokenUsage,
  TurnError,
  UserInput,
} from '../../../protocol/index.ts'
import type { ConfigValues } from '../../config/config-schema.ts'
import type { ContextFragment } from '../../instructions/environment-context.ts'
import type { ModelItem, ToolCallItem } from '../../model/model-item.ts'
import type { StoredApproval, ThreadEvent, TurnKind } from '../../storage/thread-event.ts'
import type { Tool, ToolAction } from '../../tools/tool.ts'
import type { Decide, StepResult } from '../commit-queue.ts'
import type { ConfigSnapshot } from '../config-snapshot.ts'
import type { ActiveTurn, ThreadState } from '../thread-state.ts'
import type { CutReason } from '../turn/closing.ts'
import type { ExtensionData } from './extension-data.ts'

type Awaitable<T> = T | Promise<T>

/** A turn that nobody typed. */
export interface OwnTurn {
  readonly kind: Extract<TurnKind, 'goal' | 'other'>
  /** What the model reads first; it has no card in the transcript. May be empty. */
  readonly items: readonly ModelItem[]
}

/** What an extension may do to a live thread. Safe to keep as long as the thread is loaded. */
export interface ThreadControl {
  readonly threadId: ThreadId
  /** Settings, running turn, queue, status and usage as of now. */
  state(): ThreadState
  /**
   * Starts a turn if none runs and nothing is queued. Null when something was first, or when the thread is about
   * to stop: not an error, there is nothing to do then.
   */
  startTurnIfIdle(turn: OwnTurn): Promise<ActiveTurn | null>
  /**
   * Adds messages for the model without a card: a running turn reads them with its next request (and makes one),
   * an idle thread keeps them for its next turn. Starts nothing. Resolves when they are on disk.
   */
  inject(items: readonly ModelItem[]): Promise<void>
  /** Stops this turn as if a person had. Throws SkeinError('conflict') when it is not the running one. */
  interrupt(turnId: string): Promise<void>
  /** Records facts of the extension in the thread's own log, in order with everything else. */
  record(decide: Decide): Promise<StepResult>
  /** Tells the thread's clients something that is not recorded, in order with everything else. */
  emit(notification: Notification): void
}

/** Scopes of a hook that concerns a thread: `session.levelId` and `thread.levelId` say which. */
export interface OfThread {
  readonly session: ExtensionData
  readonly thread: ExtensionData
  readonly control: ThreadControl
}

/** `turn.levelId` is the turn's id; every hook of one turn gets the same store. */
export interface OfTurn extends OfThread {
  readonly turn: ExtensionData
}

export interface ThreadBegin {
  readonly config: ConfigSnapshot
  /** Whether a feature is on for this thread; that never changes while it is loaded. */
  enabled(feature: string): boolean
}

export interface TurnBegin {
  readonly kind: TurnKind
  readonly snapshot: ConfigSnapshot
  readonly tokenUsage: ThreadTokenUsage | null
}

export interface TurnEnding {
  /** The model's last words in the turn, which may not be on disk yet; empty when it said none. */
  readonly lastMessage: string
}

export interface TurnFailing extends TurnEnding {
  readonly error: TurnError
  /** When a used-up limit of the provider ends, where it said so. */
  readonly limitEndsAtMs: number | null
}

export interface UsageReport {
  readonly model: string
  /** The response was the turn's own, or summed its history up. */
  readonly of: 'answer' | 'summary'
  /** Of this response. */
  readonly last: TokenUsage
  /** Of the thread after it. */
  readonly usage: ThreadTokenUsage
}

/** What a model used that works for a turn without being it, as a reviewer does: no part of the thread's own counts. */
export interface HelperUsage {
  readonly model: string
  readonly usage: TokenUsage
}

export interface ModelAnswer {
  readonly startedAtMs: number
  /** Null when nothing came. */
  readonly firstTokenAtMs: number | null
  /** Of words for the person. */
  readonly firstMessageAtMs: number | null
  readonly endedAtMs: number
  readonly events: number
  readonly succeeded: boolean
}

export interface ReviewRequest {
  readonly approval: StoredApproval
  readonly action: ToolAction
  readonly snapshot: ConfigSnapshot
  /** What the model has read and said so far: evidence, never an instruction. */
  readonly transcript: readonly ModelItem[]
  /** Aborts when the turn is cut. */
  readonly signal: AbortSignal
}

/** Tells all extensions what the review took (`onHelperUsage`). */
export interface ReviewCost {
  used(helper: HelperUsage): Promise<void>
}

export type ToolEnd = 'completed' | 'failed' | 'declined' | 'aborted'

/** How an MCP server is configured, in the words of config.toml. */
export interface ContributedServer {
  readonly name: string
  readonly config: Readonly<Record<string, unknown>>
}

/**
 * All hooks are optional. They are called in the order in which extensions are registered, each awaited before the
 * next, and never for longer than `HOOK_MS_MAX`. One that throws or takes too long is logged and passed over.
 */
export interface Extension {
  readonly name: string

  /** While a thread comes to life, fresh, resumed or forked, before anybody hears of it. */
  onThreadStart?(input: OfThread & ThreadBegin): Awaitable<void>
  /** After a stored thread came back to life; never for fresh ones. */
  onThreadResume?(input: OfThread): Awaitable<void>
  /** After a turn ended by itself and nothing queued goes first. The place to start a turn of one's own. */
  onThreadIdle?(input: OfThread): Awaitable<void>
  /** The thread is about to leave memory; its turn has ended. */
  onThreadStop?(input: OfThread): Awaitable<void>

  /** True while the thread must stay in memory although nobody looks at it and nothing runs. */
  keepLoaded?(input: OfThread): boolean

  /** The turn is on disk and nothing of it has run. */
  onTurnStart?(input: OfTurn & TurnBegin): Awaitable<void>
  /**
   * The turn ends by itself, also as failed, and nobody has heard so yet: no input fits in any more. Facts that are
   * returned are recorded together with the end.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most hooks have nothing to record
  onTurnStop?(input: OfTurn & TurnEnding): Awaitable<readonly ThreadEvent[] | void>
  /** The turn is being cut: its work has been told to stop, and nobody has heard of its end. `onTurnAbort` follows. */
  onTurnCut?(input: OfTurn & { readonly reason: CutReason }): Awaitable<void>
  /** The turn was cut, and everybody has heard so. `onTurnStop` is not called for it. */
  onTurnAbort?(input: OfTurn & { readonly reason: CutReason }): Awaitable<void>
  /** The turn is failing; `onTurnStop` follows, then clients hear of it. */
  onTurnError?(input: OfTurn & TurnFailing): Awaitable<void>

  /** The running turn began to wait for a person's answer, or goes on. */
  onWaiting?(input: OfThread & { readonly isWaiting: boolean }): void

  /** For each response that reported usage, before clients hear of it. */
  onTokenUsage?(input: OfTurn & UsageReport): Awaitable<void>
  /** A helper of the turn has used so much. */
  onHelperUsage?(input: OfTurn & HelperUsage): Awaitable<void>
  /** An answer of the model ended, each attempt of its own, also one that broke off. */
  onModelAnswer?(input: OfTurn & ModelAnswer): Awaitable<void>
  /** The history is about to be summed up; `manual`: a person asked for it. */
  onCompaction?(input: OfTurn & { readonly manual: boolean }): Awaitable<void>
  /** Settings were recorded that differ from those before. */
  onConfigChanged?(
    input: OfThread & { readonly previous: ConfigSnapshot; readonly next: ConfigSnapshot },
  ): void

  /** The files of the configuration say something else than before; what a thread settled at its start stays. */
  onRuntimeConfigChanged?(
    input: OfThread & { readonly previous: ConfigValues; readonly next: ConfigValues },
  ): void

  /**
   * Parts of what the model is told of a thread before its first input. The thread waits meanwhile: nothing of it
   * may be awaited here.
   */
  contributeContext?(input: OfThread): Awaitable<readonly ContextFragment[]>
  /** Messages behind a turn's input, once per turn, before the model is asked. `signal`: the turn was cut. */
  contributeTurnInput?(
    input: OfTurn & { readonly input: readonly UserInput[]; readonly signal: AbortSignal },
  ): Awaitable<readonly ModelItem[]>
  /** The request's items, for each attempt. What it throws ends the turn as failed: the one hook that may. */
  changeSamplingInput?(
    input: OfTurn & { readonly items: readonly ModelItem[] },
  ): Awaitable<readonly ModelItem[]>

  /** Tools of the thread beside those of the app, asked for with each request. */
  tools?(input: OfThread): readonly Tool[]
  onToolStart?(input: OfTurn & { readonly call: ToolCallItem }): Awaitable<void>
  /** Also of a call that could not be prepared: that one never started, and counts as declined. */
  onToolFinish?(
    input: OfTurn & { readonly call: ToolCallItem; readonly end: ToolEnd },
  ): Awaitable<void>
  /** Answers a question in a person's place; null leaves it to the next one, at last to the person. */
  reviewApproval?(input: OfTurn & ReviewRequest & ReviewCost): Awaitable<ApprovalDecision | null>
  /** The item as it is to be shown and kept. While any extension has this hook, text is not streamed. */
  changeTurnItem?(input: OfTurn & { readonly item: ThreadItem }): Awaitable<ThreadItem>

  /** MCP servers beside the configured ones; of two with one name the later wins. */
  mcpServers?(input: { readonly cwd: string }): readonly ContributedServer[]
}
