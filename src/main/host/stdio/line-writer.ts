// Writes lines without ever waiting: what the reader does not take yet is queued here, up to a limit.
import type { Writable } from 'node:stream'

/** Beyond this the lines that may be dropped are. */
export const BACKLOG_BYTES_MAX = 64 * 1024 * 1024

export interface LineWriter {
  write(line: string): void
  /** Like write, but the line goes when the reader falls too far behind. */
  writeDroppable(line: string): void
  /** Bytes that the reader has yet to take. */
  backlogBytes(): number
  /** Settles when everything is written, or nothing can be written any more. */
  flushed(): Promise<void>
}

export interface LineWriterEvents {
  /** The line that stands for all that were dropped. */
  dropped(): string
  /** The backlog shrank. */
  drained(): void
}

interface Line {
  readonly text: string
  readonly isDroppable: boolean
}

export function createLineWriter(output: Writable, events: LineWriterEvents): LineWriter {
  let queue: Line[] = []
  let queuedBytes = 0
  let isPlanned = false
  let isFull = false
  let isBroken = false
  const waiters: (() => void)[] = []

  output.on('drain', () => {
    isFull = false
    send()
    events.drained()
  })
  const onBroken = () => {
    isBroken = true
    queue = []
    queuedBytes = 0
    settle()
  }
  output.on('error', onBroken) // EPIPE: the reader is gone
  output.on('close', onBroken)

  function enqueue(text: string, isDroppable: boolean): void {
    if (isBroken) return
    queue.push({ text, isDroppable })
    queuedBytes += Buffer.byteLength(text) + 1
    if (queuedBytes > BACKLOG_BYTES_MAX && isDroppable) dropNotifications()
    if (isPlanned || isFull) return
    isPlanned = true
    // All lines of one round of the event loop leave in one write.
    setImmediate(send)
  }

  function dropNotifications(): void {
    queue = queue.filter((line) => !line.isDroppable)
    queue.push({ text: events.dropped(), isDroppable: false })
    queuedBytes = queue.reduce((sum, line) => sum + Buffer.byteLength(line.text) + 1, 0)
  }

  function send(): void {
    isPlanned = false
    if (isBroken || isFull) return
    if (queue.length > 0) {
      const text = queue.map((line) => `${line.text}\n`).join('')
      queue = []
      queuedBytes = 0
      isFull = !output.write(text, settle)
    }
    settle()
  }

  function settle(): void {
    if (isBroken || (queue.length === 0 && output.writableLength === 0)) {
      for (const waiter of waiters.splice(0)) waiter()
    }
  }

  return {
    write: (line) => enqueue(line, false),
    writeDroppable: (line) => enqueue(line, true),
    backlogBytes: () => queuedBytes + output.writableLength,
    flushed() {
      return new Promise((resolve) => {
        waiters.push(resolve)
        send()
        settle()
      })
    },
  }
}
