// Goes to the place that somebody asked for, wherever it is in the thread, and shows it for a moment.
import type { Virtualizer } from '@tanstack/react-virtual'
import { useEffect, useState } from 'react'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import type { Jump } from '../../state/ui-store.ts'
import { disclosureOf } from './disclosure.ts'
import { type TimelineRow, workKey } from './rows.ts'

const SHOWN_MS = 2_000
/** By then the row of an item is drawn, if it has one. */
const ROW_MS_MAX = 500
/** Rows that were guessed are measured on the way, which moves the place. */
const CORRECTIONS = 3

export interface JumpOptions {
  readonly thread: ThreadStore
  readonly rows: readonly TimelineRow[]
  readonly virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>
  /** The end is no longer followed. */
  readonly holdStill: () => void
}

/** Key of the row to be shown, null most of the time. */
export function useJump({ thread, rows, virtualizer, holdStill }: JumpOptions): string | null {
  const stores = useStores()
  const { ui } = stores
  const jump = useSelector(ui, (state) =>
    state.jump?.threadId === thread.threadId ? state.jump : null,
  )
  const [found, setFound] = useState<{ readonly key: string } | null>(null)

  // First what is not in the window comes into it, and what is folded is opened.
  useEffect(() => {
    if (!jump) return
    const disclosure = disclosureOf(thread)
    const reach = async () => {
      if (!(await thread.actions.loadTurn(jump.turnId))) {
        ui.actions.endJump(jump.id)
        ui.actions.toast({ text: 'That place is not in the thread any more' })
        return
      }
      if (jump.itemId === null) return
      disclosure.set(workKey(jump.turnId), true)
      disclosure.set(jump.itemId, true)
      // Some items have no row of their own: then the turn is as near as one gets.
      await new Promise((resolve) => setTimeout(resolve, ROW_MS_MAX))
      if (ui.getState().jump?.id === jump.id) ui.actions.showItem(jump.threadId, jump.turnId, null)
    }
    void reportFailure(stores, reach())
  }, [jump, thread, stores, ui])

  // Then its row is among the rows.
  useEffect(() => {
    if (!jump) return
    const index = rowIndexOf(rows, jump)
    const key = rows[index]?.key
    if (key === undefined) return
    holdStill()
    let frame = 0
    const approach = (left: number): void => {
      virtualizer.scrollToIndex(index, { align: 'center' })
      if (left > 0) frame = requestAnimationFrame(() => approach(left - 1))
      else ui.actions.endJump(jump.id)
    }
    approach(CORRECTIONS)
    setFound({ key })
    return () => cancelAnimationFrame(frame)
  }, [jump, rows, virtualizer, holdStill, ui])

  useEffect(() => {
    if (!found) return
    const timer = setTimeout(() => setFound(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [found])
  return found?.key ?? null
}

function rowIndexOf(rows: readonly TimelineRow[], { turnId, itemId }: Jump): number {
  return rows.findIndex(
    (row) =>
      row.turnId === turnId &&
      (itemId === null ? row.kind === 'head' : row.kind === 'item' && row.itemKey === itemId),
  )
}
