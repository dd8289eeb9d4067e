// What a person can do with a thread of the list: one call to the app each. What comes of it is heard by notification.
import type { Bridge } from '../../protocol/index.ts'

/** Each rejects with a BridgeFailure; nothing is changed then. */
export interface ListedThreadActions {
  rename(threadId: string, name: string): Promise<void>
  archive(threadId: string): Promise<void>
  unarchive(threadId: string): Promise<void>
  remove(threadId: string): Promise<void>
  mark(
    threadIds: readonly string[],
    marks: { readonly pinned?: boolean; readonly snoozedUntilMs?: number | null },
  ): Promise<void>
  moveToSection(threadId: string, sectionId: string | null, beforeThreadId?: string): Promise<void>
  assignProject(threadId: string, projectId: string | null): Promise<void>
  /** A fork of the whole thread; gives its id. */
  duplicate(threadId: string): Promise<string>
}

export function createListedThreadActions(bridge: Bridge): ListedThreadActions {
  return {
    async mark(threadIds, marks) {
      await bridge.request('skein/thread/mark', { threadIds: [...threadIds], ...marks })
    },
    async moveToSection(threadId, sectionId, beforeThreadId) {
      await bridge.request('thread/section/move', {
        threadId,
        sectionId,
        ...(beforeThreadId !== undefined && { beforeThreadId }),
      })
    },
    async assignProject(threadId, projectId) {
      await bridge.request('thread/metadata/update', { threadId, projectId: projectId ?? '' })
    },
    async duplicate(threadId) {
      const fork = await bridge.request('thread/fork', { threadId, excludeTurns: true })
      return fork.thread.id
    },
    async rename(threadId, name) {
      await bridge.request('thread/name/set', { threadId, name })
    },
    async archive(threadId) {
      await bridge.request('thread/archive', { threadId })
    },
    async unarchive(threadId) {
      await bridge.request('thread/unarchive', { threadId })
    },
    async remove(threadId) {
      await bridge.request('thread/delete', { threadId })
    },
  }
}
