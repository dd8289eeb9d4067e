// The recorded turns and items of a thread, page by page.
import type { ThreadId } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { ItemEntry, Store } from '../../storage/store.ts'
import { notFound, type ThreadManager } from '../../threads/thread-manager.ts'
import type { Handlers } from '../router.ts'
import { limitOf, liveTurns } from './paging.ts'

type HistoryMethods =
  | 'thread/turns/list'
  | 'thread/items/list'
  | 'thread/items/read'
  | 'skein/item/output/read'

export function historyHandlers(ports: {
  readonly manager: ThreadManager
  readonly store: Store
}): Pick<Handlers, HistoryMethods> {
  const { manager, store } = ports

  /** True when there are rows to read; false for a thread without any yet. */
  async function hasHistory(threadId: ThreadId): Promise<boolean> {
    const live = manager.find(threadId)
    if (live?.actor.state().snapshot.values.ephemeral)
      throw new SkeinError('invalidParams', `ephemeral thread ${threadId} keeps no history`)
    if (live) return live.actor.state().stored
    if (await store.findThread(threadId)) return true
    throw notFound(threadId)
  }

  return {
    async 'thread/turns/list'({ threadId, cursor, limit, sortDirection, itemsView }) {
      if (!(await hasHistory(threadId)))
        throw new SkeinError(
          'invalidParams',
          `thread ${threadId} is not materialized yet; thread/turns/list is unavailable before first user message`,
        )
      const view = itemsView ?? 'summary'
      const read = () =>
        store.turnsPage({
          threadId,
          cursor,
          limit: limitOf(limit),
          sortDirection: sortDirection ?? 'desc',
          itemsView: view,
        })
      const actor = manager.find(threadId)?.actor
      const { data, nextCursor, backwardsCursor } = await (actor ? actor.between(read) : read())
      return {
        data: actor ? liveTurns(data, actor, view) : [...data],
        nextCursor,
        backwardsCursor,
      }
    },

    async 'thread/items/list'({ threadId, turnId, cursor, limit, sortDirection, deferOutput }) {
      if (!(await hasHistory(threadId))) return emptyPage
      const page = store.itemsPage({
        threadId,
        turnId,
        cursor: typeof cursor === 'object' ? { itemId: cursor.itemId } : cursor,
        limit: limitOf(limit),
        sortDirection: sortDirection ?? 'asc',
        deferOutput: deferOutput?.commandExecution ?? false,
      })
      const { data, nextCursor, backwardsCursor } = await page.catch(ofNoTurn)
      return { data: data.map(entryView), nextCursor, backwardsCursor }
    },

    async 'thread/items/read'({ threadId, turnId, itemIds }) {
      if (!(await hasHistory(threadId))) return { data: [] }
      return { data: (await store.readItems(threadId, turnId, itemIds)).map(entryView) }
    },

    async 'skein/item/output/read'({ threadId, itemId, offset, length }) {
      const read = (await hasHistory(threadId))
        ? await store.readOutput(threadId, itemId, offset, length)
        : undefined
      if (!read) throw new SkeinError('notFound', `item without output: ${itemId}`)
      return read
    },
  }
}

const emptyPage = { data: [], nextCursor: null, backwardsCursor: null }

/** A turn that is not there has no items, as with the reference. */
function ofNoTurn(error: unknown): typeof emptyPage {
  if (error instanceof SkeinError && error.code === 'notFound') return emptyPage
  throw error
}

function entryView({ turnId, item, startedAtMs, completedAtMs, outputDeferred }: ItemEntry) {
  const entry = { turnId, item, startedAtMs, completedAtMs }
  return outputDeferred === undefined ? entry : { ...entry, outputDeferred }
}
