// Stopping the running turn, by button or by Escape twice, with a sign at once that it was heard.
import { useCallback, useEffect, useRef, useState } from 'react'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { activeTurn } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'

/** The second press counts within this time. */
export const DOUBLE_PRESS_MS = 800
const SLOW_AFTER_MS = 5000

export interface Stop {
  /** `asked`: the app was told; `slow`: and the turn still runs after some seconds. */
  readonly stage: 'none' | 'asked' | 'slow'
  /** A line for the person, "" when there is nothing to say. */
  readonly hint: string
  now(): void
}

const hints = {
  none: '',
  asked: 'Stopping…',
  slow: 'The turn has not ended yet. The button asks it once more.',
} as const

export function useStop(store: ThreadStore): Stop {
  const stores = useStores()
  const turnId = useSelector(store, (state) => activeTurn(state)?.id)
  const [asked, setAsked] = useState<{ turnId: string; isSlow: boolean } | null>(null)
  const [isArmed, setIsArmed] = useState(false)
  const stage = asked?.turnId !== turnId || !asked ? 'none' : asked.isSlow ? 'slow' : 'asked'

  const now = useCallback(() => {
    if (turnId === undefined) return
    setIsArmed(false)
    setAsked({ turnId, isSlow: false })
    void reportFailure(stores, store.actions.stop())
  }, [stores, store, turnId])

  useEffect(() => {
    if (stage !== 'asked') return
    const timer = setTimeout(
      () => setAsked((before) => before && { ...before, isSlow: true }),
      SLOW_AFTER_MS,
    )
    return () => clearTimeout(timer)
  }, [stage])

  useDoubleEscape(turnId !== undefined, now, setIsArmed)
  const hint = stage === 'none' && isArmed ? 'Escape again stops the turn' : hints[stage]
  return { stage, hint, now }
}

function useDoubleEscape(
  isActive: boolean,
  onDouble: () => void,
  onArmed: (isArmed: boolean) => void,
): void {
  const pressedAtMs = useRef(Number.NEGATIVE_INFINITY)
  useEffect(() => {
    if (!isActive) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.repeat || isTaken(event)) return
      const isSecond = event.timeStamp - pressedAtMs.current <= DOUBLE_PRESS_MS
      pressedAtMs.current = isSecond ? Number.NEGATIVE_INFINITY : event.timeStamp
      clearTimeout(timer)
      onArmed(!isSecond)
      if (isSecond) onDouble()
      else timer = setTimeout(() => onArmed(false), DOUBLE_PRESS_MS)
    }
    window.addEventListener('keydown', press)
    return () => {
      window.removeEventListener('keydown', press)
      clearTimeout(timer)
      onArmed(false)
    }
  }, [isActive, onDouble, onArmed])
}

/** Escape closes what is open before it means anything else. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return true
  return document.querySelector('dialog:modal, [role="menu"]:not([hidden])') !== null
}
