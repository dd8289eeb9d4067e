// Goals of all threads: what people and programs do to them, and the hooks by which they work.
import type {
  GoalCondition,
  GoalHold,
  GoalLogEntry,
  Params,
  ThreadGoal,
  ThreadId,
} from '../../../protocol/index.ts'
import { messageOf, SkeinError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { ModelItem } from '../../model/model-item.ts'
import type { GoalPage, StoredGoal } from '../../storage/goal-store.ts'
import type { Extension } from '../../threads/extensions/extension.ts'
import { notFound } from '../../threads/thread-manager.ts'
import type { ThreadGoals } from '../../threads/thread-ports.ts'
import type { ActiveTurn } from '../../threads/thread-state.ts'
import { createContinuations } from './continuations.ts'
import type { GoalChange } from './goal-change.ts'
import { explain } from './goal-conditions.ts'
import { createGoalDesk, type GoalDesk } from './goal-desk.ts'
import {
  clearGoal,
  copyGoal,
  type GoalEdit,
  type RuleContext,
  replaceGoal,
  setGoal,
} from './goal-edit.ts'
import { createGoalHooks, worksFor } from './goal-hooks.ts'
import { goalPaused, objectiveEdited } from './goal-prompts.ts'
import { resumeGoal, stopGoal } from './goal-status.ts'
import { createGoalUndo } from './goal-undo.ts'
import { goalView } from './goal-view.ts'
import { createGoalWaits } from './goal-waits.ts'
import type { GoalsPorts } from './goals-ports.ts'
import { createThreadGoals } from './thread-goals.ts'

export interface Goals {
  readonly extension: Extension
  /** For the holder of a thread. */
  ofThread(threadId: ThreadId): ThreadGoals
  /** Which goals were active when the app ended: they wait for a person. Once, before anything is served. */
  start(): Promise<void>
  get(threadId: ThreadId): Promise<ThreadGoal | null>
  /** As stored just now, without waiting for changes under way; undefined where there are no goals. Never refuses. */
  peek(threadId: ThreadId): Promise<ThreadGoal | null | undefined>
  set(params: Params<'thread/goal/set'>): Promise<ThreadGoal>
  replace(params: Params<'skein/goal/replace'>): Promise<ThreadGoal>
  clear(params: Params<'thread/goal/clear'>): Promise<boolean>
  /** Takes the latest change of the status back, for a few seconds after it. */
  undo(params: Params<'skein/goal/undo'>): Promise<ThreadGoal>
  list(params: Params<'skein/goal/list'>, limit: number): Promise<GoalPage<ThreadGoal>>
  log(params: Params<'skein/goal/log/list'>, limit: number): Promise<GoalPage<GoalLogEntry>>
  explain(
    threadId: ThreadId,
  ): Promise<{ conditions: GoalCondition[]; nextStartAtMs: number | null }>
  pausedAll(): boolean
  pauseAll(interrupt: boolean): Promise<number>
  resumeAll(threadIds: readonly ThreadId[] | undefined): Promise<number>
  /** A person stops the running turn: the goal is paused before the turn is. */
  interrupting(threadId: ThreadId): Promise<void>
  /** The thread is about to be put away. */
  archiving(threadId: ThreadId): Promise<void>
  /** A fork takes a copy of its source's goal along. */
  copy(from: ThreadId, to: ThreadId, how: 'paused' | 'deferred'): Promise<void>
}

export function createGoals(ports: GoalsPorts): Goals {
  const desks = new Map<ThreadId, GoalDesk>()
  /** Active since before this process, and nobody has looked at them since. */
  const startHeld = new Set<ThreadId>()
  let pausedAll = false
  const undo = createGoalUndo()

  function deskOf(threadId: ThreadId): GoalDesk {
    const known = desks.get(threadId)
    if (known) return known
    const made: GoalDesk = createGoalDesk(threadId, ports, view, (before, after) => {
      undo.noted(before, after, ports.clock.now())
      if (after?.status !== 'active') startHeld.delete(threadId)
      waits.follow(made)
    })
    desks.set(threadId, made)
    return made
  }

  function holdOf(goal: StoredGoal): GoalHold | null {
    if (goal.status !== 'active') return null
    if (pausedAll) return 'pauseAll'
    if (startHeld.has(goal.threadId)) return 'startHold'
    if (continuations.isPlanning(goal.threadId)) return 'planMode'
    return goal.wait ? 'wait' : null
  }

  const continuations = createContinuations(ports, {
    desk: (threadId) => desks.get(threadId),
    isPausedAll: () => pausedAll,
    isStartHeld: (threadId) => startHeld.has(threadId),
  })
  const waits = createGoalWaits(ports, {
    isHeld: (goal) => pausedAll || startHeld.has(goal.threadId),
    woken: continuations.consider,
  })

  function rules(desk: GoalDesk): RuleContext {
    return { nowMs: ports.clock.now(), limits: desk.config.limits, newId }
  }

  /** The thread must be there, kept and not put away; the feature must be on. */
  async function open(threadId: ThreadId): Promise<GoalDesk> {
    const config = await ports.config(threadId)
    if (!config.enabled)
      throw new SkeinError('conflict', 'goals feature is disabled (features.goals)')
    const loaded = ports.threads.find(threadId)
    if (loaded?.snapshot.values.ephemeral)
      throw new SkeinError('conflict', `ephemeral thread does not support goals: ${threadId}`)
    if (!loaded) {
      const record = await ports.store.findThread(threadId)
      if (!record || record.archivedMs !== null) throw notFound(threadId)
    }
    const desk = deskOf(threadId)
    desk.config = config
    return desk
  }

  function view(goal: StoredGoal): ThreadGoal {
    const undoableUntilMs = undo.untilMs(goal.threadId, ports.clock.now())
    return goalView(goal, { hold: holdOf(goal), undoableUntilMs })
  }

  function checkExpected(goal: StoredGoal | null, expected: string | undefined): void {
    if (expected === undefined || goal?.goalId === expected) return
    throw new SkeinError('conflict', 'the goal was replaced or removed meanwhile', {
      skein_error_code: 'goal_changed',
      goal: goal && view(goal),
    })
  }

  // ---- what people and programs do ---------------------------------------------------------------------------

  /** Settles accounts, decides, writes, and lets the running turn know. */
  function change(
    threadId: ThreadId,
    expected: string | undefined,
    decide: (current: StoredGoal | null, context: RuleContext) => GoalChange,
  ): Promise<{ before: StoredGoal | null; after: StoredGoal | null }> {
    return open(threadId).then((desk) =>
      desk.locked(async () => {
        await desk.flush()
        const before = await desk.read()
        checkExpected(before, expected)
        const decided = decide(before, rules(desk))
        if (decided.goal) await ports.threads.describe(threadId, decided.goal.objective)
        await desk.commit(decided)
        afterChange(desk, before, decided.goal)
        return { before, after: decided.goal }
      }),
    )
  }

  /** Binding follows the status; the model of a running turn hears what it must know. */
  function afterChange(desk: GoalDesk, before: StoredGoal | null, after: StoredGoal | null): void {
    const turn = desk.control?.state().turn ?? null
    if (!after || !isCounted(after)) {
      const wasWorking = turn !== null && desk.binding?.charging === true
      desk.unbind()
      if (wasWorking && after?.status === 'paused') tellModel(desk, goalPaused())
    } else if (turn) workOn(desk, turn, before, after)
  }

  function workOn(
    desk: GoalDesk,
    { id, kind }: ActiveTurn,
    before: StoredGoal | null,
    after: StoredGoal,
  ): void {
    const { binding, threadId } = desk
    const isBound = binding?.goalId === after.goalId && binding.charging
    const mayWork = worksFor(kind) && !continuations.isPlanning(threadId)
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

  async function set({ threadId, skein = {}, ...given }: Params<'thread/goal/set'>) {
    const { expectedGoalId, ...more } = skein
    const edit: GoalEdit = { ...given, ...more }
    const { before, after } = await change(threadId, expectedGoalId, (current, context) =>
      setGoal(current, threadId, edit, context),
    )
    if (!after) throw new Error('a set goal is there')
    const isLooked = edit.status === 'active' || after.objective !== before?.objective
    if (isLooked) startHeld.delete(threadId)
    if (after.status === 'active') continuations.consider(deskOf(threadId))
    return view(after)
  }

  async function replace({ threadId, skein = {}, ...given }: Params<'skein/goal/replace'>) {
    const { expectedGoalId, ...more } = skein
    const { after } = await change(threadId, expectedGoalId, (current, context) =>
      replaceGoal(current, threadId, { ...given, ...more }, 'user', context),
    )
    if (!after) throw new Error('a replaced goal is there')
    startHeld.delete(threadId)
    if (after.status === 'active') continuations.consider(deskOf(threadId))
    return view(after)
  }

  async function clear({ threadId, skein }: Params<'thread/goal/clear'>): Promise<boolean> {
    const { before } = await change(threadId, skein?.expectedGoalId, (current, { nowMs }) =>
      current ? clearGoal(current, nowMs) : { goal: null, log: [] },
    )
    startHeld.delete(threadId)
    return before !== null
  }

  async function takeBack({ threadId, skein }: Params<'skein/goal/undo'>): Promise<ThreadGoal> {
    const { after } = await change(threadId, skein?.expectedGoalId, (current, { nowMs }) =>
      undo.take(current, threadId, nowMs),
    )
    if (!after) throw new Error('a change that was taken back leaves a goal')
    if (after.status === 'active') continuations.consider(deskOf(threadId))
    return view(after)
  }

  // ---- all goals ---------------------------------------------------------------------------------------------

  async function pauseAll(interrupt: boolean): Promise<number> {
    pausedAll = true
    await ports.store.saveGoalsPaused(true)
    ports.tell({ method: 'skein/goal/pausedAll', params: { pausedAll } })
    const active = await ports.store.activeGoals()
    let paused = 0
    for (const threadId of active) if (await stop(threadId, 'pause_all')) paused++
    if (interrupt) await Promise.all([...desks.values()].map(interruptGoalTurn))
    return paused
  }

  async function interruptGoalTurn({ binding, control }: GoalDesk): Promise<void> {
    if (!binding || !control) return
    await control.interrupt(binding.turnId).catch(() => undefined) // it has just ended
  }

  async function stop(
    threadId: ThreadId,
    reason: 'pause_all' | 'user_interrupt' | 'archived' | 'crash_recovery',
  ): Promise<boolean> {
    const desk = deskOf(threadId)
    return desk.locked(async () => {
      await desk.flush()
      const goal = await desk.read()
      if (goal?.status !== 'active') return false
      await desk.commit(stopGoal(goal, 'paused', reason, null, ports.clock.now()))
      desk.unbind()
      return true
    })
  }

  async function resumeAll(threadIds: readonly ThreadId[] | undefined): Promise<number> {
    pausedAll = false
    await ports.store.saveGoalsPaused(false)
    ports.tell({ method: 'skein/goal/pausedAll', params: { pausedAll } })
    const wanted = threadIds && new Set(threadIds)
    const isWanted = (threadId: ThreadId): boolean => !wanted || wanted.has(threadId)
    const held = [...startHeld].filter(isWanted)
    const stopped = (await allPaused()).filter(isWanted)
    for (const threadId of held) startHeld.delete(threadId)
    const resumed = new Set(held)
    for (const threadId of stopped) if (await resume(threadId)) resumed.add(threadId)
    void goOnOneByOne([...resumed])
    return resumed.size
  }

  /** Loading many threads takes its time: nobody waits for it, and a new pause of everything ends it. */
  async function goOnOneByOne(threadIds: readonly ThreadId[]): Promise<void> {
    for (const threadId of threadIds) {
      if (pausedAll) return
      await goOn(threadId).catch((error: unknown) =>
        ports.logger.log('warn', 'a goal could not go on', { threadId, error: messageOf(error) }),
      )
    }
  }

  async function allPaused(): Promise<readonly ThreadId[]> {
    const found: ThreadId[] = []
    let cursor: string | undefined
    do {
      const page = await ports.store.goalsPage({
        statuses: ['paused'],
        sortKey: 'updated',
        cursor,
        limit: 100,
      })
      found.push(
        ...page.data.filter(({ reason }) => reason === 'pause_all').map(({ threadId }) => threadId),
      )
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return found
  }

  async function resume(threadId: ThreadId): Promise<boolean> {
    const desk = deskOf(threadId)
    return desk.locked(async () => {
      const goal = await desk.read()
      if (goal?.status !== 'paused' || goal.reason !== 'pause_all') return false
      await desk.commit(resumeGoal(goal, ports.clock.now()))
      return true
    })
  }

  /** A person asked for it: the thread is loaded for it where it is not. */
  async function goOn(threadId: ThreadId): Promise<void> {
    const desk = deskOf(threadId)
    const goal = await desk.locked(desk.read)
    if (goal)
      ports.tell({
        method: 'thread/goal/updated',
        params: { threadId, turnId: null, goal: view(goal) },
      })
    if (!desk.control) await ports.threads.load(threadId)
    waits.follow(desk)
    continuations.consider(desk)
  }

  async function start(): Promise<void> {
    pausedAll = await ports.store.goalsPaused()
    const { autoResume } = await ports.config()
    if (autoResume === 'always') return
    for (const threadId of await ports.store.activeGoals())
      if (autoResume === 'never') await stop(threadId, 'crash_recovery')
      else startHeld.add(threadId)
  }

  async function copy(from: ThreadId, to: ThreadId, how: 'paused' | 'deferred'): Promise<void> {
    const source = deskOf(from)
    const goal = await source.locked(async () => {
      await source.flush()
      return source.read()
    })
    if (!goal) return
    const desk = await open(to)
    await ports.threads.describe(to, goal.objective)
    await desk.locked(async () => {
      if (!(await desk.read())) await desk.commit(copyGoal(goal, to, how, rules(desk)))
    })
  }

  /** Says how the goal of a thread is that came back to life, and lets it wait or go on. */
  async function resumed(desk: GoalDesk): Promise<void> {
    desk.config = await ports.config(desk.threadId)
    const goal = await desk.locked(desk.read)
    if (!goal) return
    await desk.locked(async () => desk.announce())
    waits.follow(desk)
    continuations.consider(desk)
  }

  const extension = createGoalHooks(ports, {
    desk: deskOf,
    forget: (threadId) => void desks.delete(threadId),
    continuations,
    waits,
    rules,
    liftStartHold: (threadId) => void startHeld.delete(threadId),
    resumed,
  })

  return {
    extension,
    ofThread: createThreadGoals({ desk: deskOf, continuations, resumed, changed: afterChange }),
    start,
    async get(threadId) {
      const desk = await open(threadId)
      const goal = await desk.locked(desk.read)
      return goal && view(goal)
    },
    async peek(threadId) {
      if (!(await ports.config()).enabled) return undefined
      if (ports.threads.find(threadId)?.snapshot.values.ephemeral) return undefined
      const goal = await ports.store.findGoal(threadId)
      return goal ? view(goal) : null
    },
    set,
    replace,
    clear,
    undo: takeBack,
    async list({ status = [], sortKey = 'spend', cursor }, limit) {
      const page = await ports.store.goalsPage({ statuses: status, sortKey, cursor, limit })
      return { ...page, data: page.data.map(view) }
    },
    async log({ threadId, goalId, kind, cursor }, limit) {
      if (!(await ports.store.findThread(threadId)) && !ports.threads.find(threadId))
        throw notFound(threadId)
      return ports.store.goalLogPage({ threadId, goalId, kind, cursor, limit })
    },
    async explain(threadId) {
      const desk = await open(threadId)
      const goal = await desk.locked(desk.read)
      const nextStartAtMs = goal?.status === 'active' ? goal.nextStartMs : null
      return { conditions: explain(continuations.circumstances(desk, goal)), nextStartAtMs }
    },
    pausedAll: () => pausedAll,
    pauseAll,
    resumeAll,
    async interrupting(threadId) {
      if (desks.has(threadId)) await stop(threadId, 'user_interrupt')
    },
    archiving: async (threadId) => void (await stop(threadId, 'archived')),
    copy,
  }
}

/** The use of its turns is charged. */
function isCounted(goal: StoredGoal): boolean {
  return goal.status === 'active' || goal.status === 'budgetLimited'
}
