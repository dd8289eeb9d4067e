// A thread on the real store with a scripted model and one harmless tool, and everything it said.
import { z } from 'zod'
import { noRules } from '../src/main/approvals/rules/rule-set.ts'
import type { ConfigService, ResolvedConfig } from '../src/main/config/config-service.ts'
import { systemClock } from '../src/main/lib/clock.ts'
import { SkeinError } from '../src/main/lib/errors.ts'
import { silentLogger } from '../src/main/lib/logger.ts'
import type { ModelItem } from '../src/main/model/model-item.ts'
import type { Sandbox } from '../src/main/sandbox/sandbox.ts'
import type { Store } from '../src/main/storage/store.ts'
import type { Extension } from '../src/main/threads/extensions/extension.ts'
import { withExtensionTools } from '../src/main/threads/extensions/extension-tools.ts'
import { createRuntimeConfig } from '../src/main/threads/runtime-config.ts'
import { createThread, type Thread } from '../src/main/threads/thread.ts'
import { createThreadActor, type ThreadActor } from '../src/main/threads/thread-actor.ts'
import type { ThreadGoals, ThreadPorts, ThreadServers } from '../src/main/threads/thread-ports.ts'
import type { ThreadSignal } from '../src/main/threads/thread-signal.ts'
import type { ThreadState } from '../src/main/threads/thread-state.ts'
import { runTurn } from '../src/main/threads/turn/turn-loop.ts'
import { createToolRegistry } from '../src/main/tools/registry.ts'
import type { Tool, ToolAction } from '../src/main/tools/tool.ts'
import { command, text, threadState } from './builders.ts'
import {
  createFakeModel,
  type FakeModel,
  type FakeModelOptions,
  fakeProviders,
} from './fake-model.ts'
import { openTestStore } from './open-test-store.ts'

export interface ThreadHarness {
  readonly store: Store
  readonly model: FakeModel
  readonly actor: ThreadActor
  /** The same thread as a program holds it; made once, at the first call. */
  readonly thread: (ports?: Partial<ThreadPorts>) => Thread
  readonly signals: readonly ThreadSignal[]
  /** Lets a running `wait` tool end with these words. */
  release(output: string): void
  /** Resolves with the first signal, past or coming, that fits. */
  heard(fits: (signal: ThreadSignal) => boolean): Promise<ThreadSignal>
  say(words: string): ReturnType<ThreadActor['startTurn']>
  turnEnded(count?: number): Promise<void>
}

export const noSandbox: Sandbox = {
  availability: async () => ({ available: false, reason: 'tests' }),
  prepare: async ({ argv, cwd, env }) => {
    const [file = '', ...args] = argv
    return { file, args, cwd, env, sandboxed: false, cleanup: () => undefined }
  },
}

/** `echo {text}` answers at once; `wait` until released; `hold` never, also when it is cut; `ask` wants approval of a command first. */
function testTools(released: Promise<string>): readonly Tool[] {
  const tool = (
    name: string,
    action: ToolAction,
    output: (input: string) => Promise<string>,
  ): Tool<{ text: string }> => ({
    name,
    spec: { kind: 'function', name, description: name, parameters: {} },
    parallel: true,
    input: z.object({ text: z.string() }),
    async prepare(input, { callId }) {
      const card = command(callId, { command: `${name} ${input.text}` })
      return {
        action,
        item: card,
        async run({ signal, progress }) {
          progress.outputDelta(`${input.text}…`)
          const words = await Promise.race([
            output(input.text),
            ...(name === 'hold' ? [] : [aborted(signal)]),
          ])
          return {
            output: words,
            item: { ...card, status: 'completed', aggregatedOutput: words, exitCode: 0 },
          }
        },
        stopped: (status) => ({ ...card, status }),
      }
    },
  })
  const asks: ToolAction = {
    type: 'command',
    argv: ['rm', '-rf', 'x'],
    command: 'rm -rf x',
    commandActions: [],
    cwd: '/srv',
    tty: false,
    escalate: false,
    justification: null,
    prefixRule: null,
  }
  return [
    tool('echo', { type: 'none' }, async (input) => input),
    tool('wait', { type: 'none' }, () => released),
    tool('hold', { type: 'none' }, () => new Promise(() => undefined)),
    tool('ask', asks, async (input) => input),
  ]
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  )
}

export const emptyConfig: ResolvedConfig = { values: {}, origins: {}, layers: [] }

/** The part of a configuration service that threads need: nothing is configured. */
export const noConfig: Pick<ConfigService, 'resolve' | 'refreshed' | 'enabledFeatures'> = {
  resolve: async () => emptyConfig,
  refreshed: (_current, next) => next,
  enabledFeatures: () => new Set(),
}

const nothing = async (): Promise<void> => undefined
const missing = async (): Promise<never> => {
  throw new SkeinError('unsupported', 'not in this test')
}

export const noGoals: ThreadGoals = {
  resumed: nothing,
  continueIfIdle: nothing,
  prepareChange: nothing,
  wasSet: nothing,
  wasCleared: nothing,
}

export const noServers: ThreadServers = {
  readResource: missing,
  callTool: missing,
  cancelStart: nothing,
  replaceAtNextTurn: () => undefined,
}

function threadPorts(store: Store, actor: ThreadActor): ThreadPorts {
  return {
    actor,
    store,
    logger: silentLogger,
    config: createRuntimeConfig(emptyConfig, {
      config: noConfig,
      logger: silentLogger,
      changed: () => undefined,
    }),
    instructionSources: [],
    goals: noGoals,
    servers: noServers,
    cleanBackground: nothing,
    unload: () => actor.shutdown('user'),
  }
}

/** Pass `store` and `state` to go on with a stored thread. */
export async function openThread(
  options: {
    store?: Store
    state?: ThreadState
    model?: FakeModelOptions
    extensions?: readonly Extension[]
    /** What the model is told first. */
    context?: readonly ModelItem[]
    onSignal?: (signal: ThreadSignal) => void
  } = {},
): Promise<ThreadHarness> {
  const store = options.store ?? (await openTestStore())
  const model = createFakeModel(options.model)
  const signals: ThreadSignal[] = []
  const waiting: {
    fits: (signal: ThreadSignal) => boolean
    resolve: (signal: ThreadSignal) => void
  }[] = []
  let release: (output: string) => void = () => undefined
  const released = new Promise<string>((resolve) => {
    release = resolve
  })
  const registry = createToolRegistry(testTools(released))
  const actor: ThreadActor = createThreadActor(options.state ?? threadState({ stored: false }), {
    journal: store.journal,
    clock: systemClock,
    logger: silentLogger,
    extensions: options.extensions ?? [],
    end: async () => undefined,
    loadHistory: () => store.modelHistory('thread-1'),
    loadTold: async () => null,
    turnsBack: (count) => store.turnsBack('thread-1', count),
    placeOf: (turnId) => store.placeOf('thread-1', { turnId, through: false }),
    runBeside: async () => undefined,
    warningsOf: () => [],
    async contextFor(history, _before, _now, fragments) {
      if (history.length > 0) return []
      await fragments()
      return options.context ?? []
    },
    publish(signal) {
      signals.push(signal)
      options.onSignal?.(signal)
      for (const waiter of waiting) if (waiter.fits(signal)) waiter.resolve(signal)
    },
    runTurn: (scope) =>
      runTurn(scope, {
        home: '/nowhere',
        registry: withExtensionTools(registry, scope.extensions.tools),
        sandbox: noSandbox,
        rules: {
          forFolder: async () => noRules,
          allow: async () => undefined,
          noteUse: () => undefined,
        },
        clock: systemClock,
        logger: silentLogger,
        commandEnvironment: () => ({}),
        sleep: async () => undefined,
        providers: fakeProviders(model),
        webSearch: 'disabled',
        showsWriting: true,
        instructions: () => 'test',
        tokenUsage: () => actor.state().tokenUsage,
        compaction: { prompt: null, limit: null },
      }),
  })
  const heard: ThreadHarness['heard'] = (fits) => {
    const past = signals.find(fits)
    if (past) return Promise.resolve(past)
    return new Promise((resolve) => waiting.push({ fits, resolve }))
  }
  let thread: Thread | undefined
  return {
    store,
    model,
    actor,
    thread(ports) {
      thread ??= createThread({ ...threadPorts(store, actor), ...ports })
      return thread
    },
    signals,
    heard,
    release: (output) => release(output),
    say: (words) =>
      actor.startTurn({ input: [text(words)], clientId: null, settings: (current) => current }),
    async turnEnded(count = 1) {
      const isEnd = (signal: ThreadSignal): boolean =>
        signal.type === 'recorded' && signal.event.type === 'turnCompleted'
      let seen = signals.filter(isEnd).length
      if (seen < count)
        await new Promise<void>((resolve) => {
          waiting.push({
            fits: (signal) => isEnd(signal) && ++seen >= count,
            resolve: () => resolve(),
          })
        })
    },
  }
}

/** A signal in a few words, for whole-value assertions. */
export function inWords(signal: ThreadSignal): string {
  switch (signal.type) {
    case 'recorded': {
      const { event } = signal
      if (event.type === 'itemStarted' || event.type === 'itemCompleted')
        return `${signal.seq} ${event.type} ${event.item.type}`
      if (event.type === 'turnCompleted') return `${signal.seq} turnCompleted ${event.status}`
      return `${signal.seq} ${event.type}`
    }
    case 'status':
      return signal.status.type === 'active'
        ? `status active [${signal.status.activeFlags.join()}]`
        : `status ${signal.status.type}`
    case 'delta':
      return 'text' in signal.delta ? `delta ${signal.delta.text}` : 'delta part'
    case 'streamStarted':
      return `streamStarted ${signal.item.type}`
    case 'retrying':
      return `retrying ${signal.error.message}`
    default:
      return signal.type
  }
}
