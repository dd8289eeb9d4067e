// One message after the other: what keeps a thread's steps from interleaving.

/** Operations that may wait at a time. */
export const MAILBOX_MAX = 4096

export interface Mailbox<M> {
  post(message: M): void
  /** Waits until something else is posted, or else the loop comes round: what follows at once is handled with it. */
  postSoon(message: M): void
  readonly size: number
  /** True when nothing waits and nothing is being handled. */
  readonly isIdle: boolean
  /** Resolves when everything posted so far was handled: tests wait on this, never on a timer. */
  idle(): Promise<void>
}

/**
 * Handles messages in arrival order. `handle` gets the message and those behind it, and says how many it took
 * (at least 1): so neighbours that belong together can share one commit. It must not throw.
 */
export function createMailbox<M>(handle: (messages: readonly M[]) => Promise<number>): Mailbox<M> {
  const queue: M[] = []
  let draining: Promise<void> | undefined
  let waiting: NodeJS.Immediate | undefined

  async function drain(): Promise<void> {
    await Promise.resolve() // post() returns before anything is handled
    while (queue.length > 0) queue.splice(0, await handle(queue))
    draining = undefined
  }

  function start(): void {
    clearImmediate(waiting)
    waiting = undefined
    draining ??= drain()
  }

  return {
    post(message) {
      queue.push(message)
      start()
    },
    postSoon(message) {
      queue.push(message)
      if (draining === undefined) waiting ??= setImmediate(start)
    },
    get size() {
      return queue.length
    },
    get isIdle() {
      return draining === undefined && queue.length === 0
    },
    idle: async () => {
      if (queue.length > 0) start()
      while (draining) await draining
    },
  }
}
