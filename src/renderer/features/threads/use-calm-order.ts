// Rows do not jump away under the pointer: while it is over the list, and a little longer, their order stays.
import { useEffect, useRef, useState } from 'react'
import type { ListEntry } from './list-entries.ts'

const CALM_AFTER_MS = 400

/** Entries that came or went are shown at once; the rest keeps its order until the pointer has left. */
export function useCalmOrder(live: readonly ListEntry[]) {
  const [isHeld, setHeld] = useState(false)
  const shown = useRef(live)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const isCalm = isHeld && haveSameKeys(shown.current, live) && areAsPut(shown.current, live)
  if (!isCalm) shown.current = live
  return {
    entries: shown.current,
    pointerHandlers: {
      onPointerEnter() {
        clearTimeout(timer.current)
        setHeld(true)
      },
      onPointerLeave() {
        clearTimeout(timer.current)
        timer.current = setTimeout(() => setHeld(false), CALM_AFTER_MS)
      },
    },
  }
}

function haveSameKeys(left: readonly ListEntry[], right: readonly ListEntry[]): boolean {
  if (left.length !== right.length) return false
  const keys = new Set(left.map((entry) => entry.key))
  return right.every((entry) => keys.has(entry.key))
}

/** What a person put somewhere goes there at once: only what happens by itself waits. */
function areAsPut(left: readonly ListEntry[], right: readonly ListEntry[]): boolean {
  return putBy(left) === putBy(right)
}

function putBy(entries: readonly ListEntry[]): string {
  let isOwn = false
  const own = entries.filter((entry) => {
    if (entry.kind === 'heading') isOwn = entry.isOwn
    return isOwn
  })
  return own.map(({ key }) => key).join()
}
