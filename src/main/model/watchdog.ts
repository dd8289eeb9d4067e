// Notices silence: says so when the other side lets us wait for too long.

export interface Watchdog {
  /** We wait for the other side; nothing new when we already do. */
  run(): void
  /** It is not to blame for time that passes from now on; the next run counts from zero. */
  pause(): void
}

export function createWatchdog(timeoutMs: number, onSilence: () => void): Watchdog {
  let timer: NodeJS.Timeout | undefined
  return {
    run() {
      timer ??= setTimeout(onSilence, timeoutMs)
    },
    pause() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
