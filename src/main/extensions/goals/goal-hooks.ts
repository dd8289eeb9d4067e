// The moments of a thread at which its goal works: turns begin and end, responses cost, tools run, the thread rests.
import type { ThreadId, TokenUsage } from '../../../protocol/index.ts'
import type { ModelItem } from '../../model/model-item.ts'
import type { StoredGoal } from '../../storage/goal-store.ts'
import type { TurnKind } from '../../storage/thread-event.ts'
import type { Extension, OfTurn } from '../../threads/extensions/extension.ts'
import { lastMessageOf } from '../../threads/thread-state.ts'
import type { Continuations } from './continuations.ts'
import { chargeOf } from './goal-accounting.ts'
import { afterError, afterTurn, type TurnFailure, type TurnReport } from './goal-breaker.ts'
import type { Binding, GoalDesk } from './goal-desk.ts'
import type { GoalDesks } from './goal-desks.ts'
import type { GoalHolds } from './goal-holds.ts'
import { budgetReached, goalPaused, isContinuation, isStanding, standing } from './goal-prompts.ts'
import { isCounted, stopGoal } from './goal-status.ts'
import { UPDATE_GOAL } from './goal-tool-names.ts'
import { createGoalTools } from './goal-tools.ts'
import type { GoalWaits } from './goal-waits.ts'
import type { GoalsPorts } from './goals-ports.ts'

/** Working time is taken at least this often, so that sleep is told from work. */
const TICK_MS = 15_000

export function createGoalHooks(
  ports: GoalsPorts,
  all: {
    readonly desks: GoalDesks
    readonly holds: GoalHolds
    readonly continuations: Continuations
    readonly waits: GoalWaits
    resumed(desk: GoalDesk): Promise<void>
  },
): Extension {
  const { desks, continuations, waits } = all
  const ticks = new Map<ThreadId, () => void>()
  const tools = createGoalTools(ports, desks.rules)

  function tick(desk: GoalDesk): void {
    const { threadId } = desk
    ticks.get(threadId)?.()
    ticks.set(
      threadId,
      ports.timers.after(TICK_MS, () => {
        tick(desk)
        void desk.locked(async () => {
          await desk.flush()
          desk.tellNew(desk.binding?.turnId ?? null)
        })
      }),
    )
  }

  function untick({ threadId }: GoalDesk): void {
    ticks.get(threadId)?.()
    ticks.delete(threadId)
  }

  /** Once per goal: the running turn is told to come to its end, if it would ask the model again anyway. */
  async function tellSpent(desk: GoalDesk): Promise<void> {
    const goal = desk.known()
    const isNew = goal?.status === 'budgetLimited' && desk.steeredFor !== goal.goalId
    if (!isNew || desk.binding?.goalId !== goal.goalId) return
    desk.steeredFor = goal.goalId
    await desk.control?.inject([budgetReached(goal)])
  }

  /** Ends the binding; what the turn did goes into the log. */
  async function settle(
    desk: GoalDesk,
    failure: TurnFailure | null,
    lastMessage: string,
  ): Promise<void> {
    const { binding } = desk
    if (!binding) return
    untick(desk)
    await desk.flush()
    const goal = await desk.read()
    const nowMs = ports.clock.now()
    if (goal?.goalId === binding.goalId) {
      const after = afterTurn(goal, reportOf(binding, lastMessage), nowMs)
      // A turn that failed says nothing about progress: its own rules follow.
      if (!failure) await desk.record(after)
      else {
        const stopped = afterError(goal, failure, nowMs)
        const entries = after.log.filter(({ kind }) => kind === 'turn')
        const failed = stopped.goal ?? goal
        const changed = failed === goal ? { ...goal, updatedMs: nowMs, rev: goal.rev + 1 } : failed
        await desk.record({ goal: changed, log: [...entries, ...stopped.log] })
      }
      desk.tellNew(binding.turnId)
    }
    desk.binding = null
  }

  function reportOf(binding: Binding, text: string): TurnReport {
    const { turnId, automatic, tokens, timeMs } = binding
    return { turnId, automatic, text, tokens, timeMs, ...binding.trace.report() }
  }

  /** Charges a response to the goal it worked for, unless that goal is gone. */
  function spend(
    desk: GoalDesk,
    binding: Binding,
    goalId: string | null,
    model: string,
    usage: TokenUsage,
    goesOn: boolean,
  ): Promise<void> {
    return desk.locked(async () => {
      const goal = await desk.read()
      if (goalId === null || goalId !== goal?.goalId || desk.binding !== binding) return
      const costMicros = await ports.costOf(model, usage)
      desk.charge({ tokens: chargeOf(usage), costMicros })
      await desk.flush()
      if (!goesOn) return // the end of the turn tells
      await tellSpent(desk)
      if (binding.trace.hasResults()) desk.tellNew(binding.turnId)
    })
  }

  function traced(input: OfTurn): Binding | null {
    const { binding } = desks.of(input.control.threadId)
    return binding?.turnId === input.turn.levelId ? binding : null
  }

  return {
    name: 'goals',

    onThreadStart({ control }) {
      desks.of(control.threadId).control = control
    },

    onThreadResume: ({ control }) => all.resumed(desks.of(control.threadId)),

    onThreadIdle({ control }) {
      const desk = desks.of(control.threadId)
      continuations.ended(desk.threadId)
      continuations.consider(desk)
    },

    onThreadStop({ control }) {
      const desk = desks.of(control.threadId)
      untick(desk)
      waits.drop(desk)
      continuations.drop(desk)
      desk.control = null
      desks.forget(control.threadId)
    },

    async onTurnStart({ control, turn, kind }) {
      const desk = desks.of(control.threadId)
      desk.waitingForPerson = false
      if (kind !== 'goal') continuations.ended(desk.threadId) // queued input came behind its turn
      desk.config = await ports.config(desk.threadId)
      await desk.locked(async () => {
        const goal = await desk.read()
        desk.binding = null
        if (kind !== 'goal' && worksFor(kind) && goal?.deferred) {
          const change = { ...goal, deferred: false, rev: goal.rev + 1 }
          await desk.commit({ goal: change, log: [] })
        }
        const bound = desk.known()
        if (!bound || !desk.config.enabled || desk.isPlanning()) return
        if (!worksFor(kind)) return
        if (!isCounted(bound)) return
        desk.bind(turn.levelId, bound, kind === 'goal')
        tick(desk)
      })
    },

    async onTokenUsage(input) {
      const desk = desks.of(input.control.threadId)
      const binding = traced(input)
      if (!binding) return
      const isSummary = input.of === 'summary' // its turn goes on in any case
      const goesOn = isSummary || binding.trace.takeCalled()
      const owner = isSummary ? ownerOf(binding) : binding.responseOf
      await spend(desk, binding, owner, input.model, input.last, goesOn)
    },

    async onHelperUsage(input) {
      const desk = desks.of(input.control.threadId)
      const binding = traced(input)
      if (binding) await spend(desk, binding, ownerOf(binding), input.model, input.usage, true)
    },

    async changeSamplingInput(input) {
      const desk = desks.of(input.control.threadId)
      const goal = desk.known() ?? null
      const binding = traced(input)
      binding?.trace.seen(input.items)
      if (binding) binding.responseOf = ownerOf(binding)
      const isPursued =
        goal?.status === 'active' &&
        !desk.isPlanning() &&
        worksFor(input.control.state().turn?.kind ?? 'user')
      const items = withoutOld(input.items, binding?.automatic === true || isPursued)
      if (isPursued && desk.config.enabled) return [...items, standing(goal)]
      return binding && isPausedByPerson(goal) ? [...items, goalPaused()] : items
    },

    onToolStart: (input) => traced(input)?.trace.started(input.call),
    async onToolFinish(input) {
      const binding = traced(input)
      if (!binding) return
      binding.trace.ended(input.call, input.end)
      if (input.call.name === UPDATE_GOAL) return // it tells what became of the goal itself
      const desk = desks.of(input.control.threadId)
      await desk.locked(async () => {
        await desk.flush()
        if (desk.binding === binding) desk.tellNew(binding.turnId)
      })
    },

    async onTurnError({ control, error, limitEndsAtMs, lastMessage }) {
      const desk = desks.of(control.threadId)
      await desk.locked(() => settle(desk, { error, limitEndsAtMs }, lastMessage))
    },

    async onTurnStop({ control, lastMessage }) {
      const desk = desks.of(control.threadId)
      await desk.locked(() => settle(desk, null, lastMessage))
      all.holds.sinceStart.delete(control.threadId)
    },

    async onTurnCut({ control, reason }) {
      const desk = desks.of(control.threadId)
      await desk.locked(async () => {
        const goal = await desk.read()
        if (reason === 'user' && goal?.status === 'active')
          await desk.commit(stopGoal(goal, 'paused', 'user_interrupt', null, ports.clock.now()))
        await settle(desk, null, lastMessageOf(control.state()))
      })
    },

    onTurnAbort: ({ control }) => continuations.ended(control.threadId),

    onConfigChanged({ control }) {
      continuations.consider(desks.of(control.threadId)) // plan mode may have ended
    },

    onWaiting: ({ control, isWaiting }) => desks.of(control.threadId).pauseClock(isWaiting),

    tools({ control }) {
      const desk = desks.of(control.threadId)
      const { values } = control.state().snapshot
      const isReview = control.state().turn?.kind === 'review'
      return desk.config.enabled && !values.ephemeral && !isReview ? tools.of(desk) : []
    },
  }
}

/** In the middle of a turn that worked for it. */
function isPausedByPerson(goal: StoredGoal | null): boolean {
  return goal?.status === 'paused' && goal.actor === 'user'
}

/** The goal that what begins now is charged to. */
function ownerOf({ charging, goalId }: Binding): string | null {
  return charging ? goalId : null
}

/** Reviews, summaries and shell commands are a person's own business. */
export function worksFor(kind: TurnKind): boolean {
  return kind !== 'review' && kind !== 'compact' && kind !== 'shell'
}

/** Only the newest message that started an automatic turn, if any: older ones say what is no longer so. */
function withoutOld(items: readonly ModelItem[], keepsNewest: boolean): readonly ModelItem[] {
  const newest = keepsNewest ? items.findLastIndex(isContinuation) : -1
  return items.filter(
    (item, index) => index === newest || !(isContinuation(item) || isStanding(item)),
  )
}
