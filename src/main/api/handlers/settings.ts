// Settings of a thread from now on, and of its running turn alone.
import { snapshotOf } from '../../threads/config-snapshot.ts'
import { applyOverrides } from '../../threads/settings.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import { settingsChange } from '../../threads/turn-overrides.ts'
import type { Handlers } from '../router.ts'

export function settingsHandlers(
  manager: ThreadManager,
): Pick<Handlers, 'thread/settings/update' | 'turn/settings/update'> {
  return {
    async 'thread/settings/update'({ threadId, skein, ...overrides }, { holdUntilReplied }) {
      const thread = manager.require(threadId)
      const { actor } = thread
      const config = await thread.reloadUserConfig()
      const { settings } = settingsChange(overrides, skein, config)
      settings(actor.state().snapshot) // refused ones change nothing
      holdUntilReplied()
      await actor.changeSettings(settings)
      return {}
    },

    async 'turn/settings/update'({ threadId, turnId, ...overrides }) {
      const thread = manager.require(threadId)
      const { actor } = thread
      const config = await thread.reloadUserConfig()
      const applied = await actor.changeTurnSettings(turnId, (current) =>
        snapshotOf(applyOverrides(current, overrides, 'turn', config)),
      )
      return { status: applied ? 'applied' : 'targetUnavailable' }
    },
  }
}
