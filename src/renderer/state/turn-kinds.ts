// What a person can do with a thread beyond talking to it: fork it, take turns back, make room, have changes reviewed.
import type { Bridge, ModeKind, ReviewTarget } from '../../protocol/index.ts'
import type { ThreadState } from './thread-state.ts'

/** Each rejects with a BridgeFailure that says why; nothing is changed then. */
export interface TurnKindActions {
  /** A thread of its own with everything through this turn (without one: everything); resolves with its id. */
  fork(throughTurnId?: string): Promise<string>
  /** Takes this turn and all later ones out of the thread. */
  revert(beforeTurnId: string): Promise<void>
  compact(): Promise<void>
  review(target: ReviewTarget): Promise<void>
  setMode(mode: ModeKind): Promise<void>
  /** Of all further turns, the running one left alone. */
  setPermissions(profileId: string): Promise<void>
  /** Runs a command in the person's own shell, outside every sandbox. */
  runShell(command: string): Promise<void>
}

export function createTurnKindActions(
  bridge: Bridge,
  getState: () => ThreadState,
): TurnKindActions {
  const { threadId } = getState()
  return {
    async fork(throughTurnId) {
      const at = throughTurnId === undefined ? {} : { lastTurnId: throughTurnId }
      const { thread } = await bridge.request('thread/fork', {
        threadId,
        excludeTurns: true,
        ...at,
      })
      return thread.id
    },
    async revert(beforeTurnId) {
      await bridge.request('thread/revert', { threadId, beforeTurnId })
    },
    async compact() {
      await bridge.request('thread/compact/start', { threadId })
    },
    async review(target) {
      await bridge.request('review/start', { threadId, target })
    },
    async setMode(mode) {
      const { settings } = getState()
      if (!settings) return
      const { model, effort } = settings
      await bridge.request('thread/settings/update', {
        threadId,
        collaborationMode: {
          mode,
          settings: { model, reasoning_effort: effort, developer_instructions: null },
        },
      })
    },
    async setPermissions(permissions) {
      await bridge.request('thread/settings/update', { threadId, permissions })
    },
    async runShell(command) {
      await bridge.request('thread/shellCommand', { threadId, command })
    },
  }
}
