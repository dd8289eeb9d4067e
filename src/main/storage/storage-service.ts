// Serves the store's requests over an open profile: writes in batches, reads between them, upkeep when idle.
import { createApprovalRepository } from './approval-repository.ts'
import { createBlobStore } from './blobs.ts'
import { createDamageLog } from './damage.ts'
import { createEventLog } from './event-log.ts'
import { toStoreError } from './failures.ts'
import { createGoalRepository, createGoalWriter } from './goal-repository.ts'
import type { Profile } from './open-profile.ts'
import { createOpenTurnReader } from './open-turns.ts'
import { createOutputRepository } from './output-repository.ts'
import { createPartials } from './partials.ts'
import { createSnapshotRepository } from './snapshot-repository.ts'
import { createHealthWatch } from './store-health.ts'
import { createStoryRepository } from './story-repository.ts'
import { createThreadRepository } from './thread-repository.ts'
import { createTurnRepository } from './turn-repository.ts'
import {
  type Answer,
  type FromWorker,
  packError,
  type Reads,
  type ToWorker,
} from './worker-messages.ts'
import { createWriteBatches, type WriteMessage } from './write-batch.ts'

/** How often a full or failing disk is tried again. */
const RETRY_MS = 1_000
/** After this long without a request a large WAL is folded back into the database. */
const IDLE_MS = 30_000
const IDLE_WAL_BYTES = 8 * 1024 * 1024

export interface ServiceLink {
  send(message: FromWorker): void
  /** The next request that waits, undefined when none does. */
  next(): ToWorker | undefined
  closed(): void
}

export interface StorageService {
  /** Handles everything that waits. */
  work(): void
}

type ReadMessage = Extract<ToWorker, { op: 'read' }>
type CloseMessage = Extract<ToWorker, { op: 'close' }>

export function createStorageService(profile: Profile, link: ServiceLink): StorageService {
  const { db, home, lock, repairs } = profile
  const blobs = createBlobStore(db, home)
  const damage = createDamageLog()
  const partials = createPartials(db)
  const health = createHealthWatch(home, repairs, blobs, (state) => {
    link.send({ type: 'health', health: state })
    if (state.state === 'readOnly') scheduleRetry()
  })
  const batches = createWriteBatches(
    db,
    createEventLog(db, blobs, damage),
    createGoalWriter(db),
    partials,
    health,
  )
  const reads: Reads = {
    ...createThreadRepository(db, blobs, damage),
    ...createTurnRepository(db, blobs, damage),
    ...createStoryRepository(db, blobs, damage),
    ...createOutputRepository(db, blobs, damage),
    ...createApprovalRepository(db, blobs, damage),
    ...createSnapshotRepository(db),
    ...createGoalRepository(db, damage),
    ...createOpenTurnReader(db, blobs, damage),
    health: health.read,
  }
  const markDamaged = db.prepare('UPDATE thread SET damaged = 1 WHERE pk = ?')
  let idle: NodeJS.Timeout | undefined

  function scheduleRetry(): void {
    setTimeout(() => {
      if (db.open && health.isDegraded() && !batches.retry()) scheduleRetry()
    }, RETRY_MS).unref()
  }

  function read(message: ReadMessage): Answer {
    const { id, name, args } = message
    try {
      // Only the store asks, with the arguments of the very method.
      const value = (reads[name] as (...args: readonly unknown[]) => unknown)(...args)
      return { id, value }
    } catch (thrown) {
      return { id, error: packError(toStoreError(thrown)) }
    }
  }

  function noteDamage(): void {
    for (const threadPk of damage.drain()) {
      link.send({
        type: 'log',
        level: 'error',
        message: `a row of thread row ${threadPk} is damaged`,
      })
      try {
        markDamaged.run(threadPk)
      } catch (thrown) {
        link.send({ type: 'log', level: 'error', message: `it could not be marked: ${thrown}` })
      }
    }
  }

  function send(answers: readonly Answer[]): void {
    if (answers.length > 0) link.send({ type: 'answers', answers })
  }

  function foldWal(): void {
    if (db.open && health.read().bytes.wal > IDLE_WAL_BYTES) db.pragma('wal_checkpoint(TRUNCATE)')
  }

  function close(message: CloseMessage): void {
    clearTimeout(idle)
    try {
      if (partials.hasPending()) batches.retry()
      db.pragma('wal_checkpoint(TRUNCATE)')
    } catch (thrown) {
      // What was acknowledged is safe in the log, and is folded in by the next start.
      link.send({ type: 'log', level: 'warn', message: `the last checkpoint failed: ${thrown}` })
    } finally {
      db.close()
      lock.release()
    }
    send([{ id: message.id, value: undefined }])
    link.closed()
  }

  return {
    /** One round: a batch of all writes that wait, then the reads that came with them. */
    work() {
      for (let message = link.next(); message; message = link.next()) {
        if (message.op === 'close') return close(message)
        const asked: ReadMessage[] = []
        let closing: CloseMessage | undefined
        const nextWrite = (): WriteMessage | undefined => {
          // Reads are set aside, so that they do not end the batch.
          for (let next = link.next(); next; next = link.next()) {
            if (next.op === 'read') asked.push(next)
            else if (next.op !== 'close') return next
            else {
              closing = next
              return undefined
            }
          }
          return undefined
        }
        if (message.op === 'read') asked.push(message)
        else send(batches.run(message, nextWrite))
        send(asked.map(read))
        noteDamage()
        if (closing) return close(closing)
      }
      idle = idle?.refresh() ?? setTimeout(foldWal, IDLE_MS).unref()
    },
  }
}
