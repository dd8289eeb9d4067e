// Which rows are drawn: those in view, and one screen more on either side. Rows that scroll into view are measured
// by then, so nothing moves under the eyes.
import type { Range, Virtualizer } from '@tanstack/react-virtual'
import { useCallback, useRef } from 'react'

/** Rows are cheap, but not free: also a screen of very small ones ends here. */
const ROWS_MAX = 60

/** Indexes of the range and of as many rows before and after it as fill `screen` pixels. */
export function withScreenAround(
  { startIndex, endIndex, count }: Pick<Range, 'startIndex' | 'endIndex' | 'count'>,
  heightOf: (index: number) => number,
  screen: number,
): number[] {
  let first = startIndex
  let last = endIndex
  for (let room = screen; first > 0 && room > 0 && startIndex - first < ROWS_MAX; ) {
    first -= 1
    room -= heightOf(first)
  }
  for (let room = screen; last < count - 1 && room > 0 && last - endIndex < ROWS_MAX; ) {
    last += 1
    room -= heightOf(last)
  }
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset)
}

type List = Virtualizer<HTMLDivElement, HTMLDivElement>

/** An extractor for the list that is attached to it once it exists. */
export function useScreenAround() {
  const list = useRef<List | null>(null)
  const rangeExtractor = useCallback((range: Range) => {
    const measured = list.current?.measurementsCache
    const screen = list.current?.scrollRect?.height ?? 0
    return withScreenAround(range, (index) => measured?.[index]?.size ?? 0, screen)
  }, [])
  const attach = useCallback((virtualizer: List) => {
    list.current = virtualizer
  }, [])
  return { rangeExtractor, attach }
}
