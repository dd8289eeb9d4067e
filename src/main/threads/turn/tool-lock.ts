// Tools that may run beside others share this lock; the rest take it alone. First come, first served.

export interface ToolLock {
  /** Runs `work` when its turn has come. */
  run<T>(shared: boolean, work: () => Promise<T>): Promise<T>
}

/** Calls of one turn that run at a time. */
export const PARALLEL_CALLS_MAX = 64

export function createToolLock(): ToolLock {
  const waiting: { shared: boolean; start: () => void }[] = []
  let sharedRunning = 0
  let aloneRunning = false

  function admit(): void {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const free = next.shared
        ? !aloneRunning && sharedRunning < PARALLEL_CALLS_MAX
        : !aloneRunning && sharedRunning === 0
      if (!free) return
      waiting.shift()
      if (next.shared) sharedRunning++
      else aloneRunning = true
      next.start()
    }
  }

  return {
    async run(shared, work) {
      await new Promise<void>((start) => {
        waiting.push({ shared, start })
        admit()
      })
      try {
        return await work()
      } finally {
        if (shared) sharedRunning--
        else aloneRunning = false
        admit()
      }
    },
  }
}
