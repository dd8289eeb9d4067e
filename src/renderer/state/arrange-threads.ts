// Puts threads in order: pins, snoozes and moves them, one or many, and offers to take it back.
import type { Thread } from '../../protocol/index.ts'
import { countOf, doEach } from './bulk-threads.ts'
import { reportFailure } from './report-failure.ts'
import type { Stores } from './stores.ts'

/** What a change can take back: each thread as it was before. */
function listedOf(stores: Stores, threadIds: readonly string[]): readonly Thread[] {
  const listed = new Map(stores.threadList.getState().threads.map((thread) => [thread.id, thread]))
  return threadIds.flatMap((id) => listed.get(id) ?? [])
}

function offerUndo(stores: Stores, text: string, undo: () => Promise<unknown>): void {
  const run = () => void reportFailure(stores, undo())
  stores.ui.actions.toast({ text, action: { label: 'Undo', run } })
}

/** Never rejects, like all below. */
export async function pinThreads(
  stores: Stores,
  threadIds: readonly string[],
  pinned: boolean,
): Promise<void> {
  const { mark } = stores.threadList.actions
  const work = mark(threadIds, { pinned }).then(() =>
    offerUndo(stores, `${countOf(threadIds.length)} ${pinned ? 'pinned' : 'unpinned'}`, () =>
      mark(threadIds, { pinned: !pinned }),
    ),
  )
  await reportFailure(stores, work)
}

/** Null ends the snooze. */
export async function snoozeThreads(
  stores: Stores,
  threadIds: readonly string[],
  untilMs: number | null,
): Promise<void> {
  const { mark } = stores.threadList.actions
  const before = listedOf(stores, threadIds)
  const undo = async () => {
    for (const { id, skein } of before)
      await mark([id], { snoozedUntilMs: skein?.snoozedUntilMs ?? null })
  }
  const verb = untilMs === null ? 'woken' : 'snoozed'
  const work = mark(threadIds, { snoozedUntilMs: untilMs }).then(() =>
    offerUndo(stores, `${countOf(threadIds.length)} ${verb}`, undo),
  )
  await reportFailure(stores, work)
}

/** Into that section, before a thread of it or at its end; null: out of theirs. */
export async function moveToSection(
  stores: Stores,
  threadIds: readonly string[],
  sectionId: string | null,
  beforeThreadId?: string,
): Promise<void> {
  const { threadList } = stores
  const before = listedOf(stores, threadIds)
  const done = await doEach(stores, threadIds, 'moved', (threadId) =>
    threadList.actions.moveToSection(threadId, sectionId, beforeThreadId),
  )
  if (done.length === 0) return
  const sections = stores.arrangement.getState().sections
  const name = sections.find(({ id }) => id === sectionId)?.name
  const text = sectionId === null ? 'out of its section' : `to ${name ?? 'a section'}`
  offerUndo(stores, `${countOf(done.length)} moved ${text}`, async () => {
    for (const { id, section } of before)
      await threadList.actions.moveToSection(id, section?.id ?? null)
  })
}

/** Into that project; null: out of theirs. */
export async function assignProject(
  stores: Stores,
  threadIds: readonly string[],
  projectId: string | null,
): Promise<void> {
  const { threadList } = stores
  const before = listedOf(stores, threadIds)
  const done = await doEach(stores, threadIds, 'moved', (threadId) =>
    threadList.actions.assignProject(threadId, projectId),
  )
  if (done.length === 0) return
  offerUndo(stores, `${countOf(done.length)} moved to another project`, async () => {
    for (const thread of before) await threadList.actions.assignProject(thread.id, thread.projectId)
  })
}

/**
 * One step up or down among the threads of its section; past the edge into the neighbouring section, and past the
 * last section out of it.
 */
export async function stepThread(
  stores: Stores,
  thread: Thread,
  step: -1 | 1,
  neighbours: readonly Thread[],
): Promise<void> {
  const { sections } = stores.arrangement.getState()
  const { moveToSection: move } = stores.threadList.actions
  const sectionId = thread.section?.id ?? null
  const at = neighbours.findIndex(({ id }) => id === thread.id)
  const target = neighbours[at + step]
  if (target) {
    // Down: the one below comes up. So nothing is ever put behind the last one, which has no name of its own.
    const [moved, before] = step === -1 ? [thread, target] : [target, thread]
    await reportFailure(stores, move(moved.id, sectionId, before.id))
    return
  }
  const index = sections.findIndex(({ id }) => id === sectionId)
  const next = sectionId === null ? sections.at(-1) : sections[index + step]
  if (sectionId === null && (step === 1 || !next)) return
  if (step === -1 && !next) return
  await moveToSection(stores, [thread.id], next?.id ?? null)
}
