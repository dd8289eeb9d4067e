// Every method of the wire with what it works on.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { approvalHandlers } from '../api/handlers/approval.ts'
import { arrangementHandlers } from '../api/handlers/arrangement.ts'
import { attachmentHandlers } from '../api/handlers/attachment.ts'
import { configHandlers } from '../api/handlers/config.ts'
import { configFileHandlers } from '../api/handlers/config-files.ts'
import { configPreviewHandlers } from '../api/handlers/config-preview.ts'
import { eventHandlers } from '../api/handlers/event.ts'
import { fileSearchHandlers } from '../api/handlers/file-search.ts'
import { goalHandlers } from '../api/handlers/goal.ts'
import { historyHandlers } from '../api/handlers/history.ts'
import { mcpHandlers } from '../api/handlers/mcp.ts'
import { metadataHandlers } from '../api/handlers/metadata.ts'
import { modelHandlers } from '../api/handlers/model.ts'
import { processHandlers } from '../api/handlers/process.ts'
import { searchHandlers } from '../api/handlers/search.ts'
import { settingsHandlers } from '../api/handlers/settings.ts'
import { snapshotHandlers } from '../api/handlers/snapshots.ts'
import { storeHandlers } from '../api/handlers/store.ts'
import { terminalHandlers } from '../api/handlers/terminal.ts'
import { threadHandlers } from '../api/handlers/thread.ts'
import { threadOpenHandlers } from '../api/handlers/thread-open.ts'
import { threadReadHandlers } from '../api/handlers/thread-read.ts'
import { turnHandlers } from '../api/handlers/turn.ts'
import { turnKindHandlers } from '../api/handlers/turn-kinds.ts'
import { usageHandlers } from '../api/handlers/usage.ts'
import type { OutsideQuestions } from '../api/outside-questions.ts'
import type { Handlers } from '../api/router.ts'
import type { Subscriptions } from '../api/subscriptions.ts'
import type { TaskCenter } from '../api/task-center.ts'
import { keptDays } from '../api/trash-preview.ts'
import { messageOf } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { createSignIn } from '../mcp/sign-in.ts'
import { createRolloutImport } from '../rollouts/import-service.ts'
import { profileOfSandboxPolicy } from '../sandbox/permission-profile.ts'
import { DEFAULT_PROVIDER } from '../threads/new-thread.ts'
import { policyOfMode } from '../threads/settings.ts'
import { startClientProcess } from '../tools/exec/client-processes.ts'
import { createCosts } from './costs.ts'
import { importedSnapshots } from './imported-snapshots.ts'
import type { Runtime } from './runtime.ts'

export interface HandlersPorts {
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logger: Logger
  readonly runtime: Runtime
  readonly subscriptions: Subscriptions
  readonly outside: OutsideQuestions
  readonly tasks: TaskCenter
}

/** `processes`: those that clients started, which end with them. */
export function composeHandlers(ports: HandlersPorts): {
  readonly handlers: Handlers
  readonly processes: Pick<ReturnType<typeof processHandlers>, 'closed' | 'endAll'>
} {
  const { home, env, logger, runtime, subscriptions, outside, tasks } = ports
  const { clock, config, store, search, manager, mcp, goals, sandbox, tools, rules } = runtime
  const { providersOf } = runtime

  const processes = processHandlers({
    manager,
    startProcess: (start) => startClientProcess(sandbox, start),
    environment: runtime.environment,
    async defaultProfile() {
      const { values } = await config.resolve()
      const policy = policyOfMode(values.sandbox_mode ?? 'workspace-write', values)
      return profileOfSandboxPolicy(policy)
    },
  })

  const handlers: Handlers = {
    ...processes.handlers,
    ...terminalHandlers({ manager, background: tools.background }),
    ...threadHandlers({ manager, store, subscriptions, goals }),
    ...threadReadHandlers({ manager, store }),
    ...threadOpenHandlers({
      clientTools: runtime.clientTools,
      manager,
      store,
      subscriptions,
      goals,
      joined({ id }, connection) {
        outside.replay(id, connection)
        mcp
          .announce(id)
          .catch((error: unknown) =>
            logger.log('error', 'MCP servers could not be started', { error: messageOf(error) }),
          )
      },
    }),
    ...mcpHandlers(
      mcp,
      createSignIn({
        store: runtime.tokens,
        configured: mcp.configured,
        tell: subscriptions.broadcast,
        reload: mcp.reload,
        restart: mcp.restartEverywhere,
      }),
    ),
    ...metadataHandlers({ manager, store, broadcast: subscriptions.broadcast }),
    ...arrangementHandlers({ manager, store, clock, broadcast: subscriptions.broadcast }),
    ...attachmentHandlers({ manager, store, clock, subscriptions }),
    ...historyHandlers({ manager, store }),
    ...eventHandlers({ manager, store }),
    ...goalHandlers(goals),
    ...fileSearchHandlers(),
    ...turnHandlers({ manager, store }),
    ...settingsHandlers(manager),
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
    ...configHandlers({ config }),
    ...modelHandlers({
      config,
      providersOf,
      defaultProvider: (resolved) => resolved.values.model_provider ?? DEFAULT_PROVIDER,
      setKey: runtime.keys.set,
    }),
    ...approvalHandlers({ manager, store, rules, outside }),
    ...searchHandlers({ manager, store, search }),
    ...usageHandlers({ store, costOf: createCosts(config) }),
    ...storeHandlers({
      store,
      search,
      tasks,
      importer: createRolloutImport(store, rolloutWorkerFile()),
      importedSnapshots: async () => importedSnapshots(await config.resolve()),
      env,
      keptDays: async () => keptDays((await config.resolve()).values.storage),
      changed: () =>
        subscriptions.broadcast({ method: 'skein/resync', params: { threadId: null } }),
    }),
  }
  return { handlers, processes }
}

/** In a build an entry of its own. */
function rolloutWorkerFile(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const built = join(here, 'rollout-worker.js')
  return existsSync(built) ? built : join(here, '../rollouts/worker.ts')
}
