// What people and programs do to the goal of one thread: settle accounts, decide, write, let the running turn know.
import type { Params, ThreadGoal, ThreadId } from '../../../protocol/index.ts'
import { messageOf, SkeinError } from '../../lib/errors.ts'
import type { ModelItem } from '../../model/model-item.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'
import type { ActiveTurn } from '../../threads/thread-state.ts'
import type { Continuations } from './continuations.ts'
import type { GoalChange } from './goal-change.ts'
import type { GoalDesk } from './goal-desk.ts'
import type { GoalDesks } from './goal-desks.ts'
import {
  clearGoal,
  copyGoal,
  type GoalEdit,
  type RuleContext,
  replaceGoal,
  setGoal,
} from './goal-edit.ts'
import type { GoalHolds } from './goal-holds.ts'
import { worksFor } from './goal-hooks.ts'
import { objectiveEdited } from './goal-prompts.ts'
import { isCounted } from './goal-status.ts'
import type { GoalUndo } from './goal-undo.ts'
import type { GoalsPorts } from './goals-ports.ts'

/** All reject with SkeinError, and then nothing has changed. */
export interface GoalCommands {
  set(params: Params<'thread/goal/set'>): Promise<ThreadGoal>
  replace(params: Params<'skein/goal/replace'>): Promise<ThreadGoal>
  /** False: there was none. */
  clear(params: Params<'thread/goal/clear'>): Promise<boolean>
  /** Takes the latest change of the status back, for a few seconds after it. */
  undo(params: Params<'skein/goal/undo'>): Promise<ThreadGoal>
  /** A fork takes a copy of its source's goal along. */
  copy(from: ThreadId, to: ThreadId, how: 'paused' | 'deferred'): Promise<void>
  /** Inside the desk's lock, after a change: the running turn is charged or not, and hears what it must know. */
  turnFollows(desk: GoalDesk, before: StoredGoal | null, after: StoredGoal | null): void
}

interface Changed {
  readonly before: StoredGoal | null
  readonly after: StoredGoal | null
}

export function createGoalCommands(
  ports: GoalsPorts,
  all: {
    readonly desks: GoalDesks
    readonly holds: GoalHolds
    readonly undo: GoalUndo
    readonly continuations: Continuations
  },
): GoalCommands {
  const { desks, holds, undo, continuations } = all

  async function change(
    threadId: ThreadId,
    expected: string | undefined,
    decide: (current: StoredGoal | null, context: RuleContext) => GoalChange,
  ): Promise<Changed> {
    const desk = await desks.open(threadId)
    return desk.locked(async () => {
      await desk.flush()
      const before = await desk.read()
      checkExpected(before, expected)
      const decided = decide(before, desks.rules(desk))
      if (decided.goal) await ports.threads.describe(threadId, decided.goal.objective)
      await desk.commit(decided)
      turnFollows(desk, before, decided.goal)
      return { before, after: decided.goal }
    })
  }

  function checkExpected(goal: StoredGoal | null, expected: string | undefined): void {
    if (expected === undefined || goal?.goalId === expected) return
    throw new SkeinError('conflict', 'the goal was replaced or removed meanwhile', {
      skein_error_code: 'goal_changed',
      goal: goal && desks.view(goal),
    })
  }

  /** What a change left, on its way again where it may be. */
  function goesOn({ after }: Changed): ThreadGoal {
    if (!after) throw new Error('this change leaves a goal')
    if (after.status === 'active') continuations.consider(desks.of(after.threadId))
    return desks.view(after)
  }

  function turnFollows(desk: GoalDesk, before: StoredGoal | null, after: StoredGoal | null): void {
    const turn = desk.control?.state().turn ?? null
    if (!after || !isCounted(after)) {
      desk.unbind() // that it was paused the running turn hears with its next request, if it makes one
    } else if (turn) workOn(desk, turn, before, after)
  }

  function workOn(
    desk: GoalDesk,
    { id, kind }: ActiveTurn,
    before: StoredGoal | null,
    after: StoredGoal,
  ): void {
    const { binding } = desk
    const isBound = binding?.goalId === after.goalId && binding.charging
    const mayWork = worksFor(kind) && !desk.isPlanning()
    if (!isBound && after.status === 'active' && mayWork) desk.bind(id, after, false)
    const isEdited = before?.goalId === after.goalId && before.objective !== after.objective
    if (isEdited) tellModel(desk, objectiveEdited(after))
  }

  /** The turn may end meanwhile: then there is nobody to tell. */
  function tellModel(desk: GoalDesk, item: ModelItem): void {
    desk.control?.inject([item]).catch((error: unknown) =>
      ports.logger.log('warn', 'a turn could not be told of its goal', {
        threadId: desk.threadId,
        error: messageOf(error),
      }),
    )
  }

  return {
    async set({ threadId, skein = {}, ...given }) {
      const { expectedGoalId, ...more } = skein
      const edit: GoalEdit = { ...given, ...more }
      const changed = await change(threadId, expectedGoalId, (current, context) =>
        setGoal(current, threadId, edit, context),
      )
      const isLookedAt =
        edit.status === 'active' || changed.after?.objective !== changed.before?.objective
      if (isLookedAt) holds.sinceStart.delete(threadId)
      return goesOn(changed)
    },
    async replace({ threadId, skein = {}, ...given }) {
      const { expectedGoalId, ...more } = skein
      const changed = await change(threadId, expectedGoalId, (current, context) =>
        replaceGoal(current, threadId, { ...given, ...more }, 'user', context),
      )
      holds.sinceStart.delete(threadId)
      return goesOn(changed)
    },
    async clear({ threadId, skein }) {
      const { before } = await change(threadId, skein?.expectedGoalId, (current, { nowMs }) =>
        current ? clearGoal(current, nowMs) : { goal: null, log: [] },
      )
      holds.sinceStart.delete(threadId)
      return before !== null
    },
    async undo({ threadId, skein }) {
      return goesOn(
        await change(threadId, skein?.expectedGoalId, (current, { nowMs }) =>
          undo.take(current, threadId, nowMs),
        ),
      )
    },
    async copy(from, to, how) {
      const source = desks.of(from)
      const goal = await source.locked(async () => {
        await source.flush()
        return source.read()
      })
      if (!goal) return
      const desk = await desks.open(to)
      await ports.threads.describe(to, goal.objective)
      await desk.locked(async () => {
        if (!(await desk.read())) await desk.commit(copyGoal(goal, to, how, desks.rules(desk)))
      })
    },
    turnFollows,
  }
}
