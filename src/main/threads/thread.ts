// A live thread as whoever holds it sees it: submissions in and events out for programs, and direct reads and changes
// for everyone. `actor` is below it, for hosts that answer with what was recorded.
import type { ThreadTokenUsage, UserInput } from '../../protocol/index.ts'
import type { ResolvedConfig } from '../config/config-service.ts'
import { messageOf, SkeinError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { type ModelItem, userMessage } from '../model/model-item.ts'
import type { AgentStatus } from './agent-status.ts'
import { type ClientContext, createClientContext } from './client-context.ts'
import type { SessionConfigured } from './core-event.ts'
import {
  createSessionTelemetry,
  type SessionTelemetry,
  sessionTelemetry,
} from './extensions/session-telemetry.ts'
import { handleOp } from './handle-op.ts'
import { createProgramQueues, type ProgramQueues } from './program-queues.ts'
import { applyOverrides, type SettingsOverrides, sandboxPolicyOfSettings } from './settings.ts'
import type { ThreadActor } from './thread-actor.ts'
import type { SelectedEnvironment, ThreadConfigSnapshot, ThreadPorts } from './thread-ports.ts'
import { createThreadRecords, type ThreadRecords } from './thread-records.ts'
import type { WatchReceiver } from './watch.ts'

/** Who is on the other side, for counters and for questions of servers. */
export interface ClientInfo {
  readonly name: string | null
  readonly version: string | null
  /** The client never answers questions of MCP servers: they are declined at once. */
  readonly autoDeny: boolean
}

export interface Thread extends ProgramQueues, ThreadRecords {
  readonly id: string
  readonly actor: ThreadActor
  /** What clients told the model beside the person's words. */
  readonly clientContext: ClientContext
  /** Files whose instructions the model is told of, absolute. */
  readonly instructionSources: readonly string[]

  /** The turn the input joined. Throws SkeinError in the order and words of the wire. */
  steerInput(items: readonly UserInput[], expectedTurnId?: string): Promise<string>
  /** Waits for the end; asks for nothing. */
  waitUntilTerminated(): Promise<void>

  agentStatus(): AgentStatus
  subscribeStatus(): WatchReceiver<AgentStatus>
  /** Null before anything was used. */
  tokenUsageInfo(): ThreadTokenUsage | null
  sessionTelemetry(): SessionTelemetry

  emitThreadResumeLifecycle(): Promise<void>
  /** These two reject when the goal cannot be read or written; the other three log it. */
  applyGoalResumeRuntimeEffects(): Promise<void>
  continueActiveGoalIfIdle(): Promise<void>
  prepareExternalGoalMutation(): Promise<void>
  applyExternalGoalSet(): Promise<void>
  applyExternalGoalClear(): Promise<void>

  /** For the next request of the model; no turn, no card. */
  injectUserMessageWithoutTurn(text: string): Promise<void>
  /** For tests: an idle thread starts a turn for it. The turn it went into. */
  appendMessage(item: ModelItem): Promise<string>
  /** Durable when it resolves. Throws SkeinError('invalidParams') for an empty list. */
  injectResponseItems(items: readonly ModelItem[]): Promise<void>

  /** Null: files are made by an export alone. */
  rolloutPath(): string | null
  /** The first event, as it was. */
  sessionConfigured(): SessionConfigured
  /** Null: reviews are asked of the model directly, there is no session of theirs to point at. */
  guardianTrunkRolloutPath(): string | null

  /** Absent names keep what is there; the flag is always set. */
  setAppServerClientInfo(name: string | null, version: string | null, autoDeny: boolean): void
  appServerClientInfo(): ClientInfo
  /** Throws SkeinError('invalidParams') that names the field; changes nothing either way. */
  validateTurnContextOverrides(overrides: SettingsOverrides): void
  configSnapshot(): ThreadConfigSnapshot
  /** The same object until it is refreshed. */
  config(): ResolvedConfig
  /** Only the person's own layers count; what a turn is running under stays. */
  refreshRuntimeConfig(next: ResolvedConfig): void
  /** The same from the files as they are now; answers with what is in force after that. Never rejects. */
  reloadUserConfig(): Promise<ResolvedConfig>
  /** As the thread came to life, whatever was switched since. */
  enabled(feature: string): boolean
  environmentSelections(): readonly SelectedEnvironment[]

  /** Throws SkeinError('upstream') for an unknown server, and what the server says. */
  readMcpResource(server: string, uri: string): Promise<unknown>
  /** No approval, no card, no history; a failure of the tool is a result. Throws as above. */
  callMcpTool(server: string, tool: string, args: unknown, meta: unknown): Promise<unknown>
  /** The new count. Throws SkeinError when there are too many. */
  incrementOutOfBandElicitationCount(): number
  /** The new count. Throws SkeinError when it is zero. */
  decrementOutOfBandElicitationCount(): number
}

export function createThread(ports: ThreadPorts): Thread {
  const { actor, store, logger, config, goals, servers } = ports
  const records = createThreadRecords(actor, store, logger)
  const configured = sessionConfigured(actor)
  let client: ClientInfo = { name: null, version: null, autoDeny: false }
  const queues = createProgramQueues({
    actor,
    logger,
    configured,
    carryOut: (id, op) =>
      handleOp(
        {
          actor,
          config: config.current,
          setMemoryMode: records.setThreadMemoryMode,
          cleanBackground: ports.cleanBackground,
          reloadUserConfig: config.reload,
          cancelServerStart: servers.cancelStart,
          replaceServers: servers.replaceAtNextTurn,
          async shutdown() {
            await ports.unload()
            await actor.ended
          },
        },
        id,
        op,
      ),
  })

  async function quietly(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      logger.log('error', what, { threadId: actor.id, error: messageOf(error) })
    }
  }

  return {
    id: actor.id,
    actor,
    clientContext: createClientContext(),
    instructionSources: ports.instructionSources,
    ...queues,
    ...records,

    steerInput: (items, expectedTurnId) => actor.steer(items, expectedTurnId, null),
    waitUntilTerminated: () => actor.ended,

    agentStatus: actor.agentStatus.get,
    subscribeStatus: actor.agentStatus.subscribe,
    tokenUsageInfo: () => actor.state().tokenUsage,
    sessionTelemetry: () =>
      actor.extensions.thread.getOrInit(sessionTelemetry, () => createSessionTelemetry({})),

    emitThreadResumeLifecycle: actor.extensions.resumed,
    applyGoalResumeRuntimeEffects: goals.resumed,
    continueActiveGoalIfIdle: goals.continueIfIdle,
    prepareExternalGoalMutation: () =>
      quietly('a goal could not be prepared for a change', goals.prepareChange),
    applyExternalGoalSet: () => quietly('a set goal could not take effect', goals.wasSet),
    applyExternalGoalClear: () => quietly('a cleared goal could not take effect', goals.wasCleared),

    injectUserMessageWithoutTurn: (text) =>
      actor.inject([userMessage([{ type: 'input_text', text }])], false),
    async appendMessage(item) {
      if (item.type !== 'message')
        throw new SkeinError('invalidParams', 'append_message only supports ResponseItem::Message')
      const { id: _own, ...rest } = item
      const message = rest as ModelItem
      const turn = await actor.startTurnIfIdle({ kind: 'other', items: [message] })
      if (turn) return turn.id
      await actor.inject([message], false)
      return actor.state().turn?.id ?? newId()
    },
    async injectResponseItems(items) {
      await actor.inject(items, true)
      await records.flushRollout()
    },

    rolloutPath: () => null,
    sessionConfigured: () => configured,
    guardianTrunkRolloutPath: () => null,

    setAppServerClientInfo(name, version, autoDeny) {
      client = { name: name ?? client.name, version: version ?? client.version, autoDeny }
    },
    appServerClientInfo: () => client,
    validateTurnContextOverrides(overrides) {
      applyOverrides(actor.state().snapshot, overrides, 'thread', config.current())
    },
    configSnapshot() {
      const { id: snapshotId, values } = actor.state().snapshot
      return { ...values, snapshotId, sandboxPolicy: () => sandboxPolicyOfSettings(values) }
    },
    config: config.current,
    refreshRuntimeConfig: config.refresh,
    reloadUserConfig: config.reload,
    enabled: config.enabled,
    environmentSelections() {
      const { cwd, workspaceRoots, environments } = actor.state().snapshot.values
      return environments.map((environmentId) => ({ environmentId, cwd, workspaceRoots }))
    },

    readMcpResource: servers.readResource,
    callMcpTool: servers.callTool,
    incrementOutOfBandElicitationCount: () => actor.pause.increment().count,
    decrementOutOfBandElicitationCount: () => actor.pause.decrement().count,
  }
}

function sessionConfigured(actor: ThreadActor): SessionConfigured {
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
