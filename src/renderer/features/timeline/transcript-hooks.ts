// What the transcript watches: the rows of its thread, older turns to load, the width its rows were measured at.
import {
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useSyncExternalStore,
} from 'react'
import { reportFailure } from '../../state/report-failure.ts'
import { useStores } from '../../state/stores-context.tsx'
import type { TurnView } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'
import { disclosureOf } from './disclosure.ts'
import { isWorkOpenAtFirst, noRows, type TimelineRow, timelineRows, workKey } from './rows.ts'

/** The rows of the thread; the same array while nothing but texts changes. */
export function useRows(thread: ThreadStore, follows: () => boolean): readonly TimelineRow[] {
  const disclosure = disclosureOf(thread)
  const known = useRef(noRows)
  const subscribe = useCallback(
    (changed: () => void) => {
      const stopThread = thread.subscribe((state, before) => {
        if (state.turns === before.turns) return
        const ended = endedTurn(before.turns, state.turns)
        // Who reads in the middle of a turn keeps what is being read when the turn ends.
        if (ended && !follows() && !disclosure.getState().has(workKey(ended.id))) {
          disclosure.set(workKey(ended.id), true)
        }
        changed()
      })
      const stopDisclosure = disclosure.subscribe(changed)
      return () => {
        stopThread()
        stopDisclosure()
      }
    },
    [thread, disclosure, follows],
  )
  return useSyncExternalStore(subscribe, () => {
    const disclosed = disclosure.getState()
    known.current = timelineRows(
      thread.getState().turns,
      (turn) => disclosed.get(workKey(turn.id)) ?? isWorkOpenAtFirst(turn),
      known.current,
    )
    return known.current.rows
  })
}

/** The turn that was running before and is not any more. */
function endedTurn(before: readonly TurnView[], after: readonly TurnView[]): TurnView | undefined {
  const running = before.at(-1)
  if (running?.status !== 'inProgress') return undefined
  const now = after.findLast((turn) => turn.id === running.id)
  return now && now.status !== 'inProgress' ? now : undefined
}

/** Key of the last item that was there while the end was followed. */
export function useLastSeen(rows: readonly TimelineRow[], isFollowing: boolean): string | null {
  const seen = useRef<string | null>(null)
  if (isFollowing || seen.current === null) {
    seen.current = rows.findLast((row) => row.kind === 'item')?.key ?? null
  }
  return seen.current
}

/** So far from the top, in CSS pixels, the next older turns are asked for. */
const LOAD_OLDER_WITHIN = 1200

export function useOlderTurns(thread: ThreadStore, scroller: RefObject<HTMLElement | null>): void {
  const stores = useStores()
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const look = () => {
      const { olderCursor, isLoadingOlder } = thread.getState()
      if (olderCursor === null || isLoadingOlder || element.scrollTop > LOAD_OLDER_WITHIN) return
      void reportFailure(stores, thread.actions.loadOlder())
    }
    look()
    element.addEventListener('scroll', look, { passive: true })
    return () => element.removeEventListener('scroll', look)
  }, [stores, thread, scroller])
}

/** Width of the element in CSS pixels, `before` at first; kept because asking for it makes the browser lay out the page. */
export function useWidth(
  scroller: RefObject<HTMLElement | null>,
  before: number,
): RefObject<number> {
  const width = useRef(before)
  useLayoutEffect(() => {
    width.current = scroller.current?.clientWidth ?? width.current
  }, [scroller])
  return width
}

/** Rows that are not drawn have other heights at another width. */
export function useMeasuredAnew(
  scroller: RefObject<HTMLElement | null>,
  width: RefObject<number>,
  measure: () => void,
): void {
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => {
      if (element.clientWidth === width.current) return
      width.current = element.clientWidth
      measure()
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller, width, measure])
}
