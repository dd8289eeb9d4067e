// Threads with everything they stand on, but without the wire: who hears of them is handed in.

import type {
  ElicitationAnswer,
  ElicitationParams,
  Notification,
  ThreadId,
} from '../../protocol/index.ts'
import { keptDays, keptMs } from '../api/trash-preview.ts'
import { createRules } from '../approvals/rules/rule-files.ts'
import type { ResolvedConfig } from '../config/config-service.ts'
import { createConfigService } from '../config/create-config-service.ts'
import { createAutoReview } from '../extensions/auto-review/auto-review.ts'
import { createClientTools } from '../extensions/client-tools.ts'
import { createTelemetry } from '../extensions/telemetry/telemetry.ts'
import { createTitles } from '../extensions/titles/titles.ts'
import { systemClock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createTokenStore } from '../mcp/token-store.ts'
import { createKeyStore, type SecretBox } from '../model/key-store.ts'
import type { ModelProviders } from '../model/model-client.ts'
import { createModelProviders } from '../model/providers.ts'
import { createSandbox } from '../sandbox/create-sandbox.ts'
import { createStore } from '../storage/create-store.ts'
import { createSearch } from '../storage/search/create-search.ts'
import { indexedStore } from '../storage/search/indexed-store.ts'
import type { Store } from '../storage/store.ts'
import { contributedServers } from '../threads/extensions/contributed-servers.ts'
import type { Extension } from '../threads/extensions/extension.ts'
import { recover } from '../threads/recovery.ts'
import {
  createRehearsalManager,
  createThreadManager,
  type ThreadManager,
  type ThreadManagerPorts,
} from '../threads/thread-manager.ts'
import type { ThreadSignal } from '../threads/thread-signal.ts'
import { createContextSource } from '../threads/working-context.ts'
import { createTools } from '../tools/create-tools.ts'
import { shellArgv } from '../tools/exec/shell.ts'
import { endStrays, PROFILE_MARK } from '../tools/exec/strays.ts'
import { composeGoals } from './goals.ts'
import { composeMcp, serversOf } from './mcp.ts'
import { composeTurns, environmentOf } from './turns.ts'

/** Reading up on changes waits until the first lists are shown. */
const SEARCH_START_MS = 3_000

/** Looking at all processes of the machine waits until the first thread is open. */
const STRAYS_MS = 2_000

/** Whoever hears what threads say, and is asked what belongs to no turn. */
export interface Audience {
  publish(threadId: ThreadId, signal: ThreadSignal): void
  broadcast(notification: Notification): void
  ask(params: ElicitationParams, signal: AbortSignal): Promise<ElicitationAnswer>
}

export interface RuntimeOptions {
  /** The profile folder, absolute: $SKEIN_HOME or ~/.skein. */
  readonly home: string
  readonly version: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logger: Logger
  /** `key=value` pairs of the command line (`-c model="x"`), layer commandLine. */
  readonly overrides: readonly string[]
  /** Where the host has a secret store for keys. */
  readonly secretBox?: SecretBox
  /** The store of this profile, where the host began to open it before the app was loaded. */
  readonly store?: Store
  /** Whether short titles are made for the threads of this originator. */
  titles(originator: string | null): boolean
}

export type Runtime = ReturnType<typeof createRuntime>

export function createRuntime(options: RuntimeOptions, audience: Audience) {
  const { home, version, logger, overrides, secretBox } = options
  const env = { ...options.env, [PROFILE_MARK]: home }
  const clock = systemClock
  const find: ThreadManager['find'] = (threadId) => manager.find(threadId)
  const database = options.store ?? createStore({ home, logger, clock, appVersion: version })
  const search = createSearch({ home, logger, opened: database.opened })
  const store = indexedStore(database, search)
  store.onPacked(search.packed)
  store.onUnpacked(search.touched)
  const config = createConfigService({ home, env, overrides, logger })
  const keys = createKeyStore({ home, logger, box: secretBox })
  const sandbox = createSandbox({ logger, home })
  const rules = createRules({
    home,
    logger,
    async trustedFolders() {
      const { values } = await config.resolve()
      return Object.entries(values.projects ?? {})
        .filter(([, project]) => project.trust_level === 'trusted')
        .map(([folder]) => folder)
    },
  })
  const tools = createTools({ sandbox, logger, clock, home })
  const environment = async (): Promise<Readonly<Record<string, string>>> =>
    environmentOf(env, (await config.resolve()).values)

  const known = new WeakMap<ResolvedConfig, ModelProviders>()
  function providersOf(resolved: ResolvedConfig): ModelProviders {
    const made = known.get(resolved) ?? createModelProviders(resolved.values, env, keys)
    known.set(resolved, made)
    return made
  }

  const goals = composeGoals({
    config,
    store,
    clock,
    logger,
    sandbox,
    environment,
    find,
    load: (threadId) => manager.load(threadId),
    tell: audience.broadcast,
  })
  const clientTools = createClientTools()
  /** Built-in extensions; their hooks are called in this order. */
  const extensions: readonly Extension[] = [
    createTelemetry(clock, version),
    createTitles(options.titles),
    goals.extension,
    clientTools.extension,
    createAutoReview({ home, logger, providers: async () => providersOf(await config.resolve()) }),
  ]
  const contributed = contributedServers(extensions, logger)
  const tokens = createTokenStore({ home, logger, box: secretBox })
  const mcp = composeMcp({
    env,
    version,
    logger,
    home,
    config,
    contributed,
    tokens,
    find,
    ask: audience.ask,
    tell: audience.broadcast,
  })
  const turns = composeTurns({
    home,
    env,
    clock,
    logger,
    sandbox,
    rules,
    tools,
    mcp,
    providersOf,
  })
  const threads: ThreadManagerPorts = {
    home,
    version,
    store,
    config,
    context: createContextSource({ home, clock, shell: shellArgv('', null, true)[0] ?? 'sh' }),
    background: tools.background,
    extensions,
    clock,
    logger,
    providersOf,
    goalsOf: goals.ofThread,
    serversOf: (threadId) => serversOf(mcp, threadId, logger),
    begin: (threadId, { values }, cwd) =>
      mcp.begin(threadId, { table: contributed(values.mcp_servers, cwd), cwd }),
    end: async (threadId) =>
      void (await Promise.all([tools.background.clean(threadId), mcp.end(threadId)])),
    endAll: async () => void (await Promise.all([tools.background.cleanAll(), mcp.endAll()])),
    publish: audience.publish,
    ...turns,
  }
  const manager = createThreadManager(threads)

  config.onChange(() => {
    for (const threadId of manager.loadedIds()) void manager.find(threadId)?.reloadUserConfig()
  })

  /** What does not parse changes nothing: it is told where settings are read. */
  async function keepDeleted(): Promise<void> {
    const { values } = await config.resolve()
    store.keepDeleted(keptMs(keptDays(values.storage)))
  }
  config.onChange(() => void keepDeleted().catch(() => undefined))

  const ready = store.opened.then(() => recover(store, clock, logger)).then(goals.start)
  void ready.then(keepDeleted).catch(() => undefined)
  let straysTimer: NodeJS.Timeout | undefined
  // The profile is ours alone from here on; a store that does not open is told elsewhere.
  void store.opened
    .then(() => {
      straysTimer = setTimeout(sweep, STRAYS_MS).unref()
    })
    .catch(() => undefined)
  async function sweep(): Promise<void> {
    const count = await endStrays(home)
    if (count > 0) logger.log('warn', 'processes of an earlier run were ended', { count })
  }
  const searchTimer = setTimeout(search.start, SEARCH_START_MS).unref()

  return {
    ready,
    clock,
    store,
    search,
    config,
    keys,
    tokens,
    sandbox,
    rules,
    tools,
    goals,
    clientTools,
    mcp,
    manager,
    rehearsalManager: (pause: () => Promise<void>) => createRehearsalManager(threads, pause),
    providersOf,
    /** Of commands that belong to no thread; without the app's secrets. */
    environment,
    /** Ends every thread, then what they stand on. */
    async close(): Promise<void> {
      config.close()
      await manager.shutdown()
      clearTimeout(searchTimer)
      clearTimeout(straysTimer)
      await search.close() // before the store: a reader would keep its log from being folded in
      await store.close()
    },
  }
}
