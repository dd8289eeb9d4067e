// What actors see of storage: recording facts, and checkpoints of text that still streams.
import type { Seq, ThreadId } from '../../protocol/index.ts'
import type { ThreadEvent } from './thread-event.ts'

/** Names one growing text of an open item; enough to rebuild the item after a crash. */
export interface PartialKey {
  readonly turnId: string
  readonly itemId: string
  readonly kind: 'agentMessage' | 'reasoning' | 'commandExecution' | 'plan'
  /** `text`, `output`, `summary:0`, `content:0`. */
  readonly field: string
}

export interface Journal {
  /**
   * Records all events with the rows they change, or none. Resolves after COMMIT with the thread's last seq:
   * numbered events (thread-event.ts) got `after + 1`, `after + 2` … in order. Rejects with SkeinError:
   * `conflict` when the thread has moved past `after` or (for `threadCreated`) exists already, `notFound` when
   * it does not exist, `storageDegraded` when the disk is full or fails (nothing is recorded then).
   */
  commit(threadId: ThreadId, after: Seq, atMs: number, events: readonly ThreadEvent[]): Promise<Seq>
  /**
   * Appends streamed text to what is kept of an open item. Not an event, not awaited; the commit that completes
   * or cuts the item deletes it. At most 1 MiB is kept of each field; more is dropped silently.
   */
  checkpoint(threadId: ThreadId, key: PartialKey, appended: string): void
  /** Forgets the partial text of items that never were: the half of a broken attempt. Not awaited. */
  discard(threadId: ThreadId, itemIds: readonly string[]): void
  /** Resolves when everything handed over so far is on disk. */
  flush(): Promise<void>
}
