// The threads of this process: starts them, loads them, finds them, and ends their lives. One actor per thread.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Params, ThreadId } from '../../protocol/index.ts'
import type { ConfigService, ResolvedConfig } from '../config/config-service.ts'
import type { InstructionDocument } from '../instructions/environment-context.ts'
import type { Clock } from '../lib/clock.ts'
import { SkeinError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { ModelProvider, ModelProviders } from '../model/model-client.ts'
import type { Store, StoredThread } from '../storage/store.ts'
import type { BackgroundProcesses } from '../tools/tool.ts'
import { createForgetfulJournal } from './commit-queue.ts'
import { readSnapshot, snapshotOf } from './config-snapshot.ts'
import type { Extension } from './extensions/extension.ts'
import { prepareFork } from './fork.ts'
import { readGitInfo } from './git-info.ts'
import { initialSettings } from './initial-settings.ts'
import { applyOverrides, type SettingsOverrides } from './settings.ts'
import { createThreadActor, type ThreadActor } from './thread-actor.ts'
import type { ThreadSignal } from './thread-signal.ts'
import type { ThreadState } from './thread-state.ts'
import type { TurnRunnerPorts } from './turn/turn-runner.ts'
import type { TurnScope } from './turn/turn-scope.ts'
import type { ShellTask } from './turn/turn-task.ts'
import type { ContextSource } from './working-context.ts'

/** The `config` map of thread/start or resume: the top layer of this thread, as long as it is loaded. */
export type ThreadLayer = Readonly<Record<string, unknown>> | undefined

export interface LoadedThread {
  readonly actor: ThreadActor
  readonly instructionSources: readonly string[]
}

/** Who starts a thread: becomes its originator and source. */
export interface ThreadClient {
  readonly name: string | null
  readonly source: string
}

export interface ThreadManagerPorts {
  readonly home: string
  readonly version: string
  readonly store: Store
  readonly config: ConfigService
  readonly context: ContextSource
  readonly background: BackgroundProcesses
  /** In the order in which their hooks are called. */
  readonly extensions: readonly Extension[]
  readonly clock: Clock
  readonly logger: Logger
  providersOf(config: ResolvedConfig): ModelProviders
  /** Before a new thread is: what it needs to come up. A rejection means that there is no such thread. */
  begin(threadId: ThreadId, layer: ThreadLayer, cwd: string): Promise<void>
  runTurn(scope: TurnScope, actor: ThreadActor, layer: ThreadLayer): Promise<void>
  runBeside(scope: TurnScope, task: ShellTask, layer: ThreadLayer): Promise<void>
  publish(threadId: ThreadId, signal: ThreadSignal): void
}

type RecordedReads = Pick<TurnRunnerPorts, 'loadHistory' | 'loadTold'>

export type ThreadManager = ReturnType<typeof createThreadManager>

/** Without any configuration the app does its main job offline. */
export const DEFAULT_PROVIDER = 'demo'

/** Threads that may be loaded at a time; more is refused rather than slowing everything down. */
export const LOADED_MAX = 10_000

export function createThreadManager(ports: ThreadManagerPorts) {
  const loaded = new Map<ThreadId, LoadedThread>()
  const loading = new Map<ThreadId, Promise<LoadedThread>>()

  // ---- start ------------------------------------------------------------------------------------------------

  async function start(
    params: Params<'thread/start'>,
    client: ThreadClient,
  ): Promise<LoadedThread> {
    if (loaded.size >= LOADED_MAX) throw new SkeinError('overloaded', 'too many threads are loaded')
    const cwd = path.resolve(params.environments?.[0]?.cwd ?? params.cwd ?? process.cwd())
    const config = await ports.config.resolve(params.config, cwd)
    const id = newId()
    const provider = ports
      .providersOf(config)
      .get(params.modelProvider ?? config.values.model_provider ?? DEFAULT_PROVIDER)
    const base = initialSettings(config, {
      model: params.model ?? modelOf(provider, config),
      modelProvider: provider.id,
      cwd: provider.demo ? await demoFolder(id) : cwd,
      source: client.source,
      threadSource: params.threadSource ?? null,
      ephemeral: params.ephemeral ?? false,
      ownFolder: provider.demo,
    })
    const overrides = provider.demo ? inOwnFolder(params) : params
    const settings = applyOverrides(base, overrides, 'thread', config)
    const nowMs = ports.clock.now()
    const [gitInfo] = await Promise.all([
      readGitInfo(settings.values.cwd),
      ports.begin(id, params.config, settings.values.cwd),
    ])
    const state: ThreadState = {
      id,
      stored: false,
      lastSeq: 0,
      snapshot: snapshotOf(settings),
      name: null,
      preview: '',
      archived: false,
      deleted: false,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      recencyAtMs: nowMs,
      originator: client.name,
      cliVersion: ports.version,
      historyMode: params.historyMode ?? 'paginated',
      imported: false,
      base: null,
      forkedFromId: null,
      gitInfo,
      memoryMode: null,
      turnCount: 0,
      tokenUsage: null,
      queue: [],
      failed: false,
      turn: null,
    }
    return open(state, params.config)
  }

  /** See prepareFork; the fork is on disk when this resolves. */
  async function fork(params: Params<'thread/fork'>, client: ThreadClient): Promise<LoadedThread> {
    if (loaded.size >= LOADED_MAX) throw new SkeinError('overloaded', 'too many threads are loaded')
    const find = (id: ThreadId): ThreadActor | undefined => loaded.get(id)?.actor
    const { state, copied } = await prepareFork({ ...ports, find }, params, client)
    await ports.begin(state.id, params.config, state.snapshot.values.cwd)
    const thread = await open(state, params.config)
    if (!state.snapshot.values.ephemeral) await thread.actor.adopt(copied)
    return thread
  }

  /** Where the demo works is not up to those who start it; that it works nowhere is. */
  function inOwnFolder({ cwd: _, environments, ...elsewhere }: Params<'thread/start'>) {
    return environments?.length === 0 ? { ...elsewhere, environments } : elsewhere
  }

  /** The demo never works in the person's folders. */
  async function demoFolder(id: ThreadId): Promise<string> {
    const folder = path.join(ports.home, 'demo', id)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return folder
  }

  async function open(state: ThreadState, layer: ThreadLayer): Promise<LoadedThread> {
    const { ephemeral, cwd, environments } = state.snapshot.values
    const documents = environments.length > 0 ? await ports.context.instructionsFor(cwd) : []
    const actor: ThreadActor = createThreadActor(state, {
      journal: ephemeral ? createForgetfulJournal() : ports.store.journal,
      clock: ports.clock,
      logger: ports.logger,
      extensions: ports.extensions,
      ...recorded(state),
      background: ports.background,
      contextFor: contextFor(documents),
      runTurn: (scope) => ports.runTurn(scope, actor, layer),
      runBeside: (scope, task) => ports.runBeside(scope, task, layer),
      turnsBack: (count) => ports.store.turnsBack(state.id, count),
      placeOf: (turnId) => ports.store.placeOf(state.id, { turnId, through: false }),
      publish: (signal) => ports.publish(state.id, signal),
    })
    const thread = { actor, instructionSources: documents.map((document) => document.path) }
    await actor.extensions.started(state.snapshot)
    loaded.set(state.id, thread)
    return thread
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
  async function resume(
    threadId: ThreadId,
    overrides: SettingsOverrides,
    layer: ThreadLayer,
  ): Promise<LoadedThread> {
    const present = loaded.get(threadId)
    if (present) return present
    const thread = await loadSilently(threadId, layer)
    const { actor } = thread
    try {
      const { cwd } = actor.state().snapshot.values
      const config = await ports.config.resolve(layer, cwd)
      const changes = withEffortOf(overrides, config)
      const settings = applyOverrides(actor.state().snapshot, changes, 'thread', config)
      await actor.changeSettings(() => snapshotOf(settings))
    } catch (error) {
      await dropIdle(thread)
      throw error
    }
    announce(thread)
    await actor.extensions.resumed()
    return thread
  }

  async function load(threadId: ThreadId): Promise<LoadedThread> {
    const present = loaded.get(threadId)
    if (present) return present
    const thread = await loadSilently(threadId)
    announce(thread)
    await thread.actor.extensions.resumed()
    return thread
  }

  /** Takes a thread out of memory that was loaded for a moment, unless it got something to do. */
  async function dropIdle({ actor }: LoadedThread): Promise<void> {
    if (actor.state().turn) return
    loaded.delete(actor.id)
    await actor.shutdown('user')
  }

  /** A thread that came into memory has a status other than `notLoaded` from now on. */
  function announce({ actor }: LoadedThread): void {
    ports.publish(actor.id, { type: 'status', status: actor.status() })
  }

  /** Concurrent callers get the same actor: two for one thread must never be. */
  function loadSilently(threadId: ThreadId, layer?: ThreadLayer): Promise<LoadedThread> {
    const present = loaded.get(threadId)
    if (present) return Promise.resolve(present)
    let pending = loading.get(threadId)
    if (!pending) {
      pending = loadStored(threadId, layer).finally(() => loading.delete(threadId))
      loading.set(threadId, pending)
    }
    return pending
  }

  async function loadStored(threadId: ThreadId, layer: ThreadLayer): Promise<LoadedThread> {
    const stored = await ports.store.loadThread(threadId)
    if (!stored) throw notFound(threadId)
    return open(stateOf(stored), layer)
  }

  /** For changes of one row: loads the thread if it is not, and unloads it again after that. */
  async function withThread<T>(
    threadId: ThreadId,
    change: (actor: ThreadActor) => Promise<T>,
  ): Promise<T> {
    const wasLoaded = loaded.has(threadId) || loading.has(threadId)
    const thread = await loadSilently(threadId)
    try {
      return await change(thread.actor)
    } finally {
      if (!wasLoaded) await dropIdle(thread)
    }
  }

  function require(threadId: ThreadId): LoadedThread {
    const thread = loaded.get(threadId)
    if (!thread) throw notFound(threadId)
    return thread
  }

  // ---- end --------------------------------------------------------------------------------------------------

  /** Ends a running turn, its processes and the actor; the thread stays in the store. */
  async function unload(threadId: ThreadId): Promise<boolean> {
    const thread = loaded.get(threadId)
    if (!thread) return false
    await thread.actor.shutdown('user')
    loaded.delete(threadId)
    ports.publish(threadId, { type: 'status', status: { type: 'notLoaded' } })
    return true
  }

  /** A running thread ends first, so that nobody hears of an archived thread that still works. */
  async function archive(threadId: ThreadId): Promise<void> {
    if (loaded.get(threadId)?.actor.state().snapshot.values.ephemeral)
      throw new SkeinError('conflict', `no rollout found for thread id ${threadId}`)
    await makeStored(threadId)
    await unload(threadId)
    await withThread(threadId, (actor) => actor.archive())
  }

  /** A thread that never had a turn exists in memory only; one that is put away must have a row. */
  async function makeStored(threadId: ThreadId): Promise<void> {
    const actor = loaded.get(threadId)?.actor
    if (actor && !actor.state().stored) await actor.materialise()
  }

  async function remove(threadId: ThreadId): Promise<void> {
    const wasLoaded = loaded.has(threadId)
    await withThread(threadId, async (actor) => {
      await actor.shutdown('user')
      // Its end comes before the news that it is gone: nobody hears of a deleted thread after that.
      if (wasLoaded) ports.publish(threadId, { type: 'status', status: { type: 'notLoaded' } })
      await actor.remove()
    })
    loaded.delete(threadId)
  }

  /** All running turns end as interrupted, all processes die, everything is durable. */
  async function shutdown(): Promise<void> {
    await Promise.all([...loaded.values()].map(({ actor }) => actor.shutdown('shutdown')))
    await ports.background.cleanAll()
    loaded.clear()
  }

  return {
    start,
    fork,
    resume,
    load,
    withThread,
    require,
    unload,
    archive,
    remove,
    shutdown,
    find: (threadId: ThreadId): LoadedThread | undefined => loaded.get(threadId),
    loadedIds: (): readonly ThreadId[] => [...loaded.keys()],
  }
}

/** Another model does not take over the effort that was chosen for the one before. */
function withEffortOf(overrides: SettingsOverrides, { values }: ResolvedConfig): SettingsOverrides {
  if (overrides.model === undefined) return overrides
  const effort = values.model_reasoning_effort
  return effort === undefined ? { ...overrides, clear: ['effort'] } : { ...overrides, effort }
}

/** The configured model belongs to the configured provider; another provider uses its own default. */
function modelOf(provider: ModelProvider, { values }: ResolvedConfig): string {
  const own = provider.models().find((model) => model.isDefault)?.model
  const model = provider.demo ? own : (values.model ?? own)
  if (model !== undefined) return model
  throw new SkeinError(
    'invalidParams',
    `no model is known for provider \`${provider.id}\`: set \`model\` in config.toml`,
    { field: 'model' },
  )
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

function stateOf({
  record,
  snapshot,
  tokenUsage,
  queue,
  lastTurnStatus,
}: StoredThread): ThreadState {
  return {
    id: record.id,
    stored: true,
    lastSeq: record.lastSeq,
    snapshot: readSnapshot(snapshot),
    name: record.name,
    preview: record.preview,
    archived: record.archivedMs !== null,
    deleted: false,
    createdAtMs: record.createdMs,
    updatedAtMs: record.updatedMs,
    recencyAtMs: record.recencyMs,
    originator: record.originator,
    cliVersion: record.cliVersion,
    historyMode: record.historyMode,
    imported: record.origin === 'import',
    base: null,
    forkedFromId: record.forkedFromId,
    gitInfo: record.gitInfo,
    memoryMode: record.memoryMode,
    turnCount: record.turnCount,
    tokenUsage,
    queue,
    failed: lastTurnStatus === 'failed',
    turn: null,
  }
}
