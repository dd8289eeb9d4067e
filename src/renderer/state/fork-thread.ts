// Forks a thread from anywhere in the window.
import type { Stores } from './stores.ts'

/** Forks the thread and shows the fork. */
export async function forkAndShow(
  stores: Stores,
  threadId: string,
  throughTurnId?: string,
): Promise<void> {
  const thread = stores.threads.find(threadId)
  if (!thread) return
  stores.ui.actions.showThread(await thread.actions.fork(throughTurnId))
  stores.ui.actions.toast({ text: 'This is the fork; the thread it comes from is unchanged' })
}
