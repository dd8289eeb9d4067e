// The threads of this process: starts them, loads them, finds them, and ends their lives. One actor per thread.
import type { Params, ThreadId } from '../../protocol/index.ts'
import type { ConfigService, ResolvedConfig, ThreadConfig } from '../config/config-service.ts'
import { INSTRUCTION_BYTES_DEFAULT } from '../instructions/agents-md.ts'
import type { InstructionDocument } from '../instructions/environment-context.ts'
import type { Clock } from '../lib/clock.ts'
import { SkeinError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { ModelProviders } from '../model/model-client.ts'
import type { Store } from '../storage/store.ts'
import type { BackgroundProcesses } from '../tools/tool.ts'
import { createForgetfulJournal } from './commit-queue.ts'
import { type ConfigSnapshot, readSnapshot, snapshotOf } from './config-snapshot.ts'
import type { Extension } from './extensions/extension.ts'
import { prepareFork } from './fork.ts'
import { prepareNewThread, type ThreadClient } from './new-thread.ts'
import { createRuntimeConfig } from './runtime-config.ts'
import { applyOverrides, type SettingsOverrides } from './settings.ts'
import { storedState } from './stored-state.ts'
import { createThread, type Thread } from './thread.ts'
import { createThreadActor, type ThreadActor } from './thread-actor.ts'
import type { ThreadGoals, ThreadServers } from './thread-ports.ts'
import type { ThreadSignal } from './thread-signal.ts'
import type { ThreadState } from './thread-state.ts'
import type { TurnRunnerPorts } from './turn/turn-runner.ts'
import type { TurnScope } from './turn/turn-scope.ts'
import type { ShellTask } from './turn/turn-task.ts'
import type { ContextSource } from './working-context.ts'

export interface ThreadManagerPorts {
  readonly home: string
  readonly version: string
  readonly store: Store
  readonly config: ConfigService
  readonly context: ContextSource
  readonly background: Pick<BackgroundProcesses, 'clean'>
  /** In the order in which their hooks are called. */
  readonly extensions: readonly Extension[]
  readonly clock: Clock
  readonly logger: Logger
  providersOf(config: ResolvedConfig): ModelProviders
  goalsOf(threadId: ThreadId): ThreadGoals
  serversOf(threadId: ThreadId): ThreadServers
  /** Before a new thread is: what it needs to come up. A rejection means that there is no such thread. */
  begin(threadId: ThreadId, config: ResolvedConfig, cwd: string): Promise<void>
  /** After a thread's last turn: ends what runs for it, its terminals and servers. */
  end(threadId: ThreadId): Promise<void>
  /** The same for whatever is left when the app ends. */
  endAll(): Promise<void>
  runTurn(scope: TurnScope, thread: Thread): Promise<void>
  runBeside(scope: TurnScope, task: ShellTask, thread: Thread): Promise<void>
  /** What is said before a turn under these settings begins. */
  warningsOf(settings: ConfigSnapshot, thread: Thread): readonly string[]
  publish(threadId: ThreadId, signal: ThreadSignal): void
}

/** A thread that is there for changes of a moment, of several callers perhaps. */
interface Visit {
  readonly thread: Promise<Thread>
  /** Resolves when the last guest has left; the thread is about to leave then. */
  readonly over: Promise<void>
  readonly markOver: () => void
  guests: number
}

type RecordedReads = Pick<TurnRunnerPorts, 'loadHistory' | 'loadTold'>

export type ThreadManager = ReturnType<typeof createThreadManager>

/** Threads that may be loaded at a time; more is refused rather than slowing everything down. */
export const LOADED_MAX = 10_000

export function createThreadManager(ports: ThreadManagerPorts) {
  const loaded = new Map<ThreadId, Thread>()
  const arriving = new Map<ThreadId, Promise<Thread>>()
  const leaving = new Map<ThreadId, Promise<unknown>>()
  const visits = new Map<ThreadId, Visit>()

  // ---- start ------------------------------------------------------------------------------------------------

  async function start(params: Params<'thread/start'>, client: ThreadClient): Promise<Thread> {
    requireRoom()
    await checkProject(params.projectId)
    const { state, config } = await prepareNewThread(ports, params, client)
    await ports.begin(state.id, config, state.snapshot.values.cwd)
    return keep(await open(state, config))
  }

  async function checkProject(id: string | undefined): Promise<void> {
    if (id !== undefined && !(await ports.store.findProject(id)))
      throw new SkeinError('notFound', `project not found: ${id}`)
  }

  /** See prepareFork; the fork is on disk when this resolves. */
  async function fork(params: Params<'thread/fork'>, client: ThreadClient): Promise<Thread> {
    requireRoom()
    const find = (id: ThreadId): ThreadActor | undefined => loaded.get(id)?.actor
    const { state, config, copied } = await prepareFork({ ...ports, find }, params, client)
    await ports.begin(state.id, config, state.snapshot.values.cwd)
    const thread = await open(state, config)
    if (!state.snapshot.values.ephemeral) await thread.actor.adopt(copied)
    return keep(thread)
  }

  function requireRoom(): void {
    if (loaded.size >= LOADED_MAX) throw new SkeinError('overloaded', 'too many threads are loaded')
  }

  function keep(thread: Thread): Thread {
    loaded.set(thread.id, thread)
    return thread
  }

  async function open(state: ThreadState, config: ResolvedConfig): Promise<Thread> {
    const { id, snapshot } = state
    const documents = await instructionsOf(state, config)
    const actor: ThreadActor = createThreadActor(state, {
      journal: snapshot.values.ephemeral ? createForgetfulJournal() : ports.store.journal,
      clock: ports.clock,
      logger: ports.logger,
      extensions: ports.extensions,
      ...recorded(state),
      end: ports.end,
      contextFor: contextFor(documents),
      runTurn: (scope) => ports.runTurn(scope, thread),
      runBeside: (scope, task) => ports.runBeside(scope, task, thread),
      warningsOf: (settings) => ports.warningsOf(settings, thread),
      turnsBack: (count) => ports.store.turnsBack(id, count),
      placeOf: (turnId) => ports.store.placeOf(id, { turnId, through: false }),
      publish: (signal) => ports.publish(id, signal),
    })
    const thread = createThread({
      actor,
      store: ports.store,
      logger: ports.logger,
      config: createRuntimeConfig(config, {
        config: ports.config,
        logger: ports.logger,
        changed: (previous, next) =>
          actor.extensions.runtimeConfigChanged(previous.values, next.values),
      }),
      instructionSources: documents.map((document) => document.path),
      goals: ports.goalsOf(id),
      servers: ports.serversOf(id),
      cleanBackground: () => ports.background.clean(id),
      unload: () => unload(id),
    })
    await actor.extensions.started({ config: snapshot, enabled: thread.enabled })
    return thread
  }

  /** Read once, when the thread comes to life; one that works nowhere has none. */
  async function instructionsOf({ snapshot }: ThreadState, { values }: ResolvedConfig) {
    const { cwd, environments } = snapshot.values
    if (environments.length === 0) return []
    const maxBytes = values.project_doc_max_bytes ?? INSTRUCTION_BYTES_DEFAULT
    return ports.context.instructionsFor(cwd, maxBytes)
  }

  /** What the model knows of the thread; an ephemeral fork has it from its source. */
  function recorded({ id, snapshot, base }: ThreadState): RecordedReads {
    const [source, before] =
      snapshot.values.ephemeral && base ? [base.threadId, base.ord] : [id, undefined]
    return {
      loadHistory: () => ports.store.modelHistory(source, before),
      async loadTold() {
        const told = await ports.store.toldSnapshot(source, before)
        return told && readSnapshot(told)
      },
    }
  }

  function contextFor(documents: readonly InstructionDocument[]): TurnRunnerPorts['contextFor'] {
    return (history, before, now, fragments) =>
      ports.context.contextFor(history, documents, before, now, fragments)
  }

  // ---- load -------------------------------------------------------------------------------------------------

  /** Joins a loaded thread as it is; loads another with the overrides in force. A refusal leaves it unloaded. */
  function resume(
    threadId: ThreadId,
    overrides: SettingsOverrides,
    layer: ThreadConfig | undefined,
  ): Promise<Thread> {
    return stay(threadId, layer, async ({ actor, config }) => {
      const changes = withEffortOf(overrides, config())
      const settings = applyOverrides(actor.state().snapshot, changes, 'thread', config())
      await actor.changeSettings(() => snapshotOf(settings))
    })
  }

  const load = (threadId: ThreadId): Promise<Thread> =>
    stay(threadId, undefined, async () => undefined)

  /** Brings a thread to life for good. Whoever comes at the same time gets the same one, as the first asked for it. */
  async function stay(
    threadId: ThreadId,
    layer: ThreadConfig | undefined,
    prepare: (thread: Thread) => Promise<void>,
  ): Promise<Thread> {
    for (let busy = inTheWay(threadId); busy; busy = inTheWay(threadId)) await busy
    const present = arriving.get(threadId) ?? loaded.get(threadId)
    if (present) return present
    const arrival = arrive(threadId, layer, prepare).finally(() => arriving.delete(threadId))
    arriving.set(threadId, arrival)
    const thread = await arrival
    // It has a status other than `notLoaded` from now on.
    ports.publish(threadId, { type: 'status', status: thread.actor.status() })
    await thread.emitThreadResumeLifecycle()
    return thread
  }

  /** What must be over before a thread that is not loaded can be: two actors for one thread must never be. */
  function inTheWay(threadId: ThreadId): Promise<unknown> | undefined {
    return leaving.get(threadId) ?? visits.get(threadId)?.over
  }

  async function arrive(
    threadId: ThreadId,
    layer: ThreadConfig | undefined,
    prepare: (thread: Thread) => Promise<void>,
  ): Promise<Thread> {
    const thread = await openStored(threadId, layer)
    try {
      await prepare(thread)
    } catch (error) {
      await leave(threadId, () => thread.actor.shutdown('user'))
      throw error
    }
    return keep(thread)
  }

  async function openStored(threadId: ThreadId, layer: ThreadConfig | undefined): Promise<Thread> {
    const stored = await ports.store.loadThread(threadId)
    if (!stored) throw notFound(threadId)
    const state = storedState(stored)
    return open(state, await ports.config.resolve(layer, state.snapshot.values.cwd))
  }

  /** For changes of one row: a thread that is not loaded is there for this moment, and nobody hears of it. */
  async function withThread<T>(
    threadId: ThreadId,
    change: (thread: Thread) => Promise<T>,
  ): Promise<T> {
    await arriving.get(threadId)?.catch(() => undefined)
    for (let left = leaving.get(threadId); left; left = leaving.get(threadId)) await left
    const staying = loaded.get(threadId)
    if (staying) return change(staying)
    const visit = visits.get(threadId) ?? beginVisit(threadId)
    visit.guests++
    try {
      return await change(await visit.thread)
    } finally {
      visit.guests--
      if (visit.guests === 0) await endVisit(threadId, visit)
    }
  }

  function beginVisit(threadId: ThreadId): Visit {
    let markOver: () => void = () => undefined
    const over = new Promise<void>((resolve) => {
      markOver = resolve
    })
    const visit: Visit = { thread: openStored(threadId, undefined), over, markOver, guests: 0 }
    visits.set(threadId, visit)
    return visit
  }

  async function endVisit(threadId: ThreadId, visit: Visit): Promise<void> {
    visits.delete(threadId)
    visit.markOver()
    const thread = visit.thread.catch(() => null) // who came to visit has heard why
    await leave(threadId, async () => (await thread)?.actor.shutdown('user'))
  }

  function require(threadId: ThreadId): Thread {
    const thread = loaded.get(threadId)
    if (!thread) throw notFound(threadId)
    return thread
  }

  // ---- end --------------------------------------------------------------------------------------------------

  /** Who comes for the thread meanwhile waits until it has left, and loads it again. */
  async function leave(threadId: ThreadId, how: () => Promise<unknown>): Promise<void> {
    const left = how().finally(() => {
      loaded.delete(threadId)
      leaving.delete(threadId)
    })
    const over = left.catch(() => undefined)
    leaving.set(threadId, over)
    await left
  }

  /** Ends a running turn, its processes and the actor; the thread stays in the store. */
  async function unload(threadId: ThreadId): Promise<boolean> {
    const thread = loaded.get(threadId)
    if (!thread) return false
    await leave(threadId, () => thread.actor.shutdown('user'))
    ports.publish(threadId, { type: 'status', status: { type: 'notLoaded' } })
    return true
  }

  /** A running thread ends first, so that nobody hears of an archived thread that still works. */
  async function archive(threadId: ThreadId): Promise<void> {
    const thread = loaded.get(threadId)
    if (thread?.configSnapshot().ephemeral)
      throw new SkeinError('conflict', `no rollout found for thread id ${threadId}`)
    await thread?.ensureRolloutMaterialized()
    await unload(threadId)
    await withThread(threadId, ({ actor }) => actor.archive())
  }

  /** A thread that never had a turn exists in memory only; one that is put somewhere must have a row. */
  async function makeStored(threadId: ThreadId): Promise<void> {
    const actor = loaded.get(threadId)?.actor
    if (actor && !actor.state().stored) await actor.materialise()
  }

  async function remove(threadId: ThreadId): Promise<void> {
    const isKnown = loaded.has(threadId)
    await withThread(threadId, (thread) =>
      leave(threadId, async () => {
        await thread.actor.shutdown('user')
        // Its end comes before the news that it is gone: nobody hears of a deleted thread after that.
        if (isKnown) ports.publish(threadId, { type: 'status', status: { type: 'notLoaded' } })
        await thread.actor.remove()
      }),
    )
  }

  /** All running turns end as interrupted, all processes die, everything is durable. */
  async function shutdown(): Promise<void> {
    await Promise.all([...loaded.values()].map(({ actor }) => actor.shutdown('shutdown')))
    await ports.endAll()
    loaded.clear()
  }

  return {
    start,
    fork,
    resume,
    load,
    withThread,
    makeStored,
    require,
    unload,
    archive,
    remove,
    shutdown,
    find: (threadId: ThreadId): Thread | undefined => loaded.get(threadId),
    loadedIds: (): readonly ThreadId[] => [...loaded.keys()],
  }
}

/** Another model does not take over the effort that was chosen for the one before. */
function withEffortOf(overrides: SettingsOverrides, { values }: ResolvedConfig): SettingsOverrides {
  if (overrides.model === undefined) return overrides
  const effort = values.model_reasoning_effort
  return effort === undefined ? { ...overrides, clear: ['effort'] } : { ...overrides, effort }
}

export function notFound(threadId: ThreadId): SkeinError {
  return new SkeinError('notFound', `thread not found: ${threadId}`)
}

export function archivedThread(threadId: ThreadId): SkeinError {
  return new SkeinError('conflict', `session ${threadId} is archived. Unarchive it first.`)
}

/** There is nothing on disk that could be opened. */
export function noRollout(threadId: ThreadId): SkeinError {
  return new SkeinError('notFound', `no rollout found for thread id ${threadId}`)
}
