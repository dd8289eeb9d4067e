// Where a person was in a thread: a row and how far it was scrolled out. Found again when the thread is shown again.
import type { Virtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import type { ThreadStore } from '../../state/thread-store.ts'
import type { TimelineRow } from './rows.ts'

interface Place {
  readonly rowKey: string
  /** How far the top of the row is above the top of the view, in CSS pixels. */
  readonly offset: number
}

const ofThreads = new WeakMap<ThreadStore, Place>()

/** Null when the end was followed, or nothing is known. */
export function recallPlace(thread: ThreadStore): Place | null {
  return ofThreads.get(thread) ?? null
}

export interface KeptPlaceOptions {
  readonly thread: ThreadStore
  readonly rows: readonly TimelineRow[]
  readonly virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>
  readonly follows: () => boolean
}

/**
 * Goes to the kept place when the transcript appears, keeps the present one when it goes. Returns what goes there
 * again, for when all rows have got other heights.
 */
export function useKeptPlace({ thread, rows, virtualizer, follows }: KeptPlaceOptions): () => void {
  const current = useRef(rows)
  current.current = rows
  const stop = useRef(() => {})

  const goBack = useCallback(() => {
    stop.current()
    const place = ofThreads.get(thread)
    if (!place) return
    const index = current.current.findIndex((row) => row.key === place.rowKey)
    const [start] = virtualizer.getOffsetForIndex(index, 'start') ?? []
    if (index === -1 || start === undefined) return
    virtualizer.scrollToOffset(start + place.offset)
    stop.current = afterDrawing(DRAWINGS_TO_SETTLE, () => correct(virtualizer, index, place))
  }, [thread, virtualizer])

  useLayoutEffect(() => {
    goBack()
    return () => stop.current()
  }, [goBack])

  useEffect(() => {
    const keep = () => {
      const top = virtualizer.scrollOffset ?? 0
      const item = virtualizer.getVirtualItemForOffset(top)
      const row = item && current.current[item.index]
      if (follows() || !row || !item) ofThreads.delete(thread)
      else ofThreads.set(thread, { rowKey: row.key, offset: top - item.start })
    }
    const { scrollElement } = virtualizer
    scrollElement?.addEventListener('scroll', keep, { passive: true })
    return () => scrollElement?.removeEventListener('scroll', keep)
  }, [thread, virtualizer, follows])
  return goBack
}

/** Rows that were guessed are measured in the first drawings, and shift what is below them. */
const DRAWINGS_TO_SETTLE = 2

function afterDrawing(times: number, run: () => void): () => void {
  let frame = 0
  const next = (left: number) => {
    frame = requestAnimationFrame(() => {
      run()
      if (left > 1) next(left - 1)
    })
  }
  next(times)
  return () => cancelAnimationFrame(frame)
}

function correct(virtualizer: KeptPlaceOptions['virtualizer'], index: number, { offset }: Place) {
  const { scrollElement } = virtualizer
  const row = scrollElement?.querySelector(`[data-index="${index}"]`)
  if (!scrollElement || !row) return
  const top = row.getBoundingClientRect().top - scrollElement.getBoundingClientRect().top
  scrollElement.scrollTop += top + offset
}
