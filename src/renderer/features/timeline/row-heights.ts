// Heights of rows: as they were measured last, else as one would guess. A row that is known by its height can be
// left out of the page without anything moving.
import { type RefObject, useEffect, useRef } from 'react'
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
  /** The width that rows were measured at last, in CSS pixels; 0 before that. */
  readonly width: number
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
  let lastWidth = 0
  const nameOf = (row: TimelineRow, width: number, isOpen: boolean) =>
    `${row.key} ${Math.round(width)} ${isOpen}`
  return {
    get width() {
      return lastWidth
    },
    get(row, width, isOpen) {
      return measured.get(nameOf(row, width, isOpen)) ?? guess(row)
    },
    set(row, width, isOpen, height) {
      if (measured.size >= ENTRIES_MAX) measured.clear()
      lastWidth = width
      measured.set(nameOf(row, width, isOpen), height)
    },
  }
}

function guess(row: TimelineRow): number {
  return row.kind === 'item' ? guessesByRole[row.role] : guesses[row.kind]
}

export interface KeptHeightsOptions {
  readonly heights: RowHeights
  readonly rows: readonly TimelineRow[]
  readonly width: RefObject<number>
  readonly isOpen: (row: TimelineRow) => boolean
  /** By the key of the row. */
  readonly measured: ReadonlyMap<string | number | bigint, number>
}

/**
 * Keeps the heights when the rows go. Not sooner: the list sets each measured height against the one it assumed,
 * and would find no difference if the assumption had changed meanwhile.
 */
export function useKeptHeights(options: KeptHeightsOptions): void {
  const current = useRef(options)
  current.current = options
  useEffect(
    () => () => {
      const { heights, rows, width, isOpen, measured } = current.current
      for (const row of rows) {
        const height = measured.get(row.key)
        if (height !== undefined) heights.set(row, width.current, isOpen(row), height)
      }
    },
    [],
  )
}
