// What is done to many goals at once: pause all, resume all, and what becomes of those that were active when the app ended.
import type { ThreadId } from '../../../protocol/index.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Continuations } from './continuations.ts'
import type { GoalDesk } from './goal-desk.ts'
import type { GoalDesks } from './goal-desks.ts'
import type { GoalHolds } from './goal-holds.ts'
import { resumeGoal, stopGoal } from './goal-status.ts'
import type { GoalWaits } from './goal-waits.ts'
import type { GoalsPorts } from './goals-ports.ts'

export interface AllGoals {
  /** Once, before anything is served. */
  start(): Promise<void>
  /** How many were active. */
  pauseAll(interrupt: boolean): Promise<number>
  /** How many go on: those that were paused together, and those held since the start. */
  resumeAll(threadIds: readonly ThreadId[] | undefined): Promise<number>
  /** False: the goal was not active. */
  stop(threadId: ThreadId, reason: StopReason): Promise<boolean>
}

type StopReason = 'pause_all' | 'archived' | 'crash_recovery'

const PAGE = 100

export function createAllGoals(
  ports: GoalsPorts,
  all: {
    readonly desks: GoalDesks
    readonly holds: GoalHolds
    readonly continuations: Continuations
    readonly waits: GoalWaits
  },
): AllGoals {
  const { desks, holds, continuations, waits } = all

  async function setPausedAll(pausedAll: boolean): Promise<void> {
    holds.pausedAll = pausedAll
    await ports.store.saveGoalsPaused(pausedAll)
    ports.tell({ method: 'skein/goal/pausedAll', params: { pausedAll } })
  }

  async function stop(threadId: ThreadId, reason: StopReason): Promise<boolean> {
    const desk = desks.of(threadId)
    return desk.locked(async () => {
      await desk.flush()
      const goal = await desk.read()
      if (goal?.status !== 'active') return false
      await desk.commit(stopGoal(goal, 'paused', reason, null, ports.clock.now()))
      desk.unbind()
      return true
    })
  }

  async function resume(threadId: ThreadId): Promise<boolean> {
    const desk = desks.of(threadId)
    return desk.locked(async () => {
      const goal = await desk.read()
      if (goal?.status !== 'paused' || goal.reason !== 'pause_all') return false
      await desk.commit(resumeGoal(goal, ports.clock.now()))
      return true
    })
  }

  async function pausedTogether(): Promise<readonly ThreadId[]> {
    const found: ThreadId[] = []
    let cursor: string | undefined
    do {
      const page = await ports.store.goalsPage({
        statuses: ['paused'],
        sortKey: 'updated',
        cursor,
        limit: PAGE,
      })
      found.push(
        ...page.data.filter(({ reason }) => reason === 'pause_all').map(({ threadId }) => threadId),
      )
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return found
  }

  /** Loading many threads takes its time: nobody waits for it, and a new pause of everything ends it. */
  async function goOnOneByOne(threadIds: readonly ThreadId[]): Promise<void> {
    for (const threadId of threadIds) {
      if (holds.pausedAll) return
      await goOn(threadId).catch((error: unknown) =>
        ports.logger.log('warn', 'a goal could not go on', { threadId, error: messageOf(error) }),
      )
    }
  }

  /** A person asked for it: the thread is loaded for it where it is not. */
  async function goOn(threadId: ThreadId): Promise<void> {
    const desk = desks.of(threadId)
    const goal = await desk.locked(desk.read)
    if (goal)
      ports.tell({
        method: 'thread/goal/updated',
        params: { threadId, turnId: null, goal: desks.view(goal) },
      })
    if (!desk.control) await ports.threads.load(threadId)
    waits.follow(desk)
    continuations.consider(desk)
  }

  return {
    async start() {
      holds.pausedAll = await ports.store.goalsPaused()
      const { autoResume } = await ports.config()
      if (autoResume === 'always') return
      for (const threadId of await ports.store.activeGoals())
        if (autoResume === 'never') await stop(threadId, 'crash_recovery')
        else holds.sinceStart.add(threadId)
    },
    async pauseAll(interrupt) {
      await setPausedAll(true)
      const active = await ports.store.activeGoals()
      let paused = 0
      for (const threadId of active) if (await stop(threadId, 'pause_all')) paused++
      if (interrupt) await Promise.all(desks.all().map(interruptGoalTurn))
      return paused
    },
    async resumeAll(threadIds) {
      await setPausedAll(false)
      const wanted = threadIds && new Set(threadIds)
      const isWanted = (threadId: ThreadId): boolean => !wanted || wanted.has(threadId)
      const held = [...holds.sinceStart].filter(isWanted)
      const stopped = (await pausedTogether()).filter(isWanted)
      for (const threadId of held) holds.sinceStart.delete(threadId)
      const resumed = new Set(held)
      for (const threadId of stopped) if (await resume(threadId)) resumed.add(threadId)
      void goOnOneByOne([...resumed])
      return resumed.size
    },
    stop,
  }
}

async function interruptGoalTurn({ binding, control }: GoalDesk): Promise<void> {
  if (!binding || !control) return
  await control.interrupt(binding.turnId).catch(() => undefined) // it has just ended
}
