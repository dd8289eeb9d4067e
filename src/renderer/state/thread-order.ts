// The orders of the thread list: how the app is asked for each, and where a row belongs that came by itself.
import type { CallParams, Thread } from '../../protocol/index.ts'
import { lastActivityMs } from './thread-groups.ts'
import { titleOf } from './thread-state.ts'

export const listOrders = ['activity', 'created', 'title', 'manual'] as const
export type ListOrder = (typeof listOrders)[number]

type Asked = Pick<CallParams<'thread/list'>, 'sortKey' | 'sortDirection' | 'skein'>

export function sortParams(order: ListOrder): Asked {
  switch (order) {
    case 'activity':
      return { sortKey: 'recency_at', sortDirection: 'desc' }
    case 'created':
      return { sortKey: 'created_at', sortDirection: 'desc' }
    case 'title':
    case 'manual':
      return { sortDirection: 'asc', skein: { sortKey: order } }
  }
}

/** Threads of sections, and all of them in the order of the person, stay as they were read. */
export function inOrder(threads: readonly Thread[], order: ListOrder): readonly Thread[] {
  if (order === 'manual') return threads
  const placed = threads.filter((thread) => thread.section !== null)
  const free = threads.filter((thread) => thread.section === null)
  return [...placed, ...free.sort(comparisons[order])]
}

const comparisons: Readonly<
  Record<Exclude<ListOrder, 'manual'>, (left: Thread, right: Thread) => number>
> = {
  activity: (left, right) => lastActivityMs(right) - lastActivityMs(left),
  created: (left, right) => right.createdAt - left.createdAt,
  title: (left, right) =>
    titleOf(left).localeCompare(titleOf(right), undefined, { sensitivity: 'base' }),
}
