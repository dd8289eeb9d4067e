// A thread that may have a goal: real store, scripted model, and a time that stands still until the test moves it.
import { createGoals, type Goals } from '../src/main/extensions/goals/goals.ts'
import {
  type CheckRun,
  defaultConfig,
  type GoalsConfig,
  type GoalsPorts,
  type Timers,
} from '../src/main/extensions/goals/goals-ports.ts'
import type { Clock } from '../src/main/lib/clock.ts'
import { silentLogger } from '../src/main/lib/logger.ts'
import { costOf, type ModelPrice } from '../src/main/model/prices.ts'
import type { Store } from '../src/main/storage/store.ts'
import type { Extension } from '../src/main/threads/extensions/extension.ts'
import type { ThreadSignal } from '../src/main/threads/thread-signal.ts'
import type { ThreadState } from '../src/main/threads/thread-state.ts'
import type { Notification, Params, ThreadGoal } from '../src/protocol/index.ts'
import { snapshot, threadState } from './builders.ts'
import { createFakeClock } from './fake-clock.ts'
import type { FakeModelOptions, Reply } from './fake-model.ts'
import { openTestStore } from './open-test-store.ts'
import { openThread, type ThreadHarness } from './thread-harness.ts'

export interface FakeTime {
  readonly clock: Clock
  readonly timers: Timers
  /** Moves both clocks and calls what became due, in order. */
  advance(ms: number): void
  /** Milliseconds until the next call, null when nothing waits. */
  next(): number | null
}

export function createFakeTime(startMs = 1_000_000): FakeTime {
  const clock = createFakeClock(startMs)
  let waiting: { readonly atMs: number; readonly call: () => void }[] = []
  return {
    clock,
    timers: {
      monotonicMs: clock.now,
      after(ms, call) {
        const entry = { atMs: clock.now() + ms, call }
        waiting.push(entry)
        return () => {
          waiting = waiting.filter((other) => other !== entry)
        }
      },
    },
    advance(ms) {
      const end = clock.now() + ms
      for (;;) {
        const due = waiting.filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs)[0]
        if (!due) break
        waiting = waiting.filter((other) => other !== due)
        clock.advance(Math.max(0, due.atMs - clock.now()))
        due.call()
      }
      clock.advance(end - clock.now())
    },
    next: () =>
      waiting.length === 0 ? null : Math.min(...waiting.map(({ atMs }) => atMs)) - clock.now(),
  }
}

const STEP_MS = 15_000

export interface GoalHarness extends ThreadHarness {
  readonly goals: Goals
  readonly time: FakeTime
  readonly threadId: string
  /** What goals told clients: words of the status, in order. */
  heardGoals(): readonly string[]
  told(): readonly Notification[]
  goal(): Promise<ThreadGoal>
  /** Everything that follows by itself has happened. */
  quiet(): Promise<void>
  /** Lets so much time pass in the small steps of a machine that is awake. */
  work(ms: number): Promise<void>
  /** Lets the pause before the next automatic turn pass, then waits for its end. */
  nextTurn(ms?: number): Promise<void>
  /** Kinds of the turns so far. */
  turns(): readonly string[]
}

export interface GoalHarnessOptions {
  readonly store?: Store
  readonly time?: FakeTime
  readonly state?: Partial<ThreadState>
  readonly model?: FakeModelOptions
  readonly config?: Partial<GoalsConfig>
  readonly checks?: (command: string) => CheckRun
  /** Instead of `checks`. */
  readonly runCommand?: GoalsPorts['runCommand']
  readonly prices?: Readonly<Record<string, ModelPrice>>
  /** Before goals: their tools win over those of goals. */
  readonly extensions?: readonly Extension[]
  readonly wrapStore?: (store: Store) => Store
}

export async function openGoalThread(options: GoalHarnessOptions = {}): Promise<GoalHarness> {
  const real = options.store ?? (await openTestStore())
  const store = options.wrapStore?.(real) ?? real
  const time = options.time ?? createFakeTime()
  const told: Notification[] = []
  const note = (signal: ThreadSignal): void => {
    if (signal.type === 'told') told.push(signal.notification)
  }
  const goals = createGoals({
    store,
    clock: time.clock,
    timers: time.timers,
    logger: silentLogger,
    config: async () => ({ ...defaultConfig, ...options.config }),
    costOf: async (model, usage) => costOf(options.prices?.[model], usage),
    runCommand:
      options.runCommand ??
      (async (command) => options.checks?.(command) ?? { exitCode: 0, output: '' }),
    threads: {
      find: (threadId) => (threadId === thread.actor.id ? thread.actor.state() : undefined),
      describe: async (_threadId, preview) => void (await thread.actor.describe(preview)),
      load: async () => undefined,
    },
    tell: (notification) => told.push(notification),
  })
  const thread = await openThread({
    store: real,
    state: threadState({ stored: false, ...options.state }),
    ...(options.model && { model: options.model }),
    extensions: [...(options.extensions ?? []), goals.extension],
    onSignal: note,
  })
  const { actor } = thread
  await goals.start()
  await actor.extensions.started({ config: actor.state().snapshot, enabled: () => true })
  const kinds = (): string[] =>
    thread.signals.flatMap((signal) =>
      signal.type === 'recorded' && signal.event.type === 'turnStarted' ? [signal.event.kind] : [],
    )
  const ends = (): number =>
    thread.signals.filter(
      (signal) => signal.type === 'recorded' && signal.event.type === 'turnCompleted',
    ).length

  async function quiet(): Promise<void> {
    for (let round = 0; round < 4; round++) {
      await new Promise((resolve) => setImmediate(resolve))
      await actor.idle()
      if (!actor.state().snapshot.values.ephemeral) await goals.get(actor.id).catch(() => null)
    }
  }

  return {
    ...thread,
    goals,
    time,
    threadId: actor.id,
    told: () => told,
    heardGoals: () =>
      told.flatMap((notification) => {
        if (notification.method === 'thread/goal/cleared') return ['cleared']
        return notification.method === 'thread/goal/updated'
          ? [notification.params.goal.status]
          : []
      }),
    async goal() {
      const goal = await goals.get(actor.id)
      if (!goal) throw new Error('there is no goal')
      return goal
    },
    quiet,
    async work(ms) {
      for (let left = ms; left > 0; left -= STEP_MS) {
        await quiet()
        time.advance(Math.min(left, STEP_MS))
      }
      await quiet()
    },
    async nextTurn(ms = 1000) {
      await quiet()
      const count = ends() + 1
      time.advance(ms)
      await quiet()
      if (kinds().length >= count) await thread.turnEnded(count)
      await quiet()
    },
    turns: kinds,
  }
}

/** A thread whose goal works, or has, until the scripted model has nothing more to say. */
export async function withGoal(
  replies: readonly Reply[],
  set: Omit<Params<'thread/goal/set'>, 'threadId' | 'objective'> & {
    readonly objective?: string
  } = {},
  options: GoalHarnessOptions = {},
): Promise<GoalHarness> {
  const opened = await openGoalThread(options)
  opened.model.script(replies)
  await opened.goals.set({ threadId: opened.threadId, objective: 'win', ...set })
  await opened.quiet()
  return opened
}

export function planning(mode: 'plan' | 'default'): Pick<ThreadState, 'snapshot'> {
  return { snapshot: snapshot({ mode }) }
}
