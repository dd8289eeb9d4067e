// A clock that stands still until the test moves it.
import type { Clock } from '../src/main/lib/clock.ts'

export function createFakeClock(startMs: number): Clock & { advance(ms: number): void } {
  let now = startMs
  return {
    now: () => now,
    advance(ms) {
      now += ms
    },
  }
}
