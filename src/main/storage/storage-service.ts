// Serves the store's requests over an open profile: writes in batches, reads between them, upkeep when idle.
import type { MessagePort } from 'node:worker_threads'
import { SkeinError } from '../lib/errors.ts'
import { createApprovalRepository } from './approval-repository.ts'
import { createAttachmentChanges, createAttachmentRepository } from './attachment-repository.ts'
import { backUp } from './backup.ts'
import { createBlobStore } from './blobs.ts'
import { isCheckDue, type RunningCheck, startCheck } from './check-database.ts'
import { createDamageLog } from './damage.ts'
import { createEventLog } from './event-log.ts'
import { createEventRepository } from './event-repository.ts'
import { createExportRepository } from './export-repository.ts'
import { isCorruption, toStoreError } from './failures.ts'
import { createGoalRepository, createGoalWriter } from './goal-repository.ts'
import { createImportPacks } from './import-packs.ts'
import { serveImport } from './import-port.ts'
import { createImportWriter } from './import-writer.ts'
import type { RowsOfLines } from './imported-thread.ts'
import { createMarkChanges } from './mark-repository.ts'
import { foldWalAt, type Profile, WAL_BYTES } from './open-profile.ts'
import { createOpenTurnReader } from './open-turns.ts'
import { createOutputRepository } from './output-repository.ts'
import { createPackFiles } from './pack-files.ts'
import { createPackedRequests } from './packed-requests.ts'
import { createPartials } from './partials.ts'
import { packFolder } from './profile-files.ts'
import { createProjectChanges, createProjectRepository } from './project-repository.ts'
import { createSectionChanges, createSectionRepository } from './section-repository.ts'
import { createSizeRepository } from './size-repository.ts'
import { createSnapshotRepository } from './snapshot-repository.ts'
import type { StoreHealth } from './store.ts'
import { createHealthWatch } from './store-health.ts'
import { createStoryRepository } from './story-repository.ts'
import { createThreadArchive } from './thread-archive.ts'
import { createThreadRepository } from './thread-repository.ts'
import { createTrash, TRASH_MS } from './trash.ts'
import { createTurnRepository } from './turn-repository.ts'
import { createUnpacking } from './unpacking.ts'
import { createUsageRepository } from './usage-repository.ts'
import {
  type Answer,
  type Changes,
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
/** After an unclean exit the database is looked through once the start is over. */
const CHECK_AFTER_MS = 3_000

/** While threads come in a commit would otherwise do little else than fold the WAL back. */
const IMPORT_WAL_BYTES = 32 * 1024 * 1024

/** The trash is looked through a while after the start, and then now and again; one thread at a time. */
const TRASH_FIRST_MS = 60_000
const TRASH_NEXT_MS = 1_000
const TRASH_AGAIN_MS = 6 * 3_600_000

export interface ServiceLink {
  send(message: FromWorker): void
  /** The next request that waits, undefined when none does. */
  next(): ToWorker | undefined
  closed(): void
  /** The code of this worker. */
  readonly entry: string
}

export interface StorageService {
  /** Handles everything that waits. */
  work(): void
  /** Serves an importer until it closes its end. */
  attachImporter(port: MessagePort): void
}

type ReadMessage = Extract<ToWorker, { op: 'read' }>
type LongMessage = Extract<ToWorker, { op: 'backup' | 'archive' | 'check' }>
type KeepMessage = Extract<ToWorker, { op: 'keepDeleted' }>
type CloseMessage = Extract<ToWorker, { op: 'close' }>

export function createStorageService(
  profile: Profile,
  link: ServiceLink,
  rowsOfLines: RowsOfLines,
): StorageService {
  const { db, home, lock, repairs } = profile
  const blobs = createBlobStore(db, home)
  const damage = createDamageLog()
  const partials = createPartials(db)
  const lastCheck = db
    .prepare<[], string>(`SELECT value FROM meta WHERE key = 'checked_ms'`)
    .pluck()
  const writeChecked = db.prepare(
    `INSERT OR REPLACE INTO meta(key, value) VALUES ('checked_ms', ?)`,
  )
  const lastCheckMs = lastCheck.get()
  const checkedMs = lastCheckMs === undefined ? null : Number(lastCheckMs)
  const packFiles = createPackFiles(packFolder(home))
  const health = createHealthWatch(home, repairs, blobs, packFiles, checkedMs, (state) => {
    link.send({ type: 'health', health: state })
    if (state.state === 'readOnly') scheduleRetry()
  })
  const packs = createImportPacks(db, blobs, packFiles, rowsOfLines, {
    arrived: () => link.send({ type: 'packed' }),
    unpacked: (threadId) => link.send({ type: 'unpacked', threadId }),
    failed: (threadId, reason) =>
      link.send({ type: 'log', level: 'error', message: `${threadId} stays packed: ${reason}` }),
  })
  const log = createEventLog(db, blobs, damage)
  const archive = createThreadArchive(db, blobs)
  const requests = createPackedRequests(db, packs, link.next, (id) =>
    link.send({ type: 'postponed', id }),
  )
  const changes: Changes = {
    ...createSectionChanges(db),
    ...createProjectChanges(db),
    ...createAttachmentChanges(db),
    ...createMarkChanges(db),
  }
  const batches = createWriteBatches(db, log, createGoalWriter(db), changes, partials, health)
  const reads: Reads = {
    ...createThreadRepository(db, blobs, damage),
    ...createTurnRepository(db, blobs, damage),
    ...createStoryRepository(db, blobs, damage),
    ...createOutputRepository(db, blobs, damage),
    ...createApprovalRepository(db, blobs, damage),
    ...createEventRepository(db, blobs, damage),
    ...createSnapshotRepository(db),
    ...createGoalRepository(db, damage),
    ...createOpenTurnReader(db, blobs, damage),
    ...createExportRepository(db, blobs, damage),
    ...createUsageRepository(db),
    ...createSizeRepository(db),
    ...createSectionRepository(db),
    ...createProjectRepository(db),
    ...createAttachmentRepository(db),
    health: health.read,
    contentThere: () => undefined,
  }
  const markDamaged = db.prepare('UPDATE thread SET damaged = 1 WHERE pk = ?')
  const checks = new Set<RunningCheck>()
  let isCheckOpen = isCheckDue(lock.wasUnclean, checkedMs, Date.now())
  const checking = isCheckOpen ? setTimeout(checkByItself, CHECK_AFTER_MS).unref() : undefined
  let idle: NodeJS.Timeout | undefined
  let lastWorkMs = 0
  const trash = createTrash(db, blobs)
  let keptMs: number | null = TRASH_MS
  let emptying: NodeJS.Timeout = setTimeout(emptyTrash, TRASH_FIRST_MS).unref()
  /** While threads come in, none is unpacked unless it is asked for. */
  let importers = 0
  /** While one runs, files of packs stay: the copy of the database may name them. */
  let backups = 0
  const unpacking = createUnpacking({
    packs,
    requests,
    maySweep: () => backups === 0,
    isAtLeisure: () => importers === 0 && !health.isDegraded(),
    serve: work,
    refuse,
    log: (message) => link.send({ type: 'log', level: 'error', message }),
  })

  function scheduleRetry(): void {
    setTimeout(() => {
      if (db.open && health.isDegraded() && !batches.retry()) scheduleRetry()
    }, RETRY_MS).unref()
  }

  /** Looks through the database; rejects with SkeinError `storageDegraded` when that cannot be done. */
  function check(): Promise<StoreHealth> {
    return new Promise((resolve, reject) => {
      const running = startCheck(link.entry, home, (result) => {
        checks.delete(running)
        if (!db.open) return
        if ('failed' in result) return reject(new SkeinError('storageDegraded', result.failed))
        noteCheck(result.damage)
        resolve(health.read())
      })
      checks.add(running)
    })
  }

  function checkByItself(): void {
    check().catch((thrown: unknown) =>
      link.send({ type: 'log', level: 'warn', message: `no look at the database: ${thrown}` }),
    )
  }

  function noteCheck(found: string | null): void {
    if (found !== null) {
      link.send({ type: 'log', level: 'error', message: `damage found: ${found}` })
      health.damaged(found)
      return
    }
    isCheckOpen = false
    const atMs = Date.now()
    writeChecked.run(`${atMs}`)
    health.checked(atMs)
  }

  function read(message: ReadMessage): Answer {
    const { id, name, args } = message
    try {
      // Only the store asks, with the arguments of the very method.
      const value = (reads[name] as (...args: readonly unknown[]) => unknown)(...args)
      return { id, value }
    } catch (thrown) {
      return failure(id, thrown)
    }
  }

  function failure(id: number, thrown: unknown): Answer {
    if (isCorruption(thrown)) health.damaged(String(thrown))
    return { id, error: packError(toStoreError(thrown)) }
  }

  function noteDamage(): void {
    for (const threadPk of damage.drain()) {
      try {
        markDamaged.run(threadPk)
      } catch (thrown) {
        link.send({ type: 'log', level: 'error', message: `it could not be marked: ${thrown}` })
      }
      link.send({ type: 'damaged', threadPk })
    }
  }

  function send(answers: readonly Answer[]): void {
    if (answers.length > 0) link.send({ type: 'answers', answers })
  }

  function refuse(messages: readonly ToWorker[], reason: unknown): void {
    send(messages.flatMap((message) => ('id' in message ? [failure(message.id, reason)] : [])))
  }

  function longWork(message: LongMessage): Promise<unknown> {
    if (message.op === 'backup') return backUpAll(message.path)
    if (message.op === 'archive') return archive.write(message.threadId, message.path)
    return check()
  }

  async function backUpAll(path: string | undefined): Promise<unknown> {
    backups += 1
    try {
      return await backUp(db, home, path)
    } finally {
      backups -= 1
    }
  }

  /** Piece by piece between everything else; the answer comes when it is whole. */
  function startLong(message: LongMessage): void {
    const { id } = message
    longWork(message).then<void, void>(
      (value) => send([{ id, value }]),
      (thrown) => send([{ id, error: packError(toStoreError(thrown)) }]),
    )
  }

  function keepDeleted(ms: number | null): void {
    keptMs = ms
    clearTimeout(emptying)
    emptying = setTimeout(emptyTrash, TRASH_FIRST_MS).unref()
  }

  function emptyTrash(): void {
    if (!db.open || health.isDegraded() || keptMs === null) return
    let wasAny = false
    try {
      wasAny = trash.purgeNext(Date.now() - keptMs)
    } catch (thrown) {
      link.send({ type: 'log', level: 'error', message: `the trash was not emptied: ${thrown}` })
    }
    emptying = setTimeout(emptyTrash, wasAny ? TRASH_NEXT_MS : TRASH_AGAIN_MS).unref()
  }

  /** Most rounds are too short to set a clock for each: it looks how long the last one is ago. */
  function watchIdle(ms: number): void {
    idle = setTimeout(() => {
      const restMs = performance.now() - lastWorkMs
      if (restMs < IDLE_MS) return watchIdle(IDLE_MS - restMs)
      idle = undefined
      foldWal()
    }, ms).unref()
  }

  function foldWal(): void {
    if (db.open && health.read().bytes.wal > IDLE_WAL_BYTES) db.pragma('wal_checkpoint(TRUNCATE)')
  }

  function close(message: CloseMessage): void {
    clearTimeout(idle)
    unpacking.stop()
    clearTimeout(emptying)
    clearTimeout(checking)
    for (const running of checks) running.stop()
    refuse(requests.giveUp(), new SkeinError('storageDegraded', 'The store is closed.'))
    let isClean = !isCheckOpen
    try {
      if (partials.hasPending()) batches.retry()
      db.pragma('wal_checkpoint(TRUNCATE)')
    } catch (thrown) {
      isClean = false
      // What was acknowledged is safe in the log, and is folded in by the next start.
      link.send({ type: 'log', level: 'warn', message: `the last checkpoint failed: ${thrown}` })
    } finally {
      packFiles.close()
      db.close()
      lock.release(isClean)
    }
    send([{ id: message.id, value: undefined }])
    link.closed()
  }

  /** One round: a batch of all writes that wait, then the reads that came with them. */
  function work(): void {
    for (let message = requests.next(); message; message = requests.next()) {
      if (message.op === 'close') {
        close(message)
        return
      }
      const asked: ReadMessage[] = []
      let closing: CloseMessage | undefined
      // Set aside, so that they do not end the batch.
      const setAside = (next: ToWorker): next is ReadMessage | LongMessage | KeepMessage => {
        if (next.op === 'read') asked.push(next)
        else if (isLong(next)) startLong(next)
        else if (next.op === 'keepDeleted') keepDeleted(next.ms)
        else return false
        return true
      }
      const nextWrite = (): WriteMessage | undefined => {
        for (let next = requests.next(); next; next = requests.next()) {
          if (setAside(next)) continue
          if (next.op !== 'close') return next
          closing = next
          return undefined
        }
        return undefined
      }
      if (!setAside(message)) send(batches.run(message, nextWrite))
      const answers = asked.map(read)
      noteDamage() // first, so that nobody who hears the answers takes the row for what it was
      send(answers)
      if (closing) {
        close(closing)
        return
      }
    }
    lastWorkMs = performance.now()
    if (!idle) watchIdle(IDLE_MS)
    unpacking.start()
  }

  return {
    work,
    attachImporter(port) {
      importers += 1
      foldWalAt(db, IMPORT_WAL_BYTES)
      serveImport(port, createImportWriter(db, packs, archive, packFolder(home)), () => {
        importers -= 1
        if (importers > 0 || !db.open) return
        foldWalAt(db, WAL_BYTES)
        unpacking.start()
      })
    },
  }
}

function isLong(message: ToWorker): message is LongMessage {
  return message.op === 'backup' || message.op === 'archive' || message.op === 'check'
}
