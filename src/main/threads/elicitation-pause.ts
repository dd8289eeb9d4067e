// Counts who is being asked outside of Skein on behalf of a thread; while anybody is, waits for commands stand still.
import { SkeinError } from '../lib/errors.ts'
import { createWatch, type WatchReceiver } from './watch.ts'

export interface ElicitationPause {
  /** Throws SkeinError('upstream') at the greatest number that can be counted. */
  increment(): { readonly count: number; readonly paused: boolean }
  /** Throws SkeinError('invalidParams') at zero. */
  decrement(): { readonly count: number; readonly paused: boolean }
  readonly isPaused: boolean
  /** Changes at the first and after the last one only. */
  watch(): WatchReceiver<boolean>
}

export function createElicitationPause(start = 0): ElicitationPause {
  let count = start
  const paused = createWatch(start > 0)

  function set(next: number) {
    count = next
    if (paused.get() !== count > 0) paused.set(count > 0)
    return { count, paused: count > 0 }
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
      return paused.get()
    },
    watch: paused.subscribe,
  }
}
