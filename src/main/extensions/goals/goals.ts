// Goals of all threads, put together: what people and programs do to them, and the hooks by which they work.
import type {
  GoalCondition,
  GoalLogEntry,
  Params,
  ThreadGoal,
  ThreadId,
} from '../../../protocol/index.ts'
import type { GoalPage, StoredGoal } from '../../storage/goal-store.ts'
import type { Extension } from '../../threads/extensions/extension.ts'
import { notFound } from '../../threads/thread-errors.ts'
import type { ThreadGoals } from '../../threads/thread-ports.ts'
import { type AllGoals, createAllGoals } from './all-goals.ts'
import { createContinuations } from './continuations.ts'
import { createGoalCommands, type GoalCommands } from './goal-commands.ts'
import { explain } from './goal-conditions.ts'
import type { GoalDesk } from './goal-desk.ts'
import { createGoalDesks } from './goal-desks.ts'
import { createGoalHolds } from './goal-holds.ts'
import { createGoalHooks } from './goal-hooks.ts'
import { createGoalUndo } from './goal-undo.ts'
import { createGoalWaits } from './goal-waits.ts'
import type { GoalsPorts } from './goals-ports.ts'
import { createThreadGoals } from './thread-goals.ts'

export interface Goals
  extends Omit<GoalCommands, 'turnFollows'>,
    Pick<AllGoals, 'start' | 'pauseAll' | 'resumeAll'> {
  readonly extension: Extension
  /** For the holder of a thread. */
  ofThread(threadId: ThreadId): ThreadGoals
  get(threadId: ThreadId): Promise<ThreadGoal | null>
  /**
   * As stored just now, without waiting for changes under way; undefined where there are no goals. Never refuses. Whoever
   * knows what is stored hands it in.
   */
  peek(threadId: ThreadId, stored?: StoredGoal | null): Promise<ThreadGoal | null | undefined>
  /** What is stored of a thread that is being opened: its hooks find it read. */
  readAhead(threadId: ThreadId): Promise<StoredGoal | null>
  list(params: Params<'skein/goal/list'>, limit: number): Promise<GoalPage<ThreadGoal>>
  log(params: Params<'skein/goal/log/list'>, limit: number): Promise<GoalPage<GoalLogEntry>>
  explain(
    threadId: ThreadId,
  ): Promise<{ conditions: GoalCondition[]; nextStartAtMs: number | null }>
  pausedAll(): boolean
  /** The thread is about to be put away. */
  archiving(threadId: ThreadId): Promise<void>
}

export function createGoals(ports: GoalsPorts): Goals {
  const holds = createGoalHolds()
  const undo = createGoalUndo()
  const desks = createGoalDesks(ports, { holds, undo, changed: (desk) => waits.follow(desk) })
  const continuations = createContinuations(ports, { desks, holds })
  const waits = createGoalWaits(ports, { holds, woken: continuations.consider })
  const { turnFollows, ...commands } = createGoalCommands(ports, {
    desks,
    holds,
    undo,
    continuations,
  })
  const { stop, ...together } = createAllGoals(ports, { desks, holds, continuations, waits })

  /** Says how the goal of a thread is that came back to life, and lets it wait or go on. */
  async function resumed(desk: GoalDesk): Promise<void> {
    desk.config = await ports.config(desk.threadId)
    const goal = await desk.locked(desk.read)
    if (!goal) return
    await desk.locked(async () => desk.announce())
    waits.follow(desk)
    continuations.consider(desk)
  }

  return {
    ...commands,
    ...together,
    extension: createGoalHooks(ports, { desks, holds, continuations, waits, resumed }),
    ofThread: createThreadGoals({ desks, continuations, resumed, changed: turnFollows }),
    async get(threadId) {
      const desk = await desks.open(threadId)
      const goal = await desk.locked(desk.read)
      return goal && desks.view(goal)
    },
    async peek(threadId, stored) {
      if (!(await ports.config()).enabled) return undefined
      if (ports.threads.find(threadId)?.snapshot.values.ephemeral) return undefined
      const goal = stored === undefined ? await ports.store.findGoal(threadId) : stored
      return goal ? desks.view(goal) : null
    },
    readAhead(threadId) {
      const desk = desks.of(threadId)
      return desk.locked(desk.reread)
    },
    async list({ status = [], sortKey = 'spend', cursor }, limit) {
      const page = await ports.store.goalsPage({ statuses: status, sortKey, cursor, limit })
      return { ...page, data: page.data.map(desks.view) }
    },
    async log({ threadId, goalId, kind, cursor }, limit) {
      if (!(await ports.store.findThread(threadId)) && !ports.threads.find(threadId))
        throw notFound(threadId)
      return ports.store.goalLogPage({ threadId, goalId, kind, cursor, limit })
    },
    async explain(threadId) {
      const desk = await desks.open(threadId)
      const goal = await desk.locked(desk.read)
      const nextStartAtMs = goal?.status === 'active' ? goal.nextStartMs : null
      return { conditions: explain(continuations.circumstances(desk, goal)), nextStartAtMs }
    },
    pausedAll: () => holds.pausedAll,
    archiving: async (threadId) => void (await stop(threadId, 'archived')),
  }
}
