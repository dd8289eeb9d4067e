// Brings a thread to life: from its state and configuration to the actor and what stands on it.
import type { ThreadId } from '../../protocol/index.ts'
import type { ConfigService, ResolvedConfig, ThreadConfig } from '../config/config-service.ts'
import { INSTRUCTION_BYTES_DEFAULT } from '../instructions/agents-md.ts'
import type { InstructionDocument } from '../instructions/environment-context.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { ModelProviders } from '../model/model-client.ts'
import type { Store, ThreadRecord } from '../storage/store.ts'
import type { BackgroundProcesses } from '../tools/tool.ts'
import { createForgetfulJournal } from './commit-queue.ts'
import { type ConfigSnapshot, readSnapshot } from './config-snapshot.ts'
import type { Extension } from './extensions/extension.ts'
import { createRuntimeConfig } from './runtime-config.ts'
import { storedState } from './stored-state.ts'
import { createThread, type Thread } from './thread.ts'
import { createThreadActor, type ThreadActor } from './thread-actor.ts'
import { notFound } from './thread-errors.ts'
import type { ThreadGoals, ThreadServers } from './thread-ports.ts'
import type { ThreadSignal } from './thread-signal.ts'
import type { ThreadState } from './thread-state.ts'
import type { TurnRunnerPorts } from './turn/turn-runner.ts'
import type { TurnScope } from './turn/turn-scope.ts'
import type { ShellTask } from './turn/turn-task.ts'
import type { ContextSource } from './working-context.ts'

export interface ThreadOpenerPorts {
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
  /** After a thread's last turn: ends what runs for it, its terminals and servers. */
  end(threadId: ThreadId): Promise<void>
  runTurn(scope: TurnScope, thread: Thread): Promise<void>
  runBeside(scope: TurnScope, task: ShellTask, thread: Thread): Promise<void>
  /** What is said before a turn under these settings begins. */
  warningsOf(settings: ConfigSnapshot, thread: Thread): readonly string[]
  publish(threadId: ThreadId, signal: ThreadSignal): void
}

export type LoadingThread = ReturnType<Store['loadThread']>

/** What happens beside the loading of a thread. */
export interface Opening {
  /**
   * Called with what the thread is made of when it is asked for: what else is read of it then comes in the same round
   * to the store.
   */
  readonly asked?: (loading: LoadingThread) => void
  /** Throws for a thread that is not to be loaded, by its row. */
  readonly check?: (record: ThreadRecord | undefined) => void
}

type RecordedReads = Pick<TurnRunnerPorts, 'loadHistory' | 'loadTold'>

/** `unload`: how a thread leaves by itself. */
export function createThreadOpener(
  ports: ThreadOpenerPorts,
  unload: (threadId: ThreadId) => Promise<boolean>,
) {
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

  /** Throws SkeinError('notFound'), or what `opening` does. */
  async function openStored(
    threadId: ThreadId,
    layer: ThreadConfig | undefined,
    opening: Opening = {},
  ): Promise<Thread> {
    const reading = ports.store.loadThread(threadId)
    opening.asked?.(reading)
    const stored = await reading
    opening.check?.(stored?.record)
    if (!stored) throw notFound(threadId)
    const state = storedState(stored)
    return open(state, await ports.config.resolve(layer, state.snapshot.values.cwd))
  }

  return { open, openStored }
}
