// Goes through what is asked of a store first: the list of the latest threads, and the newest turns of one of them.
// Statements and code that run for the first time take several times as long, and the app is still being loaded.
import type { StoredThread, ThreadPageQuery } from './store.ts'
import type { Reads } from './worker-messages.ts'

type Rehearsed = Pick<
  Reads,
  'threadPage' | 'loadThread' | 'findThread' | 'turnsPage' | 'itemsPage' | 'findGoal'
>

/** As clients ask for it at the start: its words decide which statement is prepared. */
const firstList: ThreadPageQuery = {
  cursor: undefined,
  limit: 25,
  sortKey: 'recency_at',
  sortDirection: 'desc',
  archived: false,
  modelProviders: [],
  sources: ['cli', 'vscode', 'appServer'],
  cwds: [],
  searchTerm: undefined,
  excluded: [],
  sectionId: undefined,
  projectId: undefined,
}

/** One step in each round of the event loop, so that requests come between them. Changes nothing, never throws. */
export function rehearse(reads: Rehearsed, isOpen: () => boolean): void {
  let threadId: StoredThread['record']['id'] | undefined
  const ofThread = (read: (threadId: string) => unknown) => (): void => {
    if (threadId !== undefined) read(threadId)
  }
  const newest = { cursor: undefined, sortDirection: 'desc' } as const
  const steps = [
    () => {
      threadId = reads.threadPage(firstList).data[0]?.id
    },
    ofThread(reads.loadThread),
    ofThread((id) => reads.turnsPage({ ...newest, threadId: id, limit: 20, itemsView: 'full' })),
    ofThread((id) => {
      reads.itemsPage({ ...newest, threadId: id, turnId: undefined, limit: 1, deferOutput: true })
      reads.findThread(id)
      reads.findGoal(id)
    }),
  ]
  function next(): void {
    const step = steps.shift()
    if (!step || !isOpen()) return
    try {
      step()
    } catch {
      return // whoever asks for it hears what is wrong
    }
    setImmediate(next)
  }
  setImmediate(next)
}
