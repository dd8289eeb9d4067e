// What a running turn may do to its thread: the loop never writes itself, it asks the actor through this.
import type { ClientMetadata, ServerRequestMethod, ThreadItem } from '../../../protocol/index.ts'
import type { SessionGrants } from '../../approvals/session-grants.ts'
import type { TurnLineage } from '../../model/model-client.ts'
import type { ModelItem } from '../../model/model-item.ts'
import type { StoredApproval, ThreadEvent } from '../../storage/thread-event.ts'
import type { WaitPause } from '../../tools/tool.ts'
import type { ConfigSnapshot } from '../config-snapshot.ts'
import type { TurnExtensions } from '../extensions/thread-extensions.ts'
import type { Delta, ThreadSignal } from '../thread-signal.ts'
import type { ClientAnswer } from './approval-waiters.ts'
import type { TurnOutcome } from './closing.ts'
import type { TurnTask } from './turn-task.ts'

export interface TurnScope {
  readonly threadId: string
  readonly turnId: string
  /** As of now: settings of the running turn may change between its requests. */
  readonly snapshot: ConfigSnapshot
  /** What the model was told of last before this turn; null when it was told nothing yet. */
  readonly previous: ConfigSnapshot | null
  readonly task: TurnTask
  /** Strict JSON schema of the final answer; undefined for plain text. */
  readonly outputSchema: unknown
  /** What clients want to be found in the provider's records of the turn, as of now. */
  readonly metadata: ClientMetadata
  readonly lineage: TurnLineage | undefined
  /** Aborts when the turn is cut; its reason is what every call here then rejects with. */
  readonly signal: AbortSignal
  readonly extensions: TurnExtensions
  readonly waitPause: WaitPause
  /** The model-visible history as recorded so far. */
  history(): readonly ModelItem[]
  /** Its length before this turn. */
  readonly historyStart: number
  /** Where this turn's own input begins, behind what the model was told of settings. */
  readonly inputStart: number
  /** All that a model is told before it knows anything of the thread. */
  initialContext(): Promise<readonly ModelItem[]>
  /** Resolves when the facts are on disk and published. */
  record(events: readonly ThreadEvent[]): Promise<void>
  /**
   * Records them together with what follows at once, or else by themselves. Nobody waits for them one by one:
   * `recorded` and `finish` reject when one could not be recorded.
   */
  recordSoon(events: readonly ThreadEvent[]): void
  /** Resolves when everything handed to `recordSoon` is on disk and published. */
  recorded(): Promise<void>
  /** Announces a streamed item: it has no row until `itemCompleted`, only checkpoints. */
  openStreamed(item: ThreadItem): void
  delta(type: ThreadItem['type'], itemId: string, delta: Delta): void
  /** A broken attempt: its half items never were. */
  dropStreamed(): void
  signalNow(signal: ThreadSignal): void
  /** Records the question, asks whoever is there, resolves with the first answer. */
  ask<M extends ServerRequestMethod>(question: StoredApproval<M>): Promise<ClientAnswer<M>>
  /** Moves input that was steered in meanwhile into the transcript and the history; false when there was none. */
  takeSteers(): Promise<boolean>
  /** Ends the turn; false when input arrived in the last moment and the loop must go on. */
  finish(outcome: TurnOutcome, last: readonly ThreadEvent[]): Promise<boolean>
  /** For what is known of a turn that is just being cut: recorded before its end, or not at all. */
  recordCut(events: readonly ThreadEvent[]): Promise<void>
  /** Like `record`, for facts that may come after the turn's end. */
  recordLater(events: readonly ThreadEvent[]): Promise<void>
  /** For a process that outlives its call, maybe its turn. */
  completeLater(item: ThreadItem): void
  /** What was allowed for this session; it lasts as long as the thread is loaded. */
  grants(): SessionGrants
  grant(change: (grants: SessionGrants) => SessionGrants): void
}
