// What the holder of a thread does to its goal: the effects of changes that somebody else wrote into the store.
import type { ThreadId } from '../../../protocol/index.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'
import type { ThreadGoals } from '../../threads/thread-ports.ts'
import type { Continuations } from './continuations.ts'
import type { GoalDesk } from './goal-desk.ts'
import type { GoalDesks } from './goal-desks.ts'

export function createThreadGoals(all: {
  readonly desks: GoalDesks
  readonly continuations: Continuations
  /** Reads the goal of a thread that came back, says how it is, and lets it wait or go on. */
  resumed(desk: GoalDesk): Promise<void>
  /** The running turn follows the change. */
  changed(desk: GoalDesk, before: StoredGoal | null, after: StoredGoal | null): void
}): (threadId: ThreadId) => ThreadGoals {
  async function follow(desk: GoalDesk): Promise<void> {
    await desk.locked(async () => {
      const before = desk.known() ?? null
      all.changed(desk, before, await desk.reread())
    })
    await all.continuations.attempt(desk)
  }

  return (threadId) => {
    const desk = (): GoalDesk => all.desks.of(threadId)
    return {
      resumed: () => all.resumed(desk()),
      continueIfIdle: () => all.continuations.attempt(desk()),
      prepareChange: () => desk().locked(desk().flush),
      wasSet: () => follow(desk()),
      wasCleared: () => follow(desk()),
    }
  }
}
