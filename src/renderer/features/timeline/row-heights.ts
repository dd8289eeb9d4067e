// Heights of rows: as they were measured last, else as one would guess. A row that is known by its height can be
// left out of the page without anything moving.
import type { ThreadStore } from '../../state/thread-store.ts'
import type { TimelineRow } from './rows.ts'

const ENTRIES_MAX = 4000

const guesses: Readonly<Record<TimelineRow['kind'], number>> = {
  head: 36,
  work: 32,
  plan: 140,
  retry: 28,
  error: 110,
  foot: 46,
  item: 34,
}

const guessesByRole = { question: 70, steer: 70, work: 34, answer: 160 } as const

export interface RowHeights {
  /** In CSS pixels, of a row drawn that wide. */
  get(row: TimelineRow, width: number, isOpen: boolean): number
  set(row: TimelineRow, width: number, isOpen: boolean, height: number): void
}

const ofThreads = new WeakMap<ThreadStore, RowHeights>()

/** Lives as long as the window holds the thread. */
export function heightsOf(thread: ThreadStore): RowHeights {
  const known = ofThreads.get(thread)
  if (known) return known
  const heights = createRowHeights()
  ofThreads.set(thread, heights)
  return heights
}

export function createRowHeights(): RowHeights {
  const measured = new Map<string, number>()
  const nameOf = (row: TimelineRow, width: number, isOpen: boolean) =>
    `${row.key} ${Math.round(width)} ${isOpen}`
  return {
    get(row, width, isOpen) {
      return measured.get(nameOf(row, width, isOpen)) ?? guess(row)
    },
    set(row, width, isOpen, height) {
      if (measured.size >= ENTRIES_MAX) measured.clear()
      measured.set(nameOf(row, width, isOpen), height)
    },
  }
}

function guess(row: TimelineRow): number {
  return row.kind === 'item' ? guessesByRole[row.role] : guesses[row.kind]
}
