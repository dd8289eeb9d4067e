// The turns of a thread that come along with it.
import type { ThreadId, Turn } from '../../../protocol/index.ts'
import type { Store, TurnsQuery } from '../../storage/store.ts'
import type { Thread as LiveThread } from '../../threads/thread.ts'
import { liveTurns } from './paging.ts'

/** The last turn (empty when there is none or none is kept), and where a client pages back from to what was before. */
export async function newestOf(store: Store, thread: LiveThread) {
  const { turn, id: threadId, snapshot, stored } = thread.actor.state()
  if (!stored || snapshot.values.ephemeral)
    return { turnId: turn?.id ?? '', turnsCursor: null, itemsCursor: null }
  const newest = { threadId, cursor: undefined, limit: 1, sortDirection: 'desc' } as const
  const [turns, items] = await Promise.all([
    store.turnsPage({ ...newest, itemsView: 'notLoaded' }),
    store.itemsPage({ ...newest, turnId: undefined, deferOutput: true }),
  ])
  return {
    turnId: turn?.id ?? turns.data[0]?.id ?? '',
    turnsCursor: turns.backwardsCursor,
    itemsCursor: items.backwardsCursor,
  }
}

/** A page of a thread, empty before anything of it is stored. */
export async function turnsPage(store: Store, thread: LiveThread, query: TurnsQuery) {
  if (!thread.actor.state().stored) return { data: [], nextCursor: null, backwardsCursor: null }
  const { data, nextCursor, backwardsCursor } = await store.turnsPage(query)
  return { data: liveTurns(data, thread.actor, query.itemsView), nextCursor, backwardsCursor }
}

/** Every turn with its items, oldest first: as long as the thread; clients that can page should. */
export async function allTurns(
  store: Store,
  thread: LiveThread | undefined,
  threadId: ThreadId,
): Promise<Turn[]> {
  if (thread && !thread.actor.state().stored) return []
  if (thread?.actor.state().snapshot.values.ephemeral) return []
  const turns: Turn[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await store.turnsPage({
      threadId,
      cursor,
      limit: 100,
      sortDirection: 'asc',
      itemsView: 'full',
    })
    turns.push(...page.data)
    if (page.nextCursor === null) return thread ? liveTurns(turns, thread.actor, 'full') : turns
    cursor = page.nextCursor
  }
}
