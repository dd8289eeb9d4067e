// Settings of a thread from now on, and of its running turn alone.
import type { ConfigService } from '../../config/config-service.ts'
import { snapshotOf } from '../../threads/config-snapshot.ts'
import { applyOverrides } from '../../threads/settings.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import { settingsChange } from '../../threads/turn-overrides.ts'
import type { Handlers } from '../router.ts'

export function settingsHandlers(ports: {
  readonly manager: ThreadManager
  readonly config: ConfigService
}): Pick<Handlers, 'thread/settings/update' | 'turn/settings/update'> {
  const { manager } = ports

  return {
    async 'thread/settings/update'({ threadId, skein, ...overrides }, { holdUntilReplied }) {
      const { actor } = manager.require(threadId)
      const config = await ports.config.resolve(undefined, actor.state().snapshot.values.cwd)
      const { settings } = settingsChange(overrides, skein, config)
      settings(actor.state().snapshot) // refused ones change nothing
      holdUntilReplied()
      await actor.changeSettings(settings)
      return {}
    },

    async 'turn/settings/update'({ threadId, turnId, ...overrides }) {
      const { actor } = manager.require(threadId)
      const config = await ports.config.resolve(undefined, actor.state().snapshot.values.cwd)
      const applied = await actor.changeTurnSettings(turnId, (current) =>
        snapshotOf(applyOverrides(current, overrides, 'turn', config)),
      )
      return { status: applied ? 'applied' : 'targetUnavailable' }
    },
  }
}
