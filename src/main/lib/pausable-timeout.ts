// A time-out that stands still while a person is being asked.

export interface PausableTimeout {
  /** Pauses may nest; each is ended by its own function, which may be called twice. */
  pause(): () => void
  clear(): void
}

export function startTimeout(ms: number, onElapsed: () => void): PausableTimeout {
  let leftMs = ms
  let startedAt = performance.now()
  let pauses = 0
  let isOver = false
  let timer: NodeJS.Timeout | undefined = setTimeout(elapse, leftMs)

  function elapse(): void {
    isOver = true
    onElapsed()
  }

  function resume(): void {
    if (--pauses > 0 || isOver) return
    startedAt = performance.now()
    timer = setTimeout(elapse, leftMs)
  }

  return {
    pause() {
      if (pauses++ === 0 && !isOver) {
        clearTimeout(timer)
        leftMs -= performance.now() - startedAt
      }
      let isPaused = true
      return () => {
        if (isPaused) resume()
        isPaused = false
      }
    },
    clear() {
      isOver = true
      clearTimeout(timer)
    },
  }
}
