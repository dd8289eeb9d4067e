// Events for one reader each: a queue without a bound, read to its end also after it was closed.

import type { CoreEvent } from './core-event.ts'
import { agentDied } from './submissions.ts'

export interface EventQueue {
  put(event: CoreEvent): void
  /** Each event goes to one caller, in order. Rejects when it is closed and drained. */
  next(): Promise<CoreEvent>
  close(): void
}

export function createEventQueue(): EventQueue {
  const events: CoreEvent[] = []
  let readers: { readonly give: (event: CoreEvent) => void; readonly end: () => void }[] = []
  let closed = false
  return {
    put(event) {
      const reader = readers.shift()
      if (reader) reader.give(event)
      else events.push(event)
    },
    next() {
      const event = events.shift()
      if (event) return Promise.resolve(event)
      if (closed) return Promise.reject(agentDied())
      return new Promise((give, reject) => readers.push({ give, end: () => reject(agentDied()) }))
    },
    close() {
      closed = true
      const left = readers
      readers = []
      for (const reader of left) reader.end()
    },
  }
}
