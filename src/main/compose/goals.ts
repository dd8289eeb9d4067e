// Goals, connected to the threads they work in.
import type { Notification, ThreadId } from '../../protocol/index.ts'
import type { ConfigService } from '../config/config-service.ts'
import { createGoals, type Goals } from '../extensions/goals/goals.ts'
import { goalsConfigOf, systemTimers } from '../extensions/goals/goals-config.ts'
import { createCommandRunner } from '../extensions/goals/run-command.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Store } from '../storage/store.ts'
import type { Thread } from '../threads/thread.ts'
import { createCosts } from './costs.ts'

export function composeGoals(ports: {
  readonly config: ConfigService
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  readonly sandbox: Sandbox
  environment(): Promise<Readonly<Record<string, string>>>
  find(threadId: ThreadId): Thread | undefined
  load(threadId: ThreadId): Promise<unknown>
  tell(notification: Notification): void
}): Goals {
  const { config, find } = ports
  return createGoals({
    store: ports.store,
    clock: ports.clock,
    timers: systemTimers,
    logger: ports.logger,
    async config(threadId) {
      const resolved = await config.resolve()
      const thread = threadId === undefined ? undefined : find(threadId)
      const enabled = thread?.enabled('goals') ?? config.enabledFeatures(resolved).has('goals')
      return goalsConfigOf(resolved.values, enabled)
    },
    costOf: createCosts(config),
    runCommand: createCommandRunner(ports),
    threads: {
      find: (threadId) => find(threadId)?.actor.state(),
      async describe(threadId, preview) {
        await find(threadId)?.actor.describe(preview)
      },
      load: ports.load,
    },
    tell: ports.tell,
  })
}
