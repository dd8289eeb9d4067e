// Keys that move through a thread from wherever the focus is: to the former or next turn, and to the end.
import type { Virtualizer } from '@tanstack/react-virtual'
import { useEffect } from 'react'
import { isMac, matchesKeys } from '../../state/shortcut-keys.ts'
import type { TimelineRow } from './rows.ts'

export interface TurnKeysOptions {
  readonly rows: readonly TimelineRow[]
  readonly virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>
  readonly jumpToEnd: () => void
}

type Action = 'former' | 'next' | 'end'

/** Those that mean something in a text field are left to it. */
const keys: readonly { keys: string; action: Action; inText: boolean }[] = [
  { keys: 'Mod+Alt+ArrowUp', action: 'former', inText: true },
  { keys: 'Mod+Alt+ArrowDown', action: 'next', inText: true },
  { keys: 'Mod+End', action: 'end', inText: true },
  { keys: 'Mod+ArrowDown', action: 'end', inText: false },
  { keys: 'End', action: 'end', inText: false },
]

export function useTurnKeys({ rows, virtualizer, jumpToEnd }: TurnKeysOptions): void {
  useEffect(() => {
    const mac = isMac(navigator.platform)
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog:modal')) return
      const inText = isTextField(event.target)
      const action = keys.find(
        (entry) => (entry.inText || !inText) && matchesKeys(entry.keys, event, mac),
      )?.action
      if (!action) return
      if (action === 'end') jumpToEnd()
      else goToTurn(rows, virtualizer, action)
      event.preventDefault()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [rows, virtualizer, jumpToEnd])
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, [contenteditable]')
}

/** To the heading of the turn before or after the one at the top of the view. */
function goToTurn(
  rows: readonly TimelineRow[],
  virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>,
  action: 'former' | 'next',
): void {
  const at = virtualizer.getVirtualItemForOffset((virtualizer.scrollOffset ?? 0) + 1)?.index ?? 0
  const isHead = (row: TimelineRow | undefined, index: number) =>
    row?.kind === 'head' && (action === 'next' ? index > at : index < at)
  const target = action === 'next' ? rows.findIndex(isHead) : rows.findLastIndex(isHead)
  if (target !== -1) virtualizer.scrollToIndex(target, { align: 'start' })
}
