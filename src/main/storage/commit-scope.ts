// What the projections of one commit share: the thread's row and counters, and how an event's own row reads.
import type { NumberedEvent, ThreadEvent } from './thread-event.ts'

export interface CommitScope {
  readonly threadPk: number
  readonly atMs: number
  /** The next place in the thread's one order of turns, items, model items and usage. */
  takeOrd(): number
  /** The thread's content changed: it moves up in lists by last change. */
  touch(): void
}

/** What the event's row keeps: where the fact is, not a copy of it. */
export interface EventNote {
  readonly turnId?: string
  readonly itemId?: string
  readonly body?: Readonly<Record<string, unknown>>
}

type EventOf<T extends ThreadEvent['type']> = Extract<ThreadEvent, { type: T }>

/** Silent events have no row. */
export type ProjectionsOf<T extends ThreadEvent['type']> = {
  readonly [K in T]: (
    scope: CommitScope,
    event: EventOf<K>,
  ) => K extends NumberedEvent['type'] ? EventNote : undefined
}

/** Whole numbers for INTEGER columns: a fraction would be refused. */
export function whole(value: number): number {
  return Math.round(value)
}
