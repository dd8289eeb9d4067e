// What goals need from the rest of the app; handed in by compose.ts.
import type { Notification, ThreadId, TokenUsage } from '../../../protocol/index.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { GoalReads, GoalWrites } from '../../storage/goal-store.ts'
import type { ThreadRecord } from '../../storage/store.ts'
import type { ConfigSnapshot } from '../../threads/config-snapshot.ts'
import type { ThreadState } from '../../threads/thread-state.ts'
import type { GoalLimits } from './goal-edit.ts'

/** Time as something tests can move. */
export interface Timers {
  /** Milliseconds that only grow; they say nothing of the time of day. */
  monotonicMs(): number
  /** Calls once after `ms`; the answer takes it back. */
  after(ms: number, call: () => void): () => void
}

/** As configured now. */
export interface GoalsConfig {
  readonly enabled: boolean
  readonly limits: GoalLimits
  /** What becomes of goals that were active when the app ended. */
  readonly autoResume: 'ask' | 'always' | 'never'
  readonly simultaneousMax: number
}

export interface CheckRun {
  /** Null: it did not end by itself, or could not be started. */
  readonly exitCode: number | null
  /** The end of what it printed. */
  readonly output: string
}

/** A thread as goals see it from outside. */
export interface GoalThreads {
  /** State of a loaded thread. */
  find(threadId: ThreadId): ThreadState | undefined
  /** Makes the row of a loaded thread, and its title where it has none. */
  describe(threadId: ThreadId, preview: string): Promise<void>
  load(threadId: ThreadId): Promise<unknown>
}

export interface GoalsPorts {
  readonly store: GoalReads &
    GoalWrites & { findThread(id: ThreadId): Promise<ThreadRecord | undefined> }
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
  readonly threads: GoalThreads
  /** For a loaded thread the feature is on or off as it was when that thread came to life. */
  config(threadId?: ThreadId): Promise<GoalsConfig>
  /** In millionths of a dollar; null: no price is known. */
  costOf(model: string, usage: TokenUsage): Promise<number | null>
  /** Runs a person's command within the limits of these settings. Never rejects. */
  runCommand(command: string, settings: ConfigSnapshot, signal: AbortSignal): Promise<CheckRun>
  /** Tells everybody something that belongs to no loaded thread. */
  tell(notification: Notification): void
}

export const defaultConfig: GoalsConfig = {
  enabled: true,
  limits: { maxTokenBudget: null, autoTurnCap: 50 },
  autoResume: 'ask',
  simultaneousMax: 4,
}
