// One thing done to many threads: each for itself, and the ones that could not be done are named.
import { messageOf } from './failures.ts'
import type { Stores } from './stores.ts'
import { titleOf } from './thread-state.ts'

const FAILURES_NAMED = 3

/** Archives them and offers to take all of it back. Never rejects. */
export async function archiveThreads(stores: Stores, threadIds: readonly string[]): Promise<void> {
  const { threadList, ui } = stores
  const done = await doEach(stores, threadIds, 'archived', threadList.actions.archive)
  leaveIfShown(stores, done)
  if (done.length === 0) return
  const undo = () => void doEach(stores, done, 'unarchived', threadList.actions.unarchive)
  ui.actions.toast({
    text: `${countOf(done.length)} archived`,
    action: { label: 'Undo', run: undo },
  })
}

/** Never rejects. */
export async function unarchiveThreads(
  stores: Stores,
  threadIds: readonly string[],
): Promise<void> {
  const { threadList, ui } = stores
  const done = await doEach(stores, threadIds, 'unarchived', threadList.actions.unarchive)
  if (done.length > 0) ui.actions.toast({ text: `${countOf(done.length)} unarchived` })
}

/** Deletes them for good: ask first. Never rejects. */
export async function deleteThreads(stores: Stores, threadIds: readonly string[]): Promise<void> {
  const { threadList, ui } = stores
  const done = await doEach(stores, threadIds, 'deleted', threadList.actions.remove)
  leaveIfShown(stores, done)
  if (done.length > 0) ui.actions.toast({ text: `${countOf(done.length)} deleted` })
}

export function countOf(threads: number): string {
  return threads === 1 ? '1 thread' : `${threads} threads`
}

/** One after the other, so that a long selection does not hold up what else the app does. Gives those that were done. */
export async function doEach(
  stores: Stores,
  threadIds: readonly string[],
  verb: string,
  act: (threadId: string) => Promise<void>,
): Promise<readonly string[]> {
  const listed = new Map(stores.threadList.getState().threads.map((thread) => [thread.id, thread]))
  const done: string[] = []
  const failures: string[] = []
  for (const threadId of threadIds) {
    try {
      await act(threadId)
      done.push(threadId)
    } catch (error) {
      failures.push(`“${titleOf(listed.get(threadId) ?? null)}”: ${messageOf(error)}`)
    }
  }
  if (failures.length > 0) {
    const more = failures.length - FAILURES_NAMED
    const named = failures.slice(0, FAILURES_NAMED).join('; ')
    stores.ui.actions.toast({
      text: `${countOf(failures.length)} not ${verb}. ${named}${more > 0 ? `; and ${more} more` : ''}`,
      tone: 'danger',
    })
  }
  return done
}

function leaveIfShown({ ui }: Stores, threadIds: readonly string[]): void {
  const { openThreadId } = ui.getState()
  if (openThreadId !== null && threadIds.includes(openThreadId)) ui.actions.showThread(null)
}
