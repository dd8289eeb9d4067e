// Notes when an answer of the model was asked for, began, said something and ended, for whoever measures.
import type { Clock } from '../../lib/clock.ts'
import type { ModelEvent } from '../../model/model-client.ts'
import type { ModelAnswer } from '../extensions/extension.ts'

export function noteAnswer(clock: Clock) {
  const startedAtMs = clock.now()
  let firstTokenAtMs: number | null = null
  let firstMessageAtMs: number | null = null
  let events = 0

  return {
    heard({ type }: ModelEvent): void {
      events++
      if (type === 'rateLimits') return
      firstTokenAtMs ??= clock.now()
      if (type === 'messageStarted' || type === 'textDelta') firstMessageAtMs ??= clock.now()
    },
    ended: (succeeded: boolean): ModelAnswer => ({
      startedAtMs,
      firstTokenAtMs,
      firstMessageAtMs,
      endedAtMs: clock.now(),
      events,
      succeeded,
    }),
  }
}
