// Where a person was in a thread: a row and how far it was scrolled out. Found again when the thread is shown again.
import type { Virtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef } from 'react'
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

/** Goes to the kept place when the transcript appears, keeps the present one when it goes. */
export function useKeptPlace({ thread, rows, virtualizer, follows }: KeptPlaceOptions): void {
  const current = useRef(rows)
  current.current = rows

  useLayoutEffect(() => {
    const place = ofThreads.get(thread)
    if (!place) return
    const index = current.current.findIndex((row) => row.key === place.rowKey)
    const [start] = virtualizer.getOffsetForIndex(index, 'start') ?? []
    if (index !== -1 && start !== undefined) virtualizer.scrollToOffset(start + place.offset)
  }, [thread, virtualizer])

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
}
