// The selected rows of the thread list: what is chosen now, and what changes it.
import { useMemo, useRef, useState } from 'react'
import type { ListEntry } from './list-entries.ts'
import { extendedTo, nothingSelected, stillThere, toggled } from './selection.ts'

/** `select` stays the same object, so that rows are not drawn again for its sake. */
export function useSelection(entries: readonly ListEntry[], openThreadId: string | null) {
  const [selection, setSelection] = useState(nothingSelected)
  const order = useMemo(
    () => entries.flatMap((entry) => (entry.kind === 'thread' ? [entry.key] : [])),
    [entries],
  )
  const chosen = useMemo(() => stillThere(selection, order), [selection, order])
  const latest = useRef({ order, openThreadId })
  latest.current = { order, openThreadId }
  const select = useMemo(
    () => ({
      none: () => setSelection(nothingSelected),
      all: () => setSelection({ ids: new Set(latest.current.order), anchor: null }),
      toggle: (id: string) => setSelection((before) => toggled(before, id)),
      /** From the row touched before, else from `from`, else from the open thread. */
      upTo(id: string, from: string | null = null) {
        const { order, openThreadId } = latest.current
        setSelection((before) => extendedTo(before, id, order, from ?? openThreadId))
      },
    }),
    [],
  )
  return { chosen, select, has: (id: string) => selection.ids.has(id) }
}
