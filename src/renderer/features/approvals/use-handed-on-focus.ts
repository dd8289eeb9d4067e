// When the card that had the focus is answered and gone, the next one gets it, or the message field. Nothing else
// ever moves the focus here.
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'

export function useHandedOnFocus(list: RefObject<HTMLElement | null>, cards: number): void {
  const hadFocus = useRef(false)
  useEffect(() => {
    const element = list.current
    if (!element) return
    const enter = () => {
      hadFocus.current = true
    }
    const leave = (event: FocusEvent) => {
      // Without a new place the focused card was taken away, or the window lost the focus.
      if (event.relatedTarget !== null)
        hadFocus.current = element.contains(event.relatedTarget as Node)
    }
    element.addEventListener('focusin', enter)
    element.addEventListener('focusout', leave)
    return () => {
      element.removeEventListener('focusin', enter)
      element.removeEventListener('focusout', leave)
    }
  }, [list])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the number is what takes cards away.
  useLayoutEffect(() => {
    if (!hadFocus.current || document.activeElement !== document.body) return
    const next = list.current?.querySelector<HTMLElement>('[data-approval]')
    const field = document.querySelector<HTMLElement>('[data-testid="composer"]')
    const target = next ?? field
    target?.focus()
    hadFocus.current = next !== null && next !== undefined
  }, [list, cards])
}
