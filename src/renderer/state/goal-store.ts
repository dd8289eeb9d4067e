// The goals of all threads, and the switch over all of them. The app's list is the truth.
import { createStore } from 'zustand/vanilla'
import type {
  Bridge,
  CallParams,
  GoalCondition,
  GoalLogEntry,
  Notification,
  ThreadGoal,
} from '../../protocol/index.ts'
import { messageOf } from './failures.ts'
import type { NotificationPump } from './notification-pump.ts'
import type { ReadonlyStore } from './thread-store.ts'

const PAGE = 100
const GOALS_MAX = 1_000
const LOG_MAX = 500
/** As long as the app keeps what was there. */
const UNDO_MS = 10_000

export interface GoalsState {
  readonly goals: ReadonlyMap<string, ThreadGoal>
  readonly pausedAll: boolean
  /** Goals that left `active` since this window heard of them, other than by a click here. */
  readonly stopped: readonly ThreadGoal[]
  /** Goals that this window removed, and until when that can be taken back. */
  readonly cleared: ReadonlyMap<string, number>
  readonly problem: string | null
}

export interface GoalStore extends ReadonlyStore<GoalsState> {
  /** Reads all. Never rejects: `problem` tells. */
  load(): Promise<void>
  /** The rest reject with a BridgeFailure. */
  set(params: CallParams<'thread/goal/set'>): Promise<void>
  replace(params: CallParams<'skein/goal/replace'>): Promise<void>
  clear(threadId: string): Promise<void>
  /** Takes the latest change of the status back, also a removal; for a few seconds after it. */
  undo(threadId: string): Promise<void>
  pauseAll(): Promise<number>
  /** Without threads: all that were paused together, and all that are held since the start. */
  resumeAll(threadIds?: readonly string[]): Promise<number>
  /** Newest first. */
  readLog(threadId: string): Promise<readonly GoalLogEntry[]>
  explain(threadId: string): Promise<readonly GoalCondition[]>
  dismiss(threadId: string): void
}

export function createGoalStore(bridge: Bridge, pump: NotificationPump): GoalStore {
  const store = createStore<GoalsState>(() => ({
    goals: new Map(),
    pausedAll: false,
    stopped: [],
    cleared: new Map(),
    problem: null,
  }))
  /** Threads whose goal this window changes right now: the person knows. */
  const own = new Set<string>()

  async function load(): Promise<void> {
    try {
      const goals = new Map<string, ThreadGoal>()
      let cursor: string | null = null
      let pausedAll = false
      do {
        const page: Awaited<ReturnType<typeof readPage>> = await readPage(cursor)
        for (const goal of page.data) goals.set(goal.threadId, goal)
        pausedAll = page.pausedAll
        cursor = page.nextCursor
      } while (cursor !== null && goals.size < GOALS_MAX)
      store.setState({ goals, pausedAll, problem: null })
    } catch (error) {
      store.setState({ problem: messageOf(error) })
    }
  }

  function readPage(cursor: string | null) {
    return bridge.request('skein/goal/list', { limit: PAGE, ...(cursor !== null && { cursor }) })
  }

  function hear({ method, params }: Notification): void {
    if (method === 'thread/goal/updated') put(params.goal)
    if (method === 'thread/goal/cleared' || method === 'thread/deleted') drop(params.threadId)
    if (method === 'skein/goal/pausedAll') {
      store.setState({ pausedAll: params.pausedAll })
      void load() // what holds each goal has changed with it
    }
    if (method === 'skein/resync') void load()
  }

  function put(goal: ThreadGoal): void {
    const { goals, stopped } = store.getState()
    const before = goals.get(goal.threadId)
    const { actor, notify } = goal.skein
    const hasStopped =
      before?.status === 'active' &&
      goal.status !== 'active' &&
      actor !== 'user' &&
      notify !== 'none'
    const others = stopped.filter(({ threadId }) => threadId !== goal.threadId)
    store.setState({
      goals: new Map(goals).set(goal.threadId, goal),
      stopped: hasStopped && !own.has(goal.threadId) ? [...others, goal] : others,
    })
  }

  function drop(threadId: string): void {
    const goals = new Map(store.getState().goals)
    if (goals.delete(threadId)) store.setState({ goals })
  }

  function forgetCleared(threadId: string): void {
    const cleared = new Map(store.getState().cleared)
    if (cleared.delete(threadId)) store.setState({ cleared })
  }

  async function asOwn<T>(threadId: string, work: Promise<T>): Promise<T> {
    own.add(threadId)
    try {
      return await work
    } finally {
      own.delete(threadId)
    }
  }

  pump.subscribe((batch) => batch.forEach(hear))

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    load,
    async set(params) {
      const { goal } = await asOwn(params.threadId, bridge.request('thread/goal/set', params))
      put(goal)
    },
    async replace(params) {
      const { goal } = await asOwn(params.threadId, bridge.request('skein/goal/replace', params))
      put(goal)
    },
    async clear(threadId) {
      await bridge.request('thread/goal/clear', { threadId })
      drop(threadId)
      const { cleared } = store.getState()
      store.setState({ cleared: new Map(cleared).set(threadId, Date.now() + UNDO_MS) })
    },
    async undo(threadId) {
      forgetCleared(threadId)
      const { goal } = await asOwn(threadId, bridge.request('skein/goal/undo', { threadId }))
      put(goal)
    },
    async pauseAll() {
      const { paused } = await bridge.request('skein/goal/pauseAll', {})
      return paused
    },
    async resumeAll(threadIds) {
      const params = threadIds ? { threadIds: [...threadIds] } : {}
      const { resumed } = await bridge.request('skein/goal/resumeAll', params)
      await load()
      return resumed
    },
    async readLog(threadId) {
      const entries: GoalLogEntry[] = []
      let cursor: string | null = null
      do {
        const page: { data: GoalLogEntry[]; nextCursor: string | null } = await bridge.request(
          'skein/goal/log/list',
          { threadId, limit: PAGE, ...(cursor !== null && { cursor }) },
        )
        entries.push(...page.data)
        cursor = page.nextCursor
      } while (cursor !== null && entries.length < LOG_MAX)
      return entries
    },
    async explain(threadId) {
      const { conditions } = await bridge.request('skein/goal/explain', { threadId })
      return conditions
    },
    dismiss(threadId) {
      forgetCleared(threadId)
      const { stopped } = store.getState()
      store.setState({ stopped: stopped.filter((goal) => goal.threadId !== threadId) })
    },
  }
}
