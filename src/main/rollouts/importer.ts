// Imports rollout files: decides what is new, reads it thread by thread, and hands it to the store in batches.
// Runs in a thread of its own; nothing here may be called from the main one.
import { setImmediate } from 'node:timers/promises'
import type { ImportReport } from '../../protocol/index.ts'
import { messageOf } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type {
  ImportedThread,
  ImportKnown,
  PlacedThread,
  TakenArchive,
} from '../storage/imported-thread.ts'
import type { Encoded } from '../storage/pack-encoding.ts'
import type { PackPlace } from '../storage/pack-files.ts'
import type { StoredSnapshot } from '../storage/thread-event.ts'
import { type Catalogue, homeOf, lookAt, readCatalogue } from './discover.ts'
import { createImportBatch } from './import-batch.ts'
import { createReporter, type Reporter } from './import-report.ts'
import { createKnownSources, hasChangedTree, isDetached, saysNothingNew } from './known-sources.ts'
import { NotAThread, readRollout } from './read-rollout.ts'
import {
  createBaseFinder,
  type FoundThreads,
  findThreads,
  type ImportWhat,
  packGroups,
  type ThreadFiles,
  type ThreadGroups,
  unpackGroups,
} from './thread-files.ts'
import {
  partsIn,
  type RolloutSettings,
  type SeenFiles,
  settingsOf,
  toImportedThread,
} from './to-imported-thread.ts'

export interface ImporterPorts {
  known(): Promise<ImportKnown>
  /** Resolves with where they lie, once they are on disk. */
  keep(pieces: readonly Encoded[]): Promise<readonly PackPlace[]>
  /** All or none. */
  write(threads: readonly PlacedThread[]): Promise<void>
  /** Resolves when everything written is safe on disk. */
  sync(): Promise<void>
  takeArchive(path: string): Promise<TakenArchive>
  snapshotOf(settings: RolloutSettings): StoredSnapshot
  /** Which of the threads to read next, counted from 0; several readers never get the same. */
  claim(): number
  /** Of those that were claimed here. */
  progress(done: number, total: number): void
  isCancelled(): boolean
}

/** A few milliseconds of reading. */
const BREATH_THREADS = 8

/** Everything, but for what other readers claim of it: `share` hears what there is. */
export async function runImport(
  what: ImportWhat,
  ports: ImporterPorts,
  share?: (work: SharedWork) => void,
): Promise<ImportReport> {
  const reporter = createReporter()
  const found = findThreads(what, reporter.skip, reporter.fail)
  const work: ImportWork = { groups: found.groups, isAsked: what.home === undefined }
  share?.({ packed: packGroups(work.groups), isAsked: work.isAsked })
  await readThreads(work, reporter, ports)
  await takeArchives(found.archives, reporter, ports)
  return reporter.report(ports.isCancelled())
}

/** What is left of it after what other readers claim. */
export async function helpImport(
  { packed, isAsked }: SharedWork,
  ports: ImporterPorts,
): Promise<ImportReport> {
  const reporter = createReporter()
  await readThreads({ groups: unpackGroups(packed), isAsked }, reporter, ports)
  return reporter.report(ports.isCancelled())
}

interface ImportWork {
  readonly groups: ThreadGroups
  /** A person named the files, and not a home. */
  readonly isAsked: boolean
}

/** As it goes to the other readers. */
export interface SharedWork extends Pick<ImportWork, 'isAsked'> {
  readonly packed: string
}

async function takeArchives(
  archives: FoundThreads['archives'],
  { counts, fail }: Reporter,
  ports: ImporterPorts,
): Promise<void> {
  for (const path of archives) {
    try {
      const taken = await ports.takeArchive(path)
      if (taken.isNew) counts.threads += 1
      else counts.alreadyPresent += 1
      counts.items += taken.items
    } catch (thrown) {
      fail(path, messageOf(thrown))
    }
  }
}

async function readThreads(
  { groups, isAsked }: ImportWork,
  { counts, skip, fail }: Reporter,
  ports: ImporterPorts,
): Promise<void> {
  const known = createKnownSources(await ports.known())
  const baseFinder = createBaseFinder(groups)
  const catalogueOf = createCatalogues()
  /** Of the threads on their way to the store: what to tell when they are there. */
  const underway = new WeakMap<ImportedThread, Underway>()
  const batch = createImportBatch({
    keep: ports.keep,
    write: ports.write,
    written: (thread) => count(thread, underway.get(thread)),
    failed: (thread, reason) => fail(underway.get(thread)?.path ?? '', messageOf(reason)),
  })

  function count(thread: ImportedThread, from: Underway | undefined): void {
    if (from?.isNew) counts.threads += 1
    else counts.alreadyPresent += 1
    counts.items += Math.max(0, thread.items - (from?.itemsBefore ?? 0))
  }

  /** What is to be done with a thread: nothing, or under which id it is taken. */
  function plan({ tip, id }: ThreadFiles): Plan | undefined {
    const source = known.sourceOf(tip, id)
    // Not the id in the file where an earlier import had to take it under another.
    const takenAs = source?.threadId ?? id
    const thread = known.thread(takenAs)
    // Deleted threads are forgotten after a while; their source is not.
    const isDeleted = thread ? thread.isDeleted : source !== undefined
    if (isDeleted && !isAsked) {
      skip(tip.path, 'this thread was deleted here; import the file itself to have it again')
      return undefined
    }
    if (saysNothingNew(tip, source, thread)) {
      counts.alreadyPresent += 1
      return undefined
    }
    const isOurs = isDetached(source, thread) || thread?.isStoodOn || thread?.isImported === false
    return {
      id: isOurs ? newId() : takenAs,
      forkedFromId: isOurs ? takenAs : undefined,
      hasChangedTree: source !== undefined && hasChangedTree(tip, source),
    }
  }

  function readOne(group: ThreadFiles, todo: Plan) {
    const seen = lookAtAll(group)
    const { tip } = seen
    const home = homeOf(tip.path)
    const snapshotOf = (settings: RolloutSettings) => batch.refer(ports.snapshotOf(settings))
    const read = readRollout(
      tip,
      baseFinder(home),
      (turn, meta) => snapshotOf(settingsOf(meta, turn)).id,
    )
    for (const { line, reason } of read.badLines) fail(tip.path, reason, line)
    if (read.cutBy !== undefined) fail(tip.path, read.cutBy)
    if (read.isBaseMissing)
      fail(tip.path, 'the thread that this one was forked from was not found: its part is missing')
    // The file is of another thread inside than its name says.
    const own = todo.id === group.id && read.id !== group.id ? planInside(read.id, group) : todo
    if (!own) return undefined
    if (own.forkedFromId !== undefined)
      skip(tip.path, 'it went on both here and there: what is there is now a thread of its own')
    const thread = toImportedThread(read, seen, catalogueOf(home), snapshotOf, batch.takeSnapshots)
    const forkedFromId = own.forkedFromId ?? thread.forkedFromId
    const goneSources = known.gonePaths(group.id)
    return { thread: { ...thread, ...own, forkedFromId, goneSources }, parts: partsIn(read) }
  }

  function planInside(id: string, { tip }: ThreadFiles): Plan | undefined {
    const other = groups.get(id)
    if (other) {
      skip(tip.path, `it is of thread ${id}, which is read from ${other.tip.path}`)
      return undefined
    }
    const present = known.thread(id)
    if (present?.isImported === false && !present.isDeleted)
      throw new NotAThread(`thread ${id} is here already, and is not an imported one`)
    return plan({ id, tip, files: [tip] })
  }

  async function importOne(group: ThreadFiles): Promise<void> {
    const todo = plan(group)
    const found = todo && readOne(group, todo)
    if (!found) return
    const { thread, parts } = found
    const isNew = !known.isImported(thread.id)
    const itemsBefore = isNew ? 0 : (known.thread(thread.id)?.items ?? 0)
    underway.set(thread, { path: group.tip.path, isNew, itemsBefore })
    await batch.add(thread, parts)
  }

  const all = [...groups.values()]
  ports.progress(0, all.length)
  for (let done = 1; !ports.isCancelled(); done += 1) {
    const group = all[ports.claim()]
    if (!group) break
    try {
      await importOne(group)
    } catch (thrown) {
      fail(group.tip.path, messageOf(thrown))
    }
    ports.progress(done, all.length)
    // What was read before goes to disk meanwhile: each of its steps waits for one of these.
    if (done % BREATH_THREADS === 0) await setImmediate()
  }
  await batch.flush()
  await ports.sync()
}

interface Plan {
  readonly id: string
  /** Of a copy: the thread that went on here. */
  readonly forkedFromId: string | undefined
  readonly hasChangedTree: boolean
}

interface Underway {
  readonly path: string
  readonly isNew: boolean
  readonly itemsBefore: number
}

/** Before they are read: what comes meanwhile is read by the next import. */
function lookAtAll({ tip, files }: ThreadFiles): SeenFiles {
  const seen = lookAt(tip)
  return { tip: seen, files: files.map((file) => (file === tip ? seen : lookAt(file))) }
}

function createCatalogues(): (home: string | undefined) => Catalogue {
  const byHome = new Map<string | undefined, Catalogue>()
  return (home) => {
    const known = byHome.get(home) ?? readCatalogue(home)
    byHome.set(home, known)
    return known
  }
}
