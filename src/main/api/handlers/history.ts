// The recorded turns and items of a thread, page by page.
import type { ThreadId } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { ItemEntry, Store } from '../../storage/store.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import type { Handlers } from '../router.ts'
import { notLoaded } from '../thread-ids.ts'
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

  /** Throws SkeinError('unsupported') for a thread that has no rows (yet). */
  async function requireHistory(threadId: ThreadId, method: HistoryMethods): Promise<void> {
    const live = manager.find(threadId)?.actor.state()
    const hasRows = live
      ? live.stored && !live.snapshot.values.ephemeral
      : await store.findThread(threadId)
    if (!hasRows) throw new SkeinError('unsupported', `${method} is not supported yet`)
  }

  async function requireTurns(threadId: ThreadId): Promise<void> {
    const live = manager.find(threadId)?.actor.state()
    if (!live && !(await store.findThread(threadId))) throw notLoaded(threadId)
    if (live?.snapshot.values.ephemeral)
      throw new SkeinError('invalidParams', 'ephemeral threads do not support thread/turns/list')
    if (live && !live.stored)
      throw new SkeinError(
        'invalidParams',
        `thread ${threadId} is not materialized yet; thread/turns/list is unavailable before first user message`,
      )
  }

  return {
    async 'thread/turns/list'({ threadId, cursor, limit, sortDirection, itemsView }) {
      await requireTurns(threadId)
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
      await requireHistory(threadId, 'thread/items/list')
      const isAnchor = typeof cursor === 'object'
      if (isAnchor && turnId === undefined)
        throw new SkeinError('contradiction', 'turnId is required when cursor is an item anchor')
      const page = store.itemsPage({
        threadId,
        turnId,
        cursor: isAnchor ? { itemId: cursor.itemId } : cursor,
        limit: limitOf(limit),
        sortDirection: sortDirection ?? 'asc',
        deferOutput: deferOutput?.commandExecution ?? false,
      })
      const { data, nextCursor, backwardsCursor } = await page.catch((error: unknown) => ({
        data: ofNoTurn(error),
        nextCursor: null,
        backwardsCursor: null,
      }))
      return { data: data.map(entryView), nextCursor, backwardsCursor }
    },

    async 'thread/items/read'({ threadId, turnId, itemIds }) {
      await requireHistory(threadId, 'thread/items/read')
      const read = store.readItems(threadId, turnId, itemIds)
      return { data: (await read.catch(ofNoTurn)).map(entryView) }
    },

    async 'skein/item/output/read'({ threadId, itemId, offset, length }) {
      await requireHistory(threadId, 'skein/item/output/read')
      const read = await store.readOutput(threadId, itemId, offset, length)
      if (!read) throw new SkeinError('notFound', `item without output: ${itemId}`)
      return read
    },
  }
}

/** A turn that is not there has no items, as with the reference. */
function ofNoTurn(error: unknown): ItemEntry[] {
  if (error instanceof SkeinError && error.code === 'notFound') return []
  throw error
}

function entryView({ turnId, item, startedAtMs, completedAtMs, outputDeferred }: ItemEntry) {
  const entry = { turnId, item, startedAtMs, completedAtMs }
  return outputDeferred === undefined ? entry : { ...entry, outputDeferred }
}
