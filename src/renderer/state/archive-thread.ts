// A thread goes into the archive, and may come back at once.
import { reportFailure } from './report-failure.ts'
import type { Stores } from './stores.ts'

/** Archives the thread and offers to take it back. */
export function archiveThread(stores: Stores, threadId: string): void {
  const { threadList, ui } = stores
  const undo = () => void reportFailure(stores, threadList.actions.unarchive(threadId))
  const done = threadList.actions.archive(threadId).then(() => {
    if (ui.getState().openThreadId === threadId) ui.actions.showThread(null)
    ui.actions.toast({ text: 'Thread archived', action: { label: 'Undo', run: undo } })
  })
  void reportFailure(stores, done)
}
