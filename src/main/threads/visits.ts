// Threads that are not loaded and are there for changes of a moment, of several callers perhaps.
import type { ThreadId } from '../../protocol/index.ts'
import type { ThreadConfig } from '../config/config-service.ts'
import type { Thread } from './thread.ts'

interface Visit {
  readonly thread: Promise<Thread>
  /** Resolves when the last guest has left; the thread is about to leave then. */
  readonly over: Promise<void>
  readonly markOver: () => void
  guests: number
}

export interface Visits {
  /** Undefined: nobody is there. */
  over(threadId: ThreadId): Promise<void> | undefined
  pay<T>(threadId: ThreadId, change: (thread: Thread) => Promise<T>): Promise<T>
}

/** `leave`: the last guest has gone; null for a thread that could not be opened. */
export function createVisits(
  open: (threadId: ThreadId, layer: ThreadConfig | undefined) => Promise<Thread>,
  leave: (threadId: ThreadId, thread: Promise<Thread | null>) => Promise<void>,
): Visits {
  const visits = new Map<ThreadId, Visit>()

  function begin(threadId: ThreadId): Visit {
    let markOver: () => void = () => undefined
    const over = new Promise<void>((resolve) => {
      markOver = resolve
    })
    const visit: Visit = { thread: open(threadId, undefined), over, markOver, guests: 0 }
    visits.set(threadId, visit)
    return visit
  }

  async function end(threadId: ThreadId, visit: Visit): Promise<void> {
    visits.delete(threadId)
    visit.markOver()
    const thread = visit.thread.catch(() => null) // who came to visit has heard why
    await leave(threadId, thread)
  }

  return {
    over: (threadId) => visits.get(threadId)?.over,
    async pay(threadId, change) {
      const visit = visits.get(threadId) ?? begin(threadId)
      visit.guests++
      try {
        return await change(await visit.thread)
      } finally {
        visit.guests--
        if (visit.guests === 0) await end(threadId, visit)
      }
    },
  }
}
