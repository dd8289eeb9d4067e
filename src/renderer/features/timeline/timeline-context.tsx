// Gives the rows of a timeline their thread, and what is open in it.
import { createContext, useCallback, useContext, useMemo } from 'react'
import { useSelector } from '../../state/stores-context.tsx'
import type { ItemView, ThreadState, TurnView } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'
import type { Disclosure } from './disclosure.ts'

export interface Timeline {
  readonly thread: ThreadStore
  readonly disclosure: Disclosure
  /** To be called before a card is opened or closed by hand: it stays under the pointer. */
  readonly holdStill: () => void
}

export const TimelineContext = createContext<Timeline | null>(null)

export function useTimeline(): Timeline {
  const timeline = useContext(TimelineContext)
  if (!timeline) throw new Error('a row was drawn outside of a timeline')
  return timeline
}

/** Whether it is open, and how to change that; the person's wish beats the default. */
export function useDisclosure(key: string, isOpenAtFirst = false): [boolean, () => void] {
  const { disclosure, holdStill } = useTimeline()
  const isOpen = useSelector(disclosure, (disclosed) => disclosed.get(key)) ?? isOpenAtFirst
  const toggle = useCallback(() => {
    holdStill()
    disclosure.set(key, !isOpen)
  }, [disclosure, holdStill, key, isOpen])
  return [isOpen, toggle]
}

/** Something of a turn; undefined when the turn is no longer there. Equal values draw nothing anew. */
export function useTurnValue<T>(turnId: string, read: (turn: TurnView) => T): T | undefined {
  const { thread } = useTimeline()
  return useSelector(thread, (state) => {
    const turn = state.turns.findLast((candidate) => candidate.id === turnId)
    return turn && read(turn)
  })
}

/** The item as it is now; undefined when it is no longer there. */
export function useItemView(turnId: string, itemKey: string): ItemView | undefined {
  const { thread } = useTimeline()
  const select = useMemo(() => itemSelector(turnId, itemKey), [turnId, itemKey])
  return useSelector(thread, select)
}

/** Looks first where the item was the last time: nobody searches a long turn with every piece of text. */
function itemSelector(turnId: string, itemKey: string) {
  let turnIndex = 0
  let itemIndex = 0
  return (state: ThreadState): ItemView | undefined => {
    if (state.turns[turnIndex]?.id !== turnId) {
      turnIndex = state.turns.findLastIndex((turn) => turn.id === turnId)
    }
    const items = state.turns[turnIndex]?.items ?? []
    if (items[itemIndex]?.key !== itemKey) {
      itemIndex = items.findLastIndex((view) => view.key === itemKey)
    }
    return items[itemIndex]
  }
}
