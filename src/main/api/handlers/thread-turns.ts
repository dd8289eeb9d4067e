// The turns of a thread that come along with it.
import type { Params, ThreadId, Turn } from '../../../protocol/index.ts'
import type { Page, Store } from '../../storage/store.ts'
import type { Thread as LiveThread } from '../../threads/thread.ts'
import { limitOf, liveTurns } from './paging.ts'

export type InitialPage = NonNullable<Params<'thread/resume'>['initialTurnsPage']>

/** What a client is shown of a thread that it opens. */
export interface Opening {
  /** The page it asked for, null for none. */
  readonly page: { data: Turn[]; nextCursor: string | null; backwardsCursor: string | null } | null
  /** The newest turn, and where items are paged back from; null where nothing is kept. */
  readonly newest: { readonly turns: Page<Turn>; readonly itemsCursor: string | null } | null
}

/** Of a thread that is in the store. Asked for together, all of it is one round to the store. */
export async function readOpening(
  store: Pick<Store, 'turnsPage' | 'newestItem'>,
  threadId: ThreadId,
  page: InitialPage | undefined,
): Promise<Opening> {
  const newest = { threadId, cursor: undefined, limit: 1, sortDirection: 'desc' } as const
  const sortDirection = page?.sortDirection ?? 'desc'
  const itemsView = page?.itemsView ?? 'summary'
  const limit = limitOf(page?.limit ?? undefined)
  const [shown, last, itemsCursor] = await Promise.all([
    page ? store.turnsPage({ ...newest, limit, sortDirection, itemsView }) : null,
    page && sortDirection === 'desc'
      ? null
      : store.turnsPage({ ...newest, itemsView: 'notLoaded' }),
    store.newestItem(threadId),
  ])
  const turns = last ?? shown // a page that begins with the newest turn has it already
  return {
    page: shown && { ...shown, data: [...shown.data] },
    newest: turns && { turns, itemsCursor },
  }
}

/** Of a loaded thread as it is now; empty before anything of it is stored. */
export async function openingOf(
  store: Store,
  thread: LiveThread,
  page?: InitialPage,
): Promise<Opening> {
  const { id, stored, snapshot } = thread.actor.state()
  if (!stored || snapshot.values.ephemeral)
    return {
      page: page ? { data: [], nextCursor: null, backwardsCursor: null } : null,
      newest: null,
    }
  const opening = await readOpening(store, id, page)
  if (!page || !opening.page) return opening
  const data = liveTurns(opening.page.data, thread.actor, page.itemsView ?? 'summary')
  return { ...opening, page: { ...opening.page, data } }
}

/** The last turn (empty when there is none or none is kept), and where a client pages back from to what was before. */
export function newestOf(thread: LiveThread, newest: Opening['newest']) {
  const { turn } = thread.actor.state()
  return {
    turnId: turn?.id ?? newest?.turns.data[0]?.id ?? '',
    turnsCursor: newest?.turns.backwardsCursor ?? null,
    itemsCursor: newest?.itemsCursor ?? null,
  }
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
