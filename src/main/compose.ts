// Builds the object graph by hand; the only place that knows every class.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ThreadId } from '../protocol/index.ts'
import { createConnection } from './api/connection.ts'
import { answer, approvalHandlers } from './api/handlers/approval.ts'
import { configHandlers } from './api/handlers/config.ts'
import { configFileHandlers } from './api/handlers/config-files.ts'
import { configPreviewHandlers } from './api/handlers/config-preview.ts'
import { fileSearchHandlers } from './api/handlers/file-search.ts'
import { goalHandlers } from './api/handlers/goal.ts'
import { historyHandlers } from './api/handlers/history.ts'
import { mcpHandlers } from './api/handlers/mcp.ts'
import { metadataHandlers } from './api/handlers/metadata.ts'
import { modelHandlers } from './api/handlers/model.ts'
import { processHandlers } from './api/handlers/process.ts'
import { searchHandlers } from './api/handlers/search.ts'
import { settingsHandlers } from './api/handlers/settings.ts'
import { snapshotHandlers } from './api/handlers/snapshots.ts'
import { storeHandlers } from './api/handlers/store.ts'
import { withSearch } from './api/handlers/store-health.ts'
import { terminalHandlers } from './api/handlers/terminal.ts'
import { threadHandlers } from './api/handlers/thread.ts'
import { turnHandlers } from './api/handlers/turn.ts'
import { turnKindHandlers } from './api/handlers/turn-kinds.ts'
import { usageHandlers } from './api/handlers/usage.ts'
import { createIdleUnload, IDLE_UNLOAD_MS } from './api/idle-unload.ts'
import { createOutsideQuestions } from './api/outside-questions.ts'
import type { Handlers } from './api/router.ts'
import { type Server, WINDOW_CLIENT } from './api/server.ts'
import { createSubscriptions } from './api/subscriptions.ts'
import { createTaskCenter } from './api/task-center.ts'
import { createRules } from './approvals/rules/rule-files.ts'
import type { ResolvedConfig } from './config/config-service.ts'
import { createConfigService } from './config/create-config-service.ts'
import { createAutoReview } from './extensions/auto-review/auto-review.ts'
import { createClientTools } from './extensions/client-tools.ts'
import { createGoals } from './extensions/goals/goals.ts'
import { goalsConfigOf, systemTimers } from './extensions/goals/goals-config.ts'
import { createCommandRunner } from './extensions/goals/run-command.ts'
import { createTelemetry } from './extensions/telemetry/telemetry.ts'
import { createTitles } from './extensions/titles/titles.ts'
import { BASE_INSTRUCTIONS } from './instructions/base-instructions.ts'
import { systemClock } from './lib/clock.ts'
import { messageOf } from './lib/errors.ts'
import type { Logger } from './lib/logger.ts'
import { createMcpService } from './mcp/mcp-service.ts'
import { createSignIn, isSignedIn, storedAuth } from './mcp/sign-in.ts'
import { createTokenStore } from './mcp/token-store.ts'
import { providerKeyNames } from './model/key-names.ts'
import { createKeyStore, type SecretBox } from './model/key-store.ts'
import type { ModelProviders } from './model/model-client.ts'
import { createModelProviders } from './model/providers.ts'
import { sleep } from './model/retry.ts'
import { createRolloutImport } from './rollouts/import-service.ts'
import { createSandbox } from './sandbox/create-sandbox.ts'
import { profileOfSandboxPolicy } from './sandbox/permission-profile.ts'
import { createStore } from './storage/create-store.ts'
import { createSearch } from './storage/search/create-search.ts'
import { indexedStore } from './storage/search/indexed-store.ts'
import type { StoreHealth } from './storage/store.ts'
import type { Extension } from './threads/extensions/extension.ts'
import { withExtensionTools } from './threads/extensions/extension-tools.ts'
import { recover } from './threads/recovery.ts'
import type { ThreadSettings } from './threads/settings.ts'
import { policyOfMode } from './threads/settings.ts'
import {
  createThreadManager,
  DEFAULT_PROVIDER,
  type ThreadLayer,
} from './threads/thread-manager.ts'
import { runTask } from './threads/turn/run-task.ts'
import type { TurnScope } from './threads/turn/turn-scope.ts'
import { runUserShell } from './threads/turn/user-shell.ts'
import { createContextSource } from './threads/working-context.ts'
import { createTools } from './tools/create-tools.ts'
import { startClientProcess } from './tools/exec/client-processes.ts'
import { shellArgv } from './tools/exec/shell.ts'
import { withoutTool } from './tools/registry.ts'
import { REQUEST_PERMISSIONS } from './tools/request-permissions.ts'
import { shellEnvironment } from './tools/shell-environment.ts'

/** Reading up on changes waits until the first lists are shown. */
const SEARCH_START_MS = 3_000

export interface AppOptions {
  /** The profile folder, absolute: $SKEIN_HOME or ~/.skein. */
  readonly home: string
  readonly version: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logger: Logger
  /** `key=value` pairs of the command line (`-c model="x"`), layer commandLine. */
  readonly overrides: readonly string[]
  /** Where the host has a secret store for keys. */
  readonly secretBox?: SecretBox
}

export function compose(options: AppOptions): Server {
  const { home, version, env, logger, overrides, secretBox } = options
  const clock = systemClock
  const database = createStore({ home, logger, clock, appVersion: version })
  const search = createSearch({ home, logger, opened: database.opened })
  const store = indexedStore(database, search)
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
  const subscriptions = createSubscriptions((threadId) => idleUnload.left(threadId))
  const tasks = createTaskCenter(clock, (task) =>
    subscriptions.broadcast({ method: 'skein/task/updated', params: { task } }),
  )
  const context = createContextSource({
    home,
    config,
    clock,
    shell: shellArgv('', null, true)[0] ?? 'sh',
  })
  const goals = createGoals({
    store,
    clock,
    timers: systemTimers,
    logger,
    config: async () => goalsConfigOf((await config.resolve()).values),
    costOf: () => null,
    runCommand: createCommandRunner({
      sandbox,
      environment: () => commandEnvironment(undefined),
    }),
    threads: {
      find: (threadId) => manager.find(threadId)?.actor.state(),
      async describe(threadId, preview) {
        await manager.find(threadId)?.actor.describe(preview)
      },
      load: (threadId) => manager.load(threadId),
    },
    tell: subscriptions.broadcast,
  })
  const outside = createOutsideQuestions(subscriptions)
  const tokens = createTokenStore({ home, logger, box: secretBox })
  const mcp = createMcpService({
    env,
    version,
    logger,
    home,
    servers: async (layer, cwd) => (await config.resolve(layer, cwd)).values.mcp_servers,
    policyOf: (threadId) =>
      manager.find(threadId)?.actor.state().snapshot.values.approvalPolicy ?? 'never',
    autoDenies: (threadId) => manager.find(threadId)?.actor.elicitations.autoDeny ?? false,
    askOutside: outside.ask,
    tell: subscriptions.broadcast,
    async remember(server, tool) {
      const keyPath = `mcp_servers.${server}.tools.${JSON.stringify(tool)}.approval_mode`
      await config.write([{ keyPath, value: 'approve', mergeStrategy: 'upsert' }], {})
    },
    authProvider: (server) => storedAuth(tokens, server),
    isSignedIn: (server) => isSignedIn(tokens, server),
  })
  const clientTools = createClientTools()
  /** Built-in extensions; their hooks are called in this order. */
  const extensions: readonly Extension[] = [
    createTelemetry(clock, version, async () => config.features(await config.resolve())),
    createTitles((originator) => originator === WINDOW_CLIENT),
    goals.extension,
    clientTools.extension,
    createAutoReview({ home, logger, providers: async () => providersOf(await config.resolve()) }),
  ]
  const ready = store.opened.then(() => recover(store, clock, logger)).then(goals.start)
  const searchTimer = setTimeout(search.start, SEARCH_START_MS).unref()

  const providers = new WeakMap<ResolvedConfig, ModelProviders>()
  function providersOf(resolved: ResolvedConfig): ModelProviders {
    const known = providers.get(resolved)
    if (known) return known
    const made = createModelProviders(resolved.values, env, keys)
    providers.set(resolved, made)
    return made
  }

  const warned = new Set<string>()
  /** Said once per thread: the profile asks for limits that nothing here can hold. */
  async function warnUnconfined({ threadId, snapshot, signalNow }: TurnScope): Promise<void> {
    const found = await sandbox.availability()
    if (found.available || snapshot.values.permissionProfile.type !== 'managed') return
    if (warned.has(threadId)) return
    warned.add(threadId)
    const message = `Commands cannot be confined on this machine (${found.reason}). Each one will be asked for; under the policy "never" all are refused.`
    signalNow({ type: 'warning', message })
  }

  /** Said once for each model of a thread, before its turn: what is assumed of it may be wrong. */
  function warnUnknown(
    threadId: ThreadId,
    { model, modelProvider }: ThreadSettings,
    resolved: ResolvedConfig,
  ): void {
    const name = `${threadId} ${modelProvider} ${model}`
    if (warned.has(name)) return
    warned.add(name)
    if (providersOf(resolved).get(modelProvider).info(model).known) return
    const message = `Nothing is known of the model ${model}: a context window of 272,000 tokens is assumed. Set model_context_window in config.toml if it has another.`
    subscriptions.publish(threadId, { type: 'warning', message })
  }

  async function commandEnvironment(
    layer: ThreadLayer,
    cwd?: string,
  ): Promise<Readonly<Record<string, string>>> {
    const { values } = await config.resolve(layer, cwd)
    return shellEnvironment(env, values.shell_environment_policy ?? {}, {
      providerKeyNames: providerKeyNames(values),
    })
  }

  const manager = createThreadManager({
    home,
    version,
    store,
    config,
    context,
    background: {
      ...tools.background,
      clean: async (threadId) =>
        void (await Promise.all([tools.background.clean(threadId), mcp.end(threadId)])),
      cleanAll: async () => void (await Promise.all([tools.background.cleanAll(), mcp.endAll()])),
    },
    extensions,
    clock,
    logger,
    providersOf,
    publish: subscriptions.publish,
    begin: (threadId, layer, cwd) => mcp.begin(threadId, layer, cwd),
    async runTurn(scope, actor, layer) {
      const { threadId, signal, snapshot } = scope
      const resolved = await config.resolve(layer, snapshot.values.cwd)
      const offered = config.isEnabled('request_permissions_tool', resolved)
        ? tools.registry
        : withoutTool(tools.registry, REQUEST_PERMISSIONS)
      const own = withExtensionTools(offered, scope.extensions.tools)
      const registry = await mcp.toolsFor(threadId, layer, snapshot.values.cwd, own, signal)
      return runTask(scope, {
        home,
        registry,
        sandbox,
        rules,
        clock,
        logger,
        commandEnvironment() {
          void warnUnconfined(scope) // with a tool call, not before: a turn of words alone needs no sandbox
          return commandEnvironment(layer, snapshot.values.cwd)
        },
        sleep,
        async providers() {
          return providersOf(await config.resolve(layer, snapshot.values.cwd))
        },
        instructions: ({ snapshot }) => snapshot.values.baseInstructions ?? BASE_INSTRUCTIONS,
        webSearch: async () =>
          (await config.resolve(layer, snapshot.values.cwd)).values.web_search ?? 'disabled',
        tokenUsage: () => actor.state().tokenUsage,
        async compaction() {
          const { values } = await config.resolve(layer, snapshot.values.cwd)
          return {
            prompt: values.compact_prompt ?? null,
            limit: values.model_auto_compact_token_limit ?? null,
          }
        },
        userShell: tools.userShell,
      })
    },
    runBeside: (scope, task, layer) =>
      runUserShell(
        scope,
        {
          clock,
          userShell: tools.userShell,
          commandEnvironment: () => commandEnvironment(layer, scope.snapshot.values.cwd),
        },
        task,
      ),
  })

  const idleUnload = createIdleUnload({
    afterMs: IDLE_UNLOAD_MS,
    logger,
    isBusy: (threadId) => manager.find(threadId)?.actor.isBusy() ?? false,
    isWatched: subscriptions.isWatched,
    unload: manager.unload,
    broadcast: subscriptions.broadcast,
  })

  const processes = processHandlers({
    manager,
    startProcess: (start) => startClientProcess(sandbox, start),
    environment: () => commandEnvironment(undefined),
    async defaultProfile() {
      const { values } = await config.resolve()
      const policy = policyOfMode(values.sandbox_mode ?? 'workspace-write', values)
      return profileOfSandboxPolicy(policy)
    },
  })

  const handlers: Handlers = {
    ...processes.handlers,
    ...threadHandlers({
      clientTools,
      manager,
      store,
      subscriptions,
      goals,
      joined({ actor }, layer, connection) {
        outside.replay(actor.id, connection)
        mcp.announce(actor.id, layer, actor.state().snapshot.values.cwd).catch(logFailure)
      },
    }),
    ...mcpHandlers(
      mcp,
      createSignIn({
        store: tokens,
        configured: mcp.configured,
        tell: subscriptions.broadcast,
        reload: mcp.reload,
        restart: mcp.restartEverywhere,
      }),
    ),
    ...metadataHandlers({ manager, store }),
    ...historyHandlers({ manager, store }),
    ...goalHandlers(goals),
    ...fileSearchHandlers(),
    ...terminalHandlers({ manager, background: tools.background }),
    ...turnHandlers({ manager, store, config, goals, onStart: warnUnknown }),
    ...settingsHandlers({ manager, config }),
    ...turnKindHandlers(manager),
    ...configFileHandlers({ config, manager }),
    ...configPreviewHandlers({ config, manager }),
    ...snapshotHandlers({
      home,
      store,
      manager,
      async enforcement() {
        const found = await sandbox.availability()
        return found.available
          ? { by: found.kind, reason: null }
          : { by: null, reason: found.reason }
      },
    }),
    ...configHandlers({
      config,
    }),
    ...modelHandlers({
      config,
      providersOf,
      defaultProvider: (resolved) => resolved.values.model_provider ?? DEFAULT_PROVIDER,
      setKey: keys.set,
    }),
    ...approvalHandlers({ manager, store, rules, outside }),
    ...searchHandlers({ manager, store, search }),
    ...usageHandlers(store),
    ...storeHandlers({
      store,
      search,
      tasks,
      importer: createRolloutImport(store, rolloutWorkerFile()),
      env,
      config: () => config.resolve(),
      changed: () =>
        subscriptions.broadcast({ method: 'skein/resync', params: { threadId: null } }),
    }),
  }

  config.onWarning((warning) =>
    subscriptions.broadcast({ method: 'configWarning', params: warning }),
  )
  rules.onWarning(({ line: _, ...warning }) =>
    subscriptions.broadcast({ method: 'configWarning', params: warning }),
  )
  config.onChange((files) =>
    subscriptions.broadcast({ method: 'skein/config/changed', params: { files: [...files] } }),
  )
  const tellHealth = (health: StoreHealth): void =>
    subscriptions.broadcast({ method: 'skein/store/updated', params: withSearch(health, search) })
  store.onHealth(tellHealth)
  search.onReady(() => void store.health().then(tellHealth, () => undefined))

  function logFailure(error: unknown): void {
    logger.log('error', 'MCP servers could not be started', { error: messageOf(error) })
  }

  let ended: Promise<void> | undefined
  async function end(): Promise<void> {
    await ready.catch(() => undefined) // a store that never opened has nothing to end
    idleUnload.stop()
    config.close()
    await tasks.stop()
    processes.endAll()
    await manager.shutdown()
    clearTimeout(searchTimer)
    await search.close() // before the store: a reader would keep its log from being folded in
    await store.close()
  }

  return {
    ready,
    connect: (outgoing) =>
      createConnection(outgoing, {
        home,
        version,
        ready,
        handlers,
        onInitialized(connection) {
          subscriptions.opened(connection)
          tellWarnings(connection)
          void rules.forFolder(home)
          void config.resolve() // a broken file is told as soon as somebody is there to hear it
        },
        onClosed(connection) {
          subscriptions.closed(connection)
          processes.closed(connection)
        },
        answer: async (threadId, approvalId, raw) =>
          outside.answer(approvalId, raw) || answer(manager, threadId, approvalId, raw),
      }),
    shutdown() {
      ended ??= end()
      return ended
    },
  }

  /** Problems found before the client came: it hears them once it has shaken hands. */
  function tellWarnings(connection: Parameters<typeof subscriptions.opened>[0]): void {
    config.onWarning((warning) => connection.notify({ method: 'configWarning', params: warning }))()
    rules.onWarning(({ line: _, ...warning }) =>
      connection.notify({ method: 'configWarning', params: warning }),
    )()
  }
}

/** In a build an entry of its own; from source beside this file. */
function rolloutWorkerFile(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const built = join(here, 'rollout-worker.js')
  return existsSync(built) ? built : join(here, 'rollout-worker.ts')
}
