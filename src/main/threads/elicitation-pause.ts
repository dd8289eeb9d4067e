// Counts who is being asked outside of Skein on behalf of a thread; while anybody is, waits for commands stand still.
import { SkeinError } from '../lib/errors.ts'
import type { WaitPause } from '../tools/tool.ts'

export interface ElicitationPause extends WaitPause {
  /** Throws SkeinError('upstream') at the greatest number that can be counted. */
  increment(): { readonly count: number; readonly paused: boolean }
  /** Throws SkeinError('invalidParams') at zero. */
  decrement(): { readonly count: number; readonly paused: boolean }
}

export function createElicitationPause(start = 0): ElicitationPause {
  const listeners = new Set<(isPaused: boolean) => void>()
  let count = start

  function set(next: number) {
    const wasPaused = count > 0
    count = next
    const paused = count > 0
    if (paused !== wasPaused) for (const listener of listeners) listener(paused)
    return { count, paused }
  }

  return {
    increment() {
      if (count >= Number.MAX_SAFE_INTEGER)
        throw new SkeinError('upstream', 'out-of-band elicitation count overflowed')
      return set(count + 1)
    },
    decrement() {
      if (count === 0)
        throw new SkeinError('invalidParams', 'out-of-band elicitation count is already zero')
      return set(count - 1)
    },
    get isPaused() {
      return count > 0
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
