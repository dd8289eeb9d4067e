// What all lists share: page sizes, and the running turn as it is now.
import type { ItemsView, ThreadItem, Turn } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { ThreadActor } from '../../threads/thread-actor.ts'

const LIMIT_DEFAULT = 25
const LIMIT_MAX = 100

/** Threads of people, as lists show them when nothing else is asked for. */
export const interactiveSources = ['cli', 'vscode', 'appServer']

/** Clamped silently, as in the reference. */
export function limitOf(limit: number | undefined): number {
  return Math.min(LIMIT_MAX, Math.max(1, limit ?? LIMIT_DEFAULT))
}

/** Stored turns with the text that the running one has streamed since. */
export function liveTurns(turns: readonly Turn[], actor: ThreadActor, view: ItemsView): Turn[] {
  const { turn } = actor.state()
  if (!turn || view !== 'full') return [...turns]
  return turns.map((stored) =>
    stored.id === turn.id
      ? { ...stored, items: withLive(stored.items, actor.openItems()) }
      : stored,
  )
}

function withLive(stored: readonly ThreadItem[], open: readonly ThreadItem[]): ThreadItem[] {
  const live = new Map(open.map((item) => [item.id, item]))
  const known = new Set(stored.map((item) => item.id))
  return [
    ...stored.map((item) => live.get(item.id) ?? item),
    ...open.filter((item) => !known.has(item.id)),
  ]
}

/** A page of a list that is short enough to be whole in memory. Throws SkeinError for a cursor that is not ours. */
export function sliceOf<T>(
  all: readonly T[],
  cursor: string | undefined,
  limit: number,
): { data: T[]; nextCursor: string | null } {
  const start = cursor === undefined ? 0 : Number(cursor)
  if (!Number.isInteger(start) || start < 0)
    throw new SkeinError('invalidParams', `invalid cursor: ${cursor}`)
  const end = start + limit
  return { data: all.slice(start, end), nextCursor: end < all.length ? String(end) : null }
}
