// Notifications for one window: at most one message per 16 ms, of at most 64 KB each, in order. A window
// that does not keep up loses its whole queue and is told to read again, so that memory stays bounded.
import type { Notification } from '../../protocol/index.ts'
import { writeNotification } from './envelope.ts'

export const BATCH_DELAY_MS = 16
export const BATCH_BYTES_MAX = 64 * 1024
export const QUEUE_BYTES_MAX = 8 * 1024 * 1024

export interface BatchChannel {
  /** Hands over the JSON text of an array of notifications. */
  send(text: string): void
  /** False while the window has yet to take what was sent before. */
  hasRoom(): boolean
}

export interface Timing {
  now(): number
  /** Calls `then` once after that time; the function returned calls it off. */
  after(delayMs: number, then: () => void): () => void
}

export const systemTiming: Timing = {
  now: () => Date.now(),
  after(delayMs, then) {
    const timer = setTimeout(then, delayMs)
    return () => clearTimeout(timer)
  },
}

export interface Batcher {
  push(notification: Notification): void
  /** Sends all that waits at once, so that an answer does not overtake the notifications before it. */
  flush(): void
  /** The channel has room again. */
  resume(): void
  close(): void
}

interface Entry {
  readonly text: string
  readonly bytes: number
}

export function createBatcher(channel: BatchChannel, timing: Timing = systemTiming): Batcher {
  let queue: Entry[] = []
  let queuedBytes = 0
  let lastSentAtMs = Number.NEGATIVE_INFINITY
  let planned: { dueAtMs: number; cancel: () => void } | undefined
  let sendAll = false

  function enqueue(notification: Notification): void {
    const text = writeNotification(notification, timing.now())
    const bytes = Buffer.byteLength(text) + 1
    if (queuedBytes + bytes > QUEUE_BYTES_MAX && notification.method !== 'skein/resync') {
      queue = []
      queuedBytes = 0
      enqueue({ method: 'skein/resync', params: { threadId: null } })
      return
    }
    queue.push({ text, bytes })
    queuedBytes += bytes
  }

  function plan(dueAtMs: number): void {
    if (planned && planned.dueAtMs <= dueAtMs) return
    planned?.cancel()
    const cancel = timing.after(Math.max(0, dueAtMs - timing.now()), onDue)
    planned = { dueAtMs, cancel }
  }

  function onDue(): void {
    planned = undefined
    if (!channel.hasRoom()) return
    sendOne()
    while (sendAll && queue.length > 0 && channel.hasRoom()) sendOne()
    if (queue.length === 0) sendAll = false
    else if (channel.hasRoom()) plan(lastSentAtMs + BATCH_DELAY_MS)
  }

  function sendOne(): void {
    let bytes = 1
    let count = 0
    for (const entry of queue) {
      if (count > 0 && bytes + entry.bytes > BATCH_BYTES_MAX) break
      bytes += entry.bytes
      count += 1
    }
    if (count === 0) return
    const batch = queue.splice(0, count)
    queuedBytes -= bytes - 1
    lastSentAtMs = timing.now()
    channel.send(`[${batch.map((entry) => entry.text).join(',')}]`)
  }

  function stop(): void {
    planned?.cancel()
    planned = undefined
    sendAll = false
  }

  return {
    push(notification) {
      enqueue(notification)
      // The end of a turn is what a person waits for: it goes out in the next round of the event loop.
      if (notification.method === 'turn/completed') sendAll = true
      plan(sendAll ? timing.now() : lastSentAtMs + BATCH_DELAY_MS)
    },
    flush() {
      stop()
      while (queue.length > 0) sendOne()
    },
    resume() {
      if (queue.length > 0) plan(sendAll ? timing.now() : lastSentAtMs + BATCH_DELAY_MS)
    },
    close() {
      stop()
      queue = []
      queuedBytes = 0
    },
  }
}
