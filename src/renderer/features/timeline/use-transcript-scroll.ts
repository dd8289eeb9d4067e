// Ties the transcript's scroll position to the rule of scroll-mode.ts: follows the end, or stands still.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { atTheEnd, isAwayFromEnd, nextScrollMode, type ScrollInput } from './scroll-mode.ts'

export interface TranscriptScroll {
  readonly isFollowing: boolean
  /** There is something below that is not in view. */
  readonly isAway: boolean
  /** Whether it follows right now, also between two drawings. */
  readonly follows: () => boolean
  jumpToEnd(): void
  /** Before something is opened or closed by hand: it stays under the pointer. */
  holdStill(): void
}

export interface TranscriptScrollOptions {
  readonly scroller: RefObject<HTMLElement | null>
  readonly content: RefObject<HTMLElement | null>
  readonly startsFollowing: boolean
}

export function useTranscriptScroll(options: TranscriptScrollOptions): TranscriptScroll {
  const { scroller, content, startsFollowing } = options
  const mode = useRef({ ...atTheEnd, isFollowing: startsFollowing })
  const [isFollowing, setIsFollowing] = useState(startsFollowing)
  const [isAway, setIsAway] = useState(false)

  const take = useCallback((input: ScrollInput) => {
    mode.current = nextScrollMode(mode.current, input)
    setIsFollowing(mode.current.isFollowing)
    setIsAway(isAwayFromEnd(mode.current))
  }, [])

  const settle = useCallback(() => {
    const element = scroller.current
    if (!element) return
    if (mode.current.isFollowing) element.scrollTop = element.scrollHeight
    take({ type: 'settled', ...positionOf(element) })
  }, [scroller, take])

  useEffect(() => {
    const element = scroller.current
    const inner = content.current
    if (!element || !inner) return
    const observer = new ResizeObserver(settle)
    observer.observe(element)
    observer.observe(inner)
    return () => observer.disconnect()
  }, [scroller, content, settle])

  useEffect(() => {
    const element = scroller.current
    return element ? listen(element, take) : undefined
  }, [scroller, take])

  // Rows that were added or measured with this drawing are below already.
  useLayoutEffect(() => {
    const element = scroller.current
    if (element && mode.current.isFollowing) element.scrollTop = element.scrollHeight
  })

  return {
    isFollowing,
    isAway,
    follows: useCallback(() => mode.current.isFollowing, []),
    jumpToEnd: useCallback(() => {
      take({ type: 'jumped' })
      settle()
    }, [take, settle]),
    holdStill: useCallback(() => {
      take({ type: 'disclosed' })
      requestAnimationFrame(() => {
        const element = scroller.current
        if (element) take({ type: 'disclosureDrawn', ...positionOf(element) })
      })
    }, [take, scroller]),
  }
}

function positionOf(element: HTMLElement): { top: number; topMax: number } {
  return { top: element.scrollTop, topMax: element.scrollHeight - element.clientHeight }
}

const upKeys: ReadonlySet<string> = new Set(['ArrowUp', 'PageUp', 'Home'])

/** Hears the wishes of a person, and where the view went. */
function listen(element: HTMLElement, take: (input: ScrollInput) => void): () => void {
  const wentUp = () => take({ type: 'wentUp' })
  let touchedAt = 0
  let draggedFrom: number | null = null

  const listeners = {
    wheel(event: WheelEvent) {
      if (event.deltaY < 0 && !event.ctrlKey && !scrollsInside(event, element)) wentUp()
    },
    keydown(event: KeyboardEvent) {
      const isUp = upKeys.has(event.key) || (event.key === ' ' && event.shiftKey)
      if (isUp && event.target === element) wentUp()
    },
    touchstart(event: TouchEvent) {
      touchedAt = event.touches[0]?.clientY ?? 0
    },
    touchmove(event: TouchEvent) {
      const at = event.touches[0]?.clientY ?? touchedAt
      if (at > touchedAt && !scrollsInside(event, element)) wentUp()
      touchedAt = at
    },
    /** A press beside the content is one on the scroll bar. */
    pointerdown(event: PointerEvent) {
      const isOnBar = event.target === element && event.offsetX >= element.clientWidth
      draggedFrom = isOnBar ? element.scrollTop : null
    },
    pointerup() {
      draggedFrom = null
    },
    scroll(event: Event) {
      if (event.target !== element) return
      if (draggedFrom !== null && element.scrollTop < draggedFrom) wentUp()
      if (draggedFrom !== null) draggedFrom = element.scrollTop
      take({ type: 'scrolled', ...positionOf(element) })
    },
  }
  // Capturing comes before the virtual list, which draws anew at once: a focus that moved up must count by then.
  const options = { passive: true, capture: true }
  const names = Object.keys(listeners) as (keyof typeof listeners)[]
  for (const name of names) {
    element.addEventListener(name, listeners[name] as EventListener, options)
  }
  return () => {
    for (const name of names) {
      element.removeEventListener(name, listeners[name] as EventListener, options)
    }
  }
}

/** True when a scroller inside takes the movement itself. */
function scrollsInside(event: Event, outer: HTMLElement): boolean {
  for (const target of event.composedPath()) {
    if (target === outer || !(target instanceof HTMLElement)) return false
    if (target.scrollTop > 0 && getComputedStyle(target).overflowY === 'auto') return true
  }
  return false
}
