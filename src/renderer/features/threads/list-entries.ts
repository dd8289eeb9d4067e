// The rows of the thread list in drawing order, and how keys move through them.
import type { Thread } from '../../../protocol/index.ts'
import type { ThreadGroup } from '../../state/thread-groups.ts'

export type ListEntry =
  | {
      readonly kind: 'heading'
      readonly key: string
      readonly name: string
      /** Something can be put there; null for groups that are none of the person's own. */
      readonly sectionId: string | null
      /** Its threads are there because a person put them there. */
      readonly isOwn: boolean
    }
  | {
      readonly kind: 'thread'
      /** The id of the thread. */
      readonly key: string
      readonly thread: Thread
      /** Among all threads of the list, from 1. */
      readonly position: number
    }

export function listEntries(groups: readonly ThreadGroup[]): readonly ListEntry[] {
  let position = 0
  return groups.flatMap(({ key, name, sectionId, threads }): ListEntry[] => [
    { kind: 'heading', key: `group ${key}`, name, sectionId, isOwn: isOwnGroup(key, sectionId) },
    ...threads.map((thread): ListEntry => {
      position += 1
      return { kind: 'thread', key: thread.id, thread, position }
    }),
  ])
}

function isOwnGroup(key: string, sectionId: string | null): boolean {
  return sectionId !== null || key === 'pinned' || key === 'snoozed'
}

const PAGE_ROWS = 8

/** The index the key leads to, past headings; undefined when the key does not move. */
export function movedTo(
  key: string,
  entries: readonly ListEntry[],
  from: number,
): number | undefined {
  const threads = entries.flatMap((entry, index) => (entry.kind === 'thread' ? [index] : []))
  if (threads.length === 0) return undefined
  const at = threads.indexOf(from)
  const last = threads.length - 1
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: Math.min(last, at + 1),
    ArrowUp: Math.max(0, at === -1 ? last : at - 1),
    PageDown: Math.min(last, at + PAGE_ROWS),
    PageUp: Math.max(0, at - PAGE_ROWS),
    Home: 0,
    End: last,
  }
  const moved = moves[key]
  return moved === undefined ? undefined : threads[moved]
}

/** Id of a row's element, for aria-activedescendant. */
export function rowId(threadId: string): string {
  return `thread-row-${threadId}`
}

export function menuButtonId(threadId: string): string {
  return `thread-menu-${threadId}`
}
