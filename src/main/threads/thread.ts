// A live thread as a program holds it: submissions in, events out, and direct reads and changes beside them.
import { isDeepStrictEqual } from 'node:util'
import type { GitInfo, MemoryMode, ThreadTokenUsage, UserInput } from '../../protocol/index.ts'
import type { ResolvedConfig } from '../config/config-service.ts'
import { messageOf, SkeinError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { TraceContext } from '../model/model-client.ts'
import { type ModelItem, userMessage } from '../model/model-item.ts'
import type { Store, ThreadRecord } from '../storage/store.ts'
import type { AgentStatus } from './agent-status.ts'
import { type CoreEvent, eventsOf, type SessionConfigured } from './core-event.ts'
import { createEventQueue } from './event-queue.ts'
import {
  createSessionTelemetry,
  type SessionTelemetry,
  sessionTelemetry,
} from './extensions/session-telemetry.ts'
import { handleOp } from './handle-op.ts'
import type { MetadataPatch } from './metadata.ts'
import { applyOverrides, type SettingsOverrides, sandboxPolicyOfSettings } from './settings.ts'
import { agentDied, createSubmissions, type Submission } from './submissions.ts'
import type { Op } from './thread-op.ts'
import type { SelectedEnvironment, ThreadConfigSnapshot, ThreadPorts } from './thread-ports.ts'
import { currentTrace, readableTrace, runInTrace } from './trace-context.ts'
import type { WatchReceiver } from './watch.ts'

export type Thread = ReturnType<typeof createThread>

export function createThread(ports: ThreadPorts) {
  const { actor, store, logger } = ports
  const events = createEventQueue()
  const submissions = createSubmissions(handle)
  const traces = new Map<string, TraceContext>()
  let config = ports.config
  const startConfig = ports.config
  let current: Submission | null = null
  let shutdownId: string | null = null
  const client = { name: null as string | null, version: null as string | null }
  const configured = sessionConfigured()

  events.put({ id: '', msg: configured })
  const stopListening = actor.listen((signal) => {
    const turnId = 'turnId' in signal ? signal.turnId : actor.state().turn?.id
    const trace = traces.get(turnId ?? '') ?? null
    for (const event of eventsOf(signal, current?.id ?? '', trace)) events.put(event)
    if (signal.type === 'recorded' && signal.event.type === 'turnCompleted')
      traces.delete(signal.event.turnId)
  })
  void actor.ended.then(ended)

  function sessionConfigured(): SessionConfigured {
    const state = actor.state()
    return {
      type: 'session_configured',
      sessionId: actor.extensions.session.levelId,
      threadId: actor.id,
      forkedFromId: state.forkedFromId,
      threadName: state.name,
      rolloutPath: null,
      settings: state.snapshot.values,
    }
  }

  // ---- submissions ------------------------------------------------------------------------------------------

  async function handle(submission: Submission): Promise<void> {
    const { id, op, trace } = submission
    current = submission
    if (trace) traces.set(id, trace)
    const failure = await runInTrace(trace, () => handleOp(opPorts, id, op))
    if (actor.state().turn?.id !== id) traces.delete(id)
    current = null
    if (failure) fail(id, failure.message, failure.info)
  }

  const opPorts = {
    actor,
    store,
    config: () => config,
    cleanBackground: ports.cleanBackground,
    async reloadUserConfig() {
      const next = await ports.reloadConfig()
      if (next) refreshRuntimeConfig(next)
    },
    /** Servers are looked up anew when the next turn starts. */
    refreshMcpServers: async () => undefined,
    async shutdown() {
      shutdownId = current?.id ?? ''
      await ports.unload()
      await actor.ended
    },
  }

  function fail(
    id: string,
    message: string,
    codexErrorInfo: 'bad_request' | 'other' | 'thread_rollback_failed',
  ): void {
    actor.agentStatus.set({ type: 'errored', message })
    events.put({ id, msg: { type: 'error', message, codexErrorInfo } })
  }

  /** The actor is gone, by the operation or from outside. */
  function ended(): void {
    stopListening()
    if (shutdownId !== null) events.put({ id: shutdownId, msg: { type: 'shutdown_complete' } })
    submissions.close()
    events.close()
  }

  async function submitWithId(submission: {
    readonly id: string
    readonly op: Op
    readonly trace?: TraceContext | null
  }): Promise<void> {
    const { id, op } = submission
    if (!submissions.isOpen) throw agentDied()
    const given = submission.trace ?? null
    const trace = given ? readableTrace(given) : currentTrace()
    if (given && !trace) logger.log('warn', 'a trace context cannot be read and is ignored')
    await submissions.add({ id, op, trace })
  }

  async function submitWithTrace(op: Op, trace: TraceContext | null): Promise<string> {
    const id = newId()
    await submitWithId({ id, op, trace })
    return id
  }

  const submit = (op: Op): Promise<string> => submitWithTrace(op, null)

  async function shutdownAndWait(): Promise<void> {
    await submit({ type: 'shutdown' }).catch((error: unknown) => {
      if (submissions.isOpen) throw error // else it is gone already, which is what was asked for
    })
    await actor.ended
  }

  // ---- what is kept -----------------------------------------------------------------------------------------

  const isEphemeral = (): boolean => actor.state().snapshot.values.ephemeral

  function requireStored(what: string): void {
    if (isEphemeral())
      throw new SkeinError('upstream', `Session persistence is disabled; cannot ${what}.`)
  }

  async function record(includeArchived: boolean): Promise<ThreadRecord> {
    const found = await store.findThread(actor.id)
    if (!found || (found.archivedMs !== null && !includeArchived))
      throw new SkeinError('notFound', `thread not found: ${actor.id}`)
    return found
  }

  function refreshRuntimeConfig(next: ResolvedConfig): void {
    const previous = config
    config = next
    if (!isDeepStrictEqual(previous.values, next.values))
      actor.extensions.runtimeConfigChanged(previous.values, next.values)
  }

  async function quietly(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      logger.log('error', what, { threadId: actor.id, error: messageOf(error) })
    }
  }

  return {
    id: actor.id,
    submit,
    /** A trace that cannot be read is ignored; without one the caller's own is used. */
    submitWithTrace,
    submitWithId,
    nextEvent: (): Promise<CoreEvent> => events.next(),
    steerInput: (items: readonly UserInput[], expectedTurnId?: string): Promise<string> =>
      actor.steer(items, expectedTurnId, null),
    shutdownAndWait,
    waitUntilTerminated: (): Promise<void> => actor.ended,
    isRunning: (): boolean => submissions.isOpen,
    sessionTelemetry: (): SessionTelemetry =>
      actor.extensions.thread.getOrInit(sessionTelemetry, () => createSessionTelemetry({})),
    emitThreadResumeLifecycle: (): Promise<void> => actor.extensions.resumed(),

    applyGoalResumeRuntimeEffects: (): Promise<void> => ports.goals.resumed(),
    continueActiveGoalIfIdle: (): Promise<void> => ports.goals.continueIfIdle(),
    prepareExternalGoalMutation: (): Promise<void> =>
      quietly('a goal could not be prepared for a change', ports.goals.prepareChange),
    applyExternalGoalSet: (): Promise<void> =>
      quietly('a set goal could not take effect', ports.goals.wasSet),
    applyExternalGoalClear: (): Promise<void> =>
      quietly('a cleared goal could not take effect', ports.goals.wasCleared),

    ensureRolloutMaterialized: (): Promise<void> =>
      quietly('a thread could not be stored', async () => {
        if (!isEphemeral() && !actor.state().stored) await actor.materialise()
      }),
    async flushRollout(): Promise<void> {
      await actor.idle()
      if (!isEphemeral()) await store.journal.flush()
    },
    async setThreadMemoryMode(mode: MemoryMode): Promise<void> {
      requireStored('update thread memory mode')
      await actor.changeMetadata({ memoryMode: mode })
      await store.journal.flush()
    },
    /** Absent names keep what is there; the flag is always set. */
    setAppServerClientInfo(name: string | null, version: string | null, autoDeny: boolean): void {
      client.name = name ?? client.name
      client.version = version ?? client.version
      actor.elicitations.autoDeny = autoDeny
    },
    appServerClientInfo: (): Readonly<typeof client> => ({ ...client }),
    /** Throws SkeinError('invalidParams') that names the field; changes nothing either way. */
    validateTurnContextOverrides(overrides: SettingsOverrides): void {
      applyOverrides(actor.state().snapshot, overrides, 'thread', config)
    },

    agentStatus: (): AgentStatus => actor.agentStatus.get(),
    subscribeStatus: (): WatchReceiver<AgentStatus> => actor.agentStatus.subscribe(),
    tokenUsageInfo: (): ThreadTokenUsage | null => actor.state().tokenUsage,

    /** For the next request of the model; no turn, no card. */
    injectUserMessageWithoutTurn: (text: string): Promise<void> =>
      actor.inject([userMessage([{ type: 'input_text', text }])], false),
    /** For tests: an idle thread starts a turn for it. */
    async appendMessage(item: ModelItem): Promise<string> {
      if (item.type !== 'message')
        throw new SkeinError('invalidParams', 'append_message only supports ResponseItem::Message')
      const { id: _own, ...message } = item
      const turn = await actor.startTurnIfIdle({ kind: 'other', items: [message as ModelItem] })
      if (turn) return turn.id
      await actor.inject([message as ModelItem], false)
      return actor.state().turn?.id ?? newId()
    },
    async injectResponseItems(items: readonly ModelItem[]): Promise<void> {
      await actor.inject(items, true)
      if (!isEphemeral()) await store.journal.flush()
    },

    /** Files are made by an export alone. */
    rolloutPath: (): string | null => null,
    sessionConfigured: (): SessionConfigured => configured,
    /** Reviews are asked of the model directly: there is no session of theirs to point at. */
    guardianTrunkRolloutPath: (): string | null => null,
    async loadHistory(includeArchived: boolean): Promise<readonly ModelItem[]> {
      requireStored('load history')
      await record(includeArchived)
      return store.modelHistory(actor.id)
    },
    async readThread(
      includeArchived: boolean,
      includeHistory: boolean,
    ): Promise<{ readonly record: ThreadRecord; readonly history?: readonly ModelItem[] }> {
      requireStored('read thread')
      const found = await record(includeArchived)
      if (!includeHistory) return { record: found }
      return { record: found, history: await store.modelHistory(actor.id) }
    },
    async updateThreadMetadata(
      patch: MetadataPatch,
      includeArchived: boolean,
    ): Promise<{ readonly name: string | null; readonly gitInfo: GitInfo | null }> {
      requireStored('update thread metadata')
      if (actor.state().archived && !includeArchived)
        throw new SkeinError('notFound', `thread not found: ${actor.id}`)
      const { state } = await actor.changeMetadata(patch)
      return { name: state.name, gitInfo: state.gitInfo }
    },
    stateDb: (): Store | null => (isEphemeral() ? null : store),

    configSnapshot(): ThreadConfigSnapshot {
      const { id: snapshotId, values } = actor.state().snapshot
      return { ...values, snapshotId, sandboxPolicy: () => sandboxPolicyOfSettings(values) }
    },
    /** The same object until it is refreshed. */
    config: (): ResolvedConfig => config,
    /** What a turn is running under stays; so does what was settled when the thread came to life. */
    refreshRuntimeConfig,
    environmentSelections(): readonly SelectedEnvironment[] {
      const { cwd, workspaceRoots, environments } = actor.state().snapshot.values
      return environments.map((environmentId) => ({ environmentId, cwd, workspaceRoots }))
    },
    readMcpResource: ports.servers.readResource,
    callMcpTool: ports.servers.callTool,
    enabled: (feature: string): boolean => ports.isFeatureEnabled(startConfig, feature),
    incrementOutOfBandElicitationCount: (): number => actor.pause.increment().count,
    decrementOutOfBandElicitationCount: (): number => actor.pause.decrement().count,
  }
}
