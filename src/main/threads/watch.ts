// A value with watchers: each sees the latest, and may skip what lies between.

export interface WatchReceiver<T> {
  /** The latest value; marks it as seen. */
  get(): T
  /** Resolves with the next value written after the one seen last, an equal one too; null when no more will come. */
  changed(): Promise<T | null>
}

export interface Watch<T> {
  get(): T
  set(value: T): void
  /** No more values: who waits is let go. */
  close(): void
  subscribe(): WatchReceiver<T>
}

export function createWatch<T>(initial: T): Watch<T> {
  let value = initial
  let version = 0
  let closed = false
  let waiting: (() => void)[] = []

  function wake(): void {
    const awake = waiting
    waiting = []
    for (const go of awake) go()
  }

  return {
    get: () => value,
    set(next) {
      value = next
      version++
      wake()
    },
    close() {
      closed = true
      wake()
    },
    subscribe() {
      let seen = version
      return {
        get() {
          seen = version
          return value
        },
        async changed() {
          while (seen === version) {
            if (closed) return null
            await new Promise<void>((resolve) => waiting.push(resolve))
          }
          seen = version
          return value
        },
      }
    },
  }
}
