// Port: goals as they are kept, one row a thread, and the log of what happened to them.
import type {
  GoalActor,
  GoalCheck,
  GoalCheckResult,
  GoalLogEntry,
  GoalNotify,
  GoalReason,
  GoalStatus,
  GoalWait,
  ThreadId,
} from '../../protocol/index.ts'

export interface StoredCheck extends GoalCheck {
  readonly last: GoalCheckResult | null
}

/** What the host remembers of the latest turns, to see whether they lead anywhere. */
export interface GoalPace {
  /** Goal turns since the goal was last set going. */
  readonly goalTurns: number
  /** Automatic turns since a person last had a word. */
  readonly unattended: number
  /** Turns in a row that brought nothing new. */
  readonly noProgress: number
  readonly empty: number
  readonly repeats: number
  readonly toolFailures: number
  readonly commandFailures: number
  /** Attempts that an overloaded provider refused. */
  readonly overloads: number
  /** Fingerprints of the tool calls of the last turns, newest last. */
  readonly recentCalls: readonly (readonly string[])[]
  /** Fingerprint of the last turn's words and calls. */
  readonly lastTurn: string | null
}

/** Times are milliseconds. */
export interface StoredGoal {
  readonly threadId: ThreadId
  /** Of the logical goal: an edit keeps it, a new goal has another. */
  readonly goalId: string
  readonly objective: string
  readonly status: GoalStatus
  readonly reason: GoalReason | null
  readonly detail: string | null
  readonly actor: GoalActor
  readonly tokenBudget: number | null
  readonly tokensUsed: number
  readonly timeBudgetMs: number | null
  readonly timeUsedMs: number
  readonly costBudgetMicros: number | null
  /** Null as long as no price was known. */
  readonly costUsedMicros: number | null
  readonly autoTurnCap: number | null
  readonly autoTurns: number
  /** The least pause before an automatic turn. */
  readonly minGapMs: number
  /** Automatic turns in a row that may bring nothing new; the last of them blocks. */
  readonly noProgressMax: number
  readonly notify: GoalNotify
  readonly lastProgressMs: number | null
  /** Not before this time may the next automatic turn start. */
  readonly nextStartMs: number | null
  /** No automatic turn before somebody started one: a fork's goal. */
  readonly deferred: boolean
  /** The goal this one was copied from by a fork. */
  readonly copiedFrom: string | null
  readonly checks: readonly StoredCheck[]
  readonly checksFailed: number
  readonly wait: GoalWait | null
  readonly pace: GoalPace
  readonly createdMs: number
  readonly updatedMs: number
  /** Grows with every write. */
  readonly rev: number
}

export type NewGoalLogEntry = Omit<GoalLogEntry, 'seq'>

/** All of it or nothing. */
export interface GoalWrite {
  readonly threadId: ThreadId
  /** The revision this was decided on; null: there was no goal. */
  readonly expectedRev: number | null
  /** Null removes the row. */
  readonly goal: StoredGoal | null
  readonly log: readonly NewGoalLogEntry[]
}

export interface GoalsQuery {
  readonly statuses: readonly GoalStatus[]
  readonly sortKey: 'spend' | 'updated'
  readonly cursor: string | undefined
  readonly limit: number
}

export interface GoalLogQuery {
  readonly threadId: ThreadId
  readonly goalId: string | undefined
  readonly kind: 'turn' | 'change' | undefined
  readonly cursor: string | undefined
  readonly limit: number
}

export interface GoalPage<T> {
  readonly data: readonly T[]
  readonly nextCursor: string | null
}

/** Goals of deleted threads are not seen. */
export interface GoalReads {
  findGoal(threadId: ThreadId): Promise<StoredGoal | undefined>
  goalsPage(query: GoalsQuery): Promise<GoalPage<StoredGoal>>
  /** Newest first. */
  goalLogPage(query: GoalLogQuery): Promise<GoalPage<GoalLogEntry>>
  /** Threads whose goal is active: an indexed query. */
  activeGoals(): Promise<readonly ThreadId[]>
  /** True from a pause of all goals until they are resumed. */
  goalsPaused(): Promise<boolean>
}

export interface GoalWrites {
  /**
   * Resolves after COMMIT. Rejects with SkeinError: `conflict` when a goal has another revision than expected,
   * `notFound` for a thread without a row, `storageDegraded` when the disk fails.
   */
  saveGoals(writes: readonly GoalWrite[]): Promise<void>
  saveGoalsPaused(paused: boolean): Promise<void>
}
