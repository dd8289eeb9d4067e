// Waits for the end of something, but not for ever; the time stands still while a person is asked elsewhere.
import { startTimeout } from '../../lib/pausable-timeout.ts'
import type { WaitPause } from '../tool.ts'

/** False when the time is over first. Rejects with the signal's reason when that aborts. */
export async function settlesWithin(
  ended: Promise<void>,
  ms: number,
  signal: AbortSignal,
  pause?: WaitPause,
): Promise<boolean> {
  signal.throwIfAborted()
  let stop = (): void => undefined
  try {
    return await new Promise<boolean>((resolve, reject) => {
      const abort = (): void => reject(signal.reason as Error)
      const timeout = startTimeout(ms, () => resolve(false))
      let resume = pause?.isPaused ? timeout.pause() : null
      const stopListening = pause?.onChange((isPaused) => {
        resume?.()
        resume = isPaused ? timeout.pause() : null
      })
      signal.addEventListener('abort', abort, { once: true })
      ended.then(() => resolve(true), reject)
      stop = () => {
        timeout.clear()
        stopListening?.()
        signal.removeEventListener('abort', abort)
      }
    })
  } finally {
    stop()
  }
}
