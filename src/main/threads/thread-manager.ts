// The threads of this process: starts them, loads them, finds them, and ends their lives. One actor per thread.
import type { Params, ThreadId } from '../../protocol/index.ts'
import type { ResolvedConfig, ThreadConfig } from '../config/config-service.ts'
import { SkeinError } from '../lib/errors.ts'
import type { ThreadRecord } from '../storage/store.ts'
import { snapshotOf } from './config-snapshot.ts'
import type { Extension } from './extensions/extension.ts'
import { prepareFork } from './fork.ts'
import { prepareNewThread, type ThreadClient } from './new-thread.ts'
import { createThreadOpener, type Opening, type ThreadOpenerPorts } from './open-thread.ts'
import { applyOverrides, requireOneOfPermissions, type SettingsOverrides } from './settings.ts'
import type { Thread } from './thread.ts'
import type { ThreadActor } from './thread-actor.ts'
import { archivedThread, noRollout, notFound } from './thread-errors.ts'
import { createVisits } from './visits.ts'

export interface ThreadManagerPorts extends ThreadOpenerPorts {
  /** Before a new thread is: what it needs to come up. A rejection means that there is no such thread. */
  begin(threadId: ThreadId, config: ResolvedConfig, cwd: string): Promise<void>
  /** Like `end`, for whatever is left when the app ends. */
  endAll(): Promise<void>
}

export type ThreadManager = ReturnType<typeof createThreadManager>

/** Threads that may be loaded at a time; more is refused rather than slowing everything down. */
export const LOADED_MAX = 10_000

export function createThreadManager(ports: ThreadManagerPorts) {
  const loaded = new Map<ThreadId, Thread>()
  const arriving = new Map<ThreadId, Promise<Thread>>()
  const leaving = new Map<ThreadId, Promise<unknown>>()
  const { open, openStored } = createThreadOpener(ports, unload)
  const visits = createVisits(openStored, (threadId, thread) =>
    leave(threadId, async () => (await thread)?.actor.shutdown('user')),
  )

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

  // ---- load -------------------------------------------------------------------------------------------------

  /**
   * Joins a loaded thread as it is; loads another with the overrides in force, and calls `asked` when it asks the store
   * for it. A refusal leaves it unloaded.
   */
  async function resume(
    threadId: ThreadId,
    {
      modelProvider,
      ...overrides
    }: SettingsOverrides & { readonly modelProvider?: string | undefined },
    layer: ThreadConfig | undefined,
    asked?: Opening['asked'],
  ): Promise<Thread> {
    const check = (record: ThreadRecord | undefined): void => {
      requireResumable(threadId, record)
      requireOneOfPermissions(overrides)
    }
    // A loaded thread is joined as it is, but not with nonsense.
    if (loaded.has(threadId) || arriving.has(threadId)) requireOneOfPermissions(overrides)
    const prepare = async ({ actor, config }: Thread): Promise<void> => {
      requireProvider(actor.state().snapshot.values.modelProvider, modelProvider)
      if (Object.values(overrides).every((value) => value === undefined)) return
      const changes = withEffortOf(overrides, config())
      const settings = applyOverrides(actor.state().snapshot, changes, 'thread', config())
      await actor.changeSettings(() => snapshotOf(settings))
    }
    return stay(threadId, layer, prepare, { check, ...(asked && { asked }) })
  }

  const load = (threadId: ThreadId): Promise<Thread> =>
    stay(threadId, undefined, async () => undefined)

  /** Brings a thread to life for good. Whoever comes at the same time gets the same one, as the first asked for it. */
  async function stay(
    threadId: ThreadId,
    layer: ThreadConfig | undefined,
    prepare: (thread: Thread) => Promise<void>,
    opening?: Opening,
  ): Promise<Thread> {
    for (let busy = inTheWay(threadId); busy; busy = inTheWay(threadId)) await busy
    const present = arriving.get(threadId) ?? loaded.get(threadId)
    if (present) return present
    const arrival = arrive(threadId, layer, prepare, opening).finally(() =>
      arriving.delete(threadId),
    )
    arriving.set(threadId, arrival)
    const thread = await arrival
    // It has a status other than `notLoaded` from now on.
    ports.publish(threadId, { type: 'status', status: thread.actor.status() })
    await thread.emitThreadResumeLifecycle()
    return thread
  }

  /** What must be over before a thread that is not loaded can be: two actors for one thread must never be. */
  function inTheWay(threadId: ThreadId): Promise<unknown> | undefined {
    return leaving.get(threadId) ?? visits.over(threadId)
  }

  async function arrive(
    threadId: ThreadId,
    layer: ThreadConfig | undefined,
    prepare: (thread: Thread) => Promise<void>,
    opening?: Opening,
  ): Promise<Thread> {
    const thread = await openStored(threadId, layer, opening)
    try {
      await prepare(thread)
    } catch (error) {
      await leave(threadId, () => thread.actor.shutdown('user'))
      throw error
    }
    return keep(thread)
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
    return visits.pay(threadId, change)
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

/**
 * Opens threads for nobody: no extension hears of them, nothing is said, and they are let go with the manager. `pause`
 * lets others come in between.
 */
export function createRehearsalManager(
  ports: ThreadManagerPorts,
  pause: () => Promise<void>,
): ThreadManager {
  /** Stands in for all others: their hooks are called in the same way. */
  const understudy: Extension = {
    name: 'understudy',
    onThreadStart: pause,
    onThreadResume: pause,
  }
  const instructionsFor: typeof ports.context.instructionsFor = async (...asked) => {
    const documents = await ports.context.instructionsFor(...asked)
    await pause()
    return documents
  }
  return createThreadManager({
    ...ports,
    context: { ...ports.context, instructionsFor },
    extensions: [understudy],
    publish: () => undefined,
  })
}

/** Another model does not take over the effort that was chosen for the one before. */
function withEffortOf(overrides: SettingsOverrides, { values }: ResolvedConfig): SettingsOverrides {
  if (overrides.model === undefined) return overrides
  const effort = values.model_reasoning_effort
  return effort === undefined ? { ...overrides, clear: ['effort'] } : { ...overrides, effort }
}

/** What a thread holds belongs to the provider that gave it: another one can have a fork. */
function requireProvider(own: string, wanted: string | undefined): void {
  if (wanted !== undefined && wanted !== own)
    throw new SkeinError(
      'invalidParams',
      `failed to load configuration: Cannot change this thread's model provider from \`${own}\` to \`${wanted}\` on resume; fork it instead.`,
      { field: 'modelProvider' },
    )
}

/** What is not there or was put away is not opened. */
function requireResumable(threadId: ThreadId, record: ThreadRecord | undefined): void {
  if (!record) throw noRollout(threadId)
  if (record.archivedMs !== null) throw archivedThread(threadId)
}
