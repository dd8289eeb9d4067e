// What a turn is handed when it begins: models, tools, limits, all as the configuration of its thread says then.

import type { Rules } from '../approvals/rules/rule-files.ts'
import type { ConfigValues } from '../config/config-schema.ts'
import type { ResolvedConfig } from '../config/config-service.ts'
import { BASE_INSTRUCTIONS } from '../instructions/base-instructions.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { McpService } from '../mcp/mcp-service.ts'
import { providerKeyNames } from '../model/key-names.ts'
import type { ModelProviders } from '../model/model-client.ts'
import { sleep } from '../model/retry.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { withExtensionTools } from '../threads/extensions/extension-tools.ts'
import type { ThreadManagerPorts } from '../threads/thread-manager.ts'
import { runTask } from '../threads/turn/run-task.ts'
import type { TurnScope } from '../threads/turn/turn-scope.ts'
import { runUserShell } from '../threads/turn/user-shell.ts'
import type { Tools } from '../tools/create-tools.ts'
import { PROFILE_MARK } from '../tools/exec/strays.ts'
import { withoutTool } from '../tools/registry.ts'
import { REQUEST_PERMISSIONS } from '../tools/request-permissions.ts'
import { shellEnvironment } from '../tools/shell-environment.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface TurnsPorts {
  readonly home: string
  readonly env: Env
  readonly clock: Clock
  readonly logger: Logger
  readonly sandbox: Sandbox
  readonly rules: Rules
  readonly tools: Tools
  readonly mcp: McpService
  providersOf(config: ResolvedConfig): ModelProviders
}

export function composeTurns(
  ports: TurnsPorts,
): Pick<ThreadManagerPorts, 'runTurn' | 'runBeside' | 'warningsOf'> {
  const { home, env, clock, logger, sandbox, rules, tools, mcp, providersOf } = ports

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

  return {
    async runTurn(scope, thread) {
      const { threadId, signal } = scope
      const config = await thread.reloadUserConfig()
      const { values } = config
      const offered = thread.enabled('request_permissions_tool')
        ? tools.registry
        : withoutTool(tools.registry, REQUEST_PERMISSIONS)
      const own = withExtensionTools(offered, scope.extensions.tools)
      const registry = await mcp.toolsFor(threadId, own, signal)
      return runTask(scope, {
        home,
        registry,
        sandbox,
        rules,
        clock,
        logger,
        commandEnvironment() {
          void warnUnconfined(scope) // with a tool call, not before: a turn of words alone needs no sandbox
          return environmentOf(env, values)
        },
        sleep,
        providers: providersOf(config),
        instructions: ({ snapshot }) => snapshot.values.baseInstructions ?? BASE_INSTRUCTIONS,
        webSearch: values.web_search ?? 'disabled',
        showsWriting: thread.enabled('apply_patch_streaming_events'),
        tokenUsage: thread.tokenUsageInfo,
        compaction: {
          prompt: values.compact_prompt ?? null,
          limit: values.model_auto_compact_token_limit ?? null,
        },
        userShell: tools.userShell,
      })
    },
    runBeside: (scope, task, thread) =>
      runUserShell(
        scope,
        {
          clock,
          userShell: tools.userShell,
          commandEnvironment: () => environmentOf(env, thread.config().values),
        },
        task,
      ),
    warningsOf({ values: { model, modelProvider } }, thread) {
      const providers = providersOf(thread.config()).list()
      const provider = providers.find(({ id }) => id === modelProvider)
      if (!provider || provider.info(model).known) return [] // without a provider the turn says so itself
      return [
        `Nothing is known of the model ${model}: a context window of 272,000 tokens is assumed. Set model_context_window in config.toml if it has another.`,
      ]
    },
  }
}

/**
 * Without the keys of providers, and what else the person's configuration keeps from commands; always with the mark by
 * which what a crash leaves running is found.
 */
export function environmentOf(env: Env, values: ConfigValues): Readonly<Record<string, string>> {
  const clean = shellEnvironment(env, values.shell_environment_policy ?? {}, {
    providerKeyNames: providerKeyNames(values),
  })
  const mark = env[PROFILE_MARK]
  return mark === undefined ? clean : { ...clean, [PROFILE_MARK]: mark }
}
