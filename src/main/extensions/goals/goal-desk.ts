// The goal of one thread as the host holds it: one thing at a time, each change written before anybody hears of it.
import type { Notification, ThreadGoal, ThreadId } from '../../../protocol/index.ts'
import { messageOf, SkeinError } from '../../lib/errors.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'
import type { ThreadControl } from '../../threads/extensions/extension.ts'
import { account, minus, nothingSpent, plus, type Spending } from './goal-accounting.ts'
import type { GoalChange } from './goal-change.ts'
import { isCounted } from './goal-status.ts'
import { defaultConfig, type GoalsConfig, type GoalsPorts } from './goals-ports.ts'
import { createTurnTrace, type TurnTrace } from './turn-trace.ts'

/** A turn that works for a goal. All of it may be lost: the database is the truth. */
export interface Binding {
  readonly turnId: string
  readonly goalId: string
  readonly automatic: boolean
  readonly trace: TurnTrace
  /** False: the goal was stopped meanwhile, what follows is not charged. */
  charging: boolean
  /** The goal the response under way is charged to: what was asked before the goal was there is free. */
  responseOf: string | null
  /** When working time was last taken; null while it stands still. */
  markedMs: number | null
  tokens: number
  timeMs: number
}

/** A clock that stood still for longer was asleep. */
const GAP_MS_MAX = 60_000

export interface GoalDesk {
  readonly threadId: ThreadId
  control: ThreadControl | null
  binding: Binding | null
  config: GoalsConfig
  /** A start is under way: the slot is reserved. */
  starting: boolean
  waitingForPerson: boolean
  /** The goal whose running turn was told that its budget is used up. */
  steeredFor: string | null
  isPlanning(): boolean
  /** The last known record; undefined before the first read. */
  known(): StoredGoal | null | undefined
  /** Reads, decides, writes: nothing else happens to this goal meanwhile. Never held while a model is asked. */
  locked<T>(work: () => Promise<T>): Promise<T>
  read(): Promise<StoredGoal | null>
  /** Inside `locked`. Reads what somebody else may have written. */
  reread(): Promise<StoredGoal | null>
  /** Inside `locked`. Writes the change and tells of it; undefined keeps quiet. */
  commit(change: GoalChange, turnId?: string | null): Promise<void>
  /** Inside `locked`. Writes the change; who is to hear of it hears later, with `tellNew`. */
  record(change: GoalChange): Promise<void>
  /** Says how the goal is now. */
  announce(): void
  /** Says how the goal is now, where that is more than a later time than what was said last. */
  tellNew(turnId: string | null): void
  /** Inside `locked`. Records what was used so far; a failed write leaves it for the next time. */
  flush(): Promise<void>
  bind(turnId: string, goal: StoredGoal, automatic: boolean): void
  /** What follows in the running turn is not charged. */
  unbind(): void
  charge(spending: Partial<Spending>): void
  /** Working time up to now. */
  mark(): void
  pauseClock(isWaiting: boolean): void
}

export function createGoalDesk(
  threadId: ThreadId,
  ports: GoalsPorts,
  view: (goal: StoredGoal) => ThreadGoal,
  changed: (before: StoredGoal | null, after: StoredGoal | null) => void,
): GoalDesk {
  let goal: StoredGoal | null | undefined
  let tail: Promise<unknown> = Promise.resolve()
  let unwritten: Spending = nothingSpent
  /** The goal it belongs to: what could not be written outlives its turn, not its goal. */
  let unwrittenOf: string | null = null
  let told: string | null = null

  function tell(notification: Notification): void {
    if (desk.control) desk.control.emit(notification)
    else ports.tell(notification)
  }

  async function save({ goal: after, log }: GoalChange): Promise<void> {
    const before = goal ?? null
    try {
      await ports.store.saveGoals([
        { threadId, expectedRev: before?.rev ?? null, goal: after, log },
      ])
    } catch (error) {
      if (error instanceof SkeinError && error.code === 'conflict') goal = undefined
      throw error
    }
    goal = after
    changed(before, after)
  }

  function announce(turnId: string | null): void {
    if (!goal) tell({ method: 'thread/goal/cleared', params: { threadId } })
    else
      tell({
        method: 'thread/goal/updated',
        params: { threadId, turnId, goal: view(goal) },
      })
    told = factsOf(goal)
  }

  /** What is worth telling: the pace of a goal that stopped is not. */
  function factsOf(current: StoredGoal | null | undefined): string | null {
    if (!current) return null
    const { updatedAt: _, skein, ...facts } = view(current)
    return JSON.stringify(isCounted(current) ? { ...facts, skein } : facts)
  }

  const desk: GoalDesk = {
    threadId,
    control: null,
    binding: null,
    config: defaultConfig,
    starting: false,
    waitingForPerson: false,
    steeredFor: null,
    isPlanning: () => desk.control?.state().snapshot.values.mode === 'plan',
    known: () => goal,
    locked(work) {
      const turn = tail.then(work)
      tail = turn.catch(() => undefined)
      return turn
    },
    async read() {
      if (goal === undefined) goal = (await ports.store.findGoal(threadId)) ?? null // none is known too
      return goal
    },
    reread() {
      goal = undefined
      return desk.read()
    },
    async commit(change, turnId = null) {
      if (change.goal === goal) return
      await save(change)
      announce(turnId)
    },
    async record(change) {
      if (change.goal !== goal) await save(change)
    },
    announce: () => announce(null),
    tellNew(turnId) {
      if (goal && factsOf(goal) !== told) announce(turnId)
    },
    async flush() {
      desk.mark()
      const current = await desk.read()
      if (current?.goalId !== unwrittenOf) unwritten = nothingSpent // of a goal that is gone
      if (!current) return
      const written = unwritten
      const change = account(current, written, ports.clock.now())
      if (!change) return
      try {
        await desk.record(change)
      } catch (error) {
        ports.logger.log('warn', 'the use of a goal could not be written yet', {
          threadId,
          error: messageOf(error),
        })
        return
      }
      unwritten = minus(unwritten, written)
    },
    bind(turnId, bound, automatic) {
      const isSameTurn = desk.binding?.turnId === turnId
      desk.binding = {
        turnId,
        goalId: bound.goalId,
        automatic: isSameTurn ? (desk.binding?.automatic ?? automatic) : automatic,
        trace: (isSameTurn && desk.binding?.trace) || createTurnTrace(),
        charging: true,
        responseOf: null,
        markedMs: desk.waitingForPerson ? null : ports.timers.monotonicMs(),
        tokens: 0,
        timeMs: 0,
      }
    },
    unbind() {
      desk.mark()
      if (!desk.binding) return
      desk.binding.charging = false
      desk.binding.responseOf = null
      desk.binding.markedMs = null
    },
    charge(spending) {
      const { binding } = desk
      if (!binding) return
      if (unwrittenOf !== binding.goalId) unwritten = nothingSpent
      unwrittenOf = binding.goalId
      unwritten = plus(unwritten, spending)
      binding.tokens += spending.tokens ?? 0
      binding.timeMs += spending.timeMs ?? 0
    },
    mark() {
      const { binding } = desk
      if (!binding || binding.markedMs === null) return
      const now = ports.timers.monotonicMs()
      const passed = now - binding.markedMs
      binding.markedMs = now
      if (binding.charging && passed > 0 && passed <= GAP_MS_MAX) desk.charge({ timeMs: passed })
    },
    pauseClock(isWaiting) {
      if (isWaiting === desk.waitingForPerson) return
      desk.mark()
      desk.waitingForPerson = isWaiting
      const { binding } = desk
      if (binding?.charging) binding.markedMs = isWaiting ? null : ports.timers.monotonicMs()
    },
  }
  return desk
}
