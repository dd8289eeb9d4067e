// The order every thread keeps in what it says: numbers without gaps, and turns one after the other.
import { expect } from 'vitest'
import type { ThreadSignal } from '../src/main/threads/thread-signal.ts'

type Recorded = Extract<ThreadSignal, { type: 'recorded' }>

/** Of signals that begin anywhere in a thread's life. */
export function checkOrder(signals: readonly ThreadSignal[]): void {
  const recorded = signals.filter((signal): signal is Recorded => signal.type === 'recorded')
  checkNumbers(recorded)
  checkTurns(recorded)
}

function checkNumbers(recorded: readonly Recorded[]): void {
  const first = recorded[0]?.seq ?? 0
  expect(recorded.map(({ seq }) => seq)).toEqual(recorded.map((_signal, place) => first + place))
}

function checkTurns(recorded: readonly Recorded[]): void {
  let open: string | null = null
  for (const { event } of recorded) {
    if (event.type === 'turnStarted') {
      expect(open).toBeNull()
      open = event.turnId
    }
    if (event.type === 'itemCompleted' || event.type === 'turnCompleted')
      expect([open, null]).toContain(open === null ? null : event.turnId)
    if (event.type === 'turnCompleted') open = null
  }
}
