// Group commit: everything that waits goes into one transaction, and is answered after it is on disk.
import type { Database } from 'better-sqlite3'
import type { EventLog } from './event-log.ts'
import { describeDiskFailure, isDiskFailure, toStoreError } from './failures.ts'
import type { GoalWriter } from './goal-repository.ts'
import type { Partials } from './partials.ts'
import type { ThreadEvent } from './thread-event.ts'
import { type Answer, type Changes, packError, type ToWorker } from './worker-messages.ts'

/** A batch ends when nothing waits, or at one of these. */
const BATCH_OPS_MAX = 64
const BATCH_MS_MAX = 5

export type WriteMessage = Exclude<
  ToWorker,
  { op: 'read' | 'close' | 'backup' | 'archive' | 'check' | 'keepDeleted' }
>

export interface WriteBatches {
  /**
   * Runs `first` and whatever `next` yields in one transaction. One that fails is undone alone; when the disk
   * fails, all fail and nothing of them is recorded.
   */
  run(first: WriteMessage, next: () => WriteMessage | undefined): readonly Answer[]
  /** Tries whether the disk can be written again, and writes what text is left over. True: it can. */
  retry(): boolean
}

export interface DiskWatch {
  /** The last transaction reached the disk, or why it did not. */
  wrote(): void
  failed(reason: string): void
}

/** Outcomes of the operations of one batch, in order; without an id they are not answered. */
interface Outcome {
  readonly message: WriteMessage
  readonly value?: unknown
  readonly error?: unknown
}

export function createWriteBatches(
  db: Database,
  log: EventLog,
  goals: GoalWriter,
  changes: Changes,
  partials: Partials,
  disk: DiskWatch,
): WriteBatches {
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const rollback = db.prepare('ROLLBACK')
  const savepoint = db.prepare('SAVEPOINT operation')
  const undo = db.prepare('ROLLBACK TO operation')
  const release = db.prepare('RELEASE operation')
  // More than a few pages, so that the last free block of a full disk does not count as room.
  const probe = db.prepare(
    `INSERT OR REPLACE INTO meta(key, value) VALUES ('probe', hex(zeroblob(32768)))`,
  )
  const endProbe = db.prepare(`DELETE FROM meta WHERE key = 'probe'`)

  function apply(message: WriteMessage): unknown {
    switch (message.op) {
      case 'commit':
        return log.commit(message.request)
      case 'goals':
        return goals.save(message.writes)
      case 'goalsPaused':
        return goals.savePaused(message.paused)
      case 'change':
        // Only the store asks, with the arguments of the very method.
        return (changes[message.name] as (...args: readonly unknown[]) => unknown)(...message.args)
      case 'checkpoint':
        return partials.writePending()
      case 'discard':
        return partials.discard(message.threadId, message.itemIds)
      case 'flush':
        return undefined
    }
  }

  function attempt(message: WriteMessage): Outcome {
    savepoint.run()
    try {
      const value = apply(message)
      release.run()
      return { message, value }
    } catch (error) {
      // A failing disk may have ended the whole transaction already.
      if (isDiskFailure(error) || !db.inTransaction) throw error
      undo.run()
      release.run()
      return { message, error }
    }
  }

  function transact(work: () => void): { error?: unknown } {
    try {
      begin.run()
      partials.writePending()
      work()
      commit.run()
    } catch (error) {
      if (db.inTransaction) rollback.run()
      partials.rolledBack()
      if (isDiskFailure(error)) disk.failed(describeDiskFailure(error))
      return { error }
    }
    partials.committed()
    disk.wrote()
    return {}
  }

  function settle(outcomes: readonly Outcome[]): void {
    for (const { message, error } of outcomes)
      if (message.op === 'commit' && error === undefined)
        for (const event of message.request.events)
          forgetClosed(partials, message.request.threadId, event)
  }

  return {
    run(first, next) {
      const messages: WriteMessage[] = []
      const outcomes: Outcome[] = []
      const take = (message: WriteMessage): WriteMessage => {
        messages.push(message)
        // Outside the transaction's fate: text is kept even when this transaction fails before it comes to it.
        if (message.op === 'checkpoint') partials.append(message.checkpoint)
        return message
      }
      take(first)
      const deadline = performance.now() + BATCH_MS_MAX
      const { error } = transact(() => {
        for (let message: WriteMessage | undefined = first; message; ) {
          outcomes.push(attempt(message))
          const isOpen = messages.length < BATCH_OPS_MAX && performance.now() < deadline
          const another = isOpen ? next() : undefined
          message = another && take(another)
        }
      })
      if (error !== undefined) return messages.flatMap((message) => answer({ message, error }))
      settle(outcomes)
      return outcomes.flatMap(answer)
    },
    retry() {
      const { error } = transact(() => {
        probe.run()
        endProbe.run()
      })
      return error === undefined
    },
  }
}

function forgetClosed(partials: Partials, threadId: string, event: ThreadEvent): void {
  if (event.type === 'itemCompleted' || event.type === 'itemCut')
    partials.forget(threadId, event.turnId, event.item.id)
  if (event.type === 'turnCompleted') partials.forget(threadId, event.turnId)
}

function answer({ message, value, error }: Outcome): readonly Answer[] {
  if (message.op === 'checkpoint' || message.op === 'discard') return []
  const { id } = message
  return error === undefined ? [{ id, value }] : [{ id, error: packError(toStoreError(error)) }]
}
