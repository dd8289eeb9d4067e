// Imports rollout files: decides what is new, reads it thread by thread, and hands it to the store in batches.
// Runs in a thread of its own; nothing here may be called from the main one.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import zlib from 'node:zlib'
import type { ImportReport } from '../../protocol/index.ts'
import { messageOf } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { ARCHIVE_MARK } from '../storage/archive-mark.ts'
import type {
  ImportedThread,
  ImportKnown,
  ImportSource,
  KnownSource,
  TakenArchive,
} from '../storage/imported-thread.ts'
import type { StoredSnapshot } from '../storage/thread-event.ts'
import type { TurnContext } from './build-rows.ts'
import {
  type Catalogue,
  fileOf,
  filesOfHome,
  homeOf,
  isRolloutName,
  type RolloutFile,
  readCatalogue,
} from './discover.ts'
import { type Json, record, text } from './json.ts'
import {
  type FindBase,
  NotAThread,
  type ReadRollout,
  readHead,
  readRollout,
} from './read-rollout.ts'
import { pathOf } from './rollout-items.ts'

/** Enough to tell files apart, whatever they grow by. */
const HEAD_BYTES = 4096
/** Threads handed over together: one transaction, one sync to disk. */
const BATCH_THREADS_MAX = 64
const BATCH_BYTES_MAX = 4 * 1024 * 1024
/** Entries of the report's lists; more would be no report. */
const TOLD_MAX = 1_000

export interface ImportWhat {
  readonly paths: readonly string[]
  readonly home: string | undefined
}

/** The settings of a thread or of one of its turns, as its file tells them. */
export interface RolloutSettings {
  readonly model: string
  readonly modelProvider: string
  readonly cwd: string
  readonly source: string
  readonly threadSource: string | null
  readonly effort: string | null
  /** Absent for what the thread goes on with: that is decided here and not by a file. */
  readonly turn: TurnContext | undefined
}

export interface ImporterPorts {
  known(): Promise<ImportKnown>
  write(threads: readonly ImportedThread[]): Promise<void>
  takeArchive(path: string): Promise<TakenArchive>
  snapshotOf(settings: RolloutSettings): StoredSnapshot
  progress(done: number, total: number): void
  isCancelled(): boolean
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export async function runImport(what: ImportWhat, ports: ImporterPorts): Promise<ImportReport> {
  const report: Mutable<ImportReport> = {
    threads: 0,
    items: 0,
    alreadyPresent: 0,
    skipped: [],
    failed: [],
    cancelled: false,
  }
  const skip = (path: string, reason: string) =>
    void (report.skipped.length < TOLD_MAX && report.skipped.push({ path, reason }))
  const fail = (path: string, reason: string, line?: number) =>
    void (
      report.failed.length < TOLD_MAX &&
      report.failed.push(line === undefined ? { path, reason } : { path, line, reason })
    )

  const { files, archives } = gather(what, skip, fail)
  const groups = groupByThread(files, fail)
  const known = await ports.known()
  const state = knownState(known)
  const catalogues = createCatalogues()
  const batch = createBatch(ports)
  let done = 0

  /** What is to be done with a thread: nothing, take it as it is, or take it under an id of its own. */
  function plan(group: ThreadFiles): { asCopy: boolean } | undefined {
    const { tip, id } = group
    const source = state.sourceOf(tip, id)
    const thread = state.threads.get(id)
    const isAsked = what.home === undefined
    // Deleted threads are forgotten after a while; their source is not.
    const isDeleted = thread ? thread.isDeleted : source !== undefined
    if (isDeleted && !isAsked) {
      skip(tip.path, 'this thread was deleted here; import the file itself to have it again')
      return undefined
    }
    if (!source && thread && !isDeleted) {
      report.alreadyPresent += 1
      return undefined
    }
    if (source && !isDeleted && isUnchanged(tip, source)) {
      report.alreadyPresent += 1
      return undefined
    }
    return { asCopy: source?.state === 'detached' && !isDeleted }
  }

  function readOne(group: ThreadFiles, asCopy: boolean): ImportedThread {
    const { tip } = group
    const home = homeOf(tip.path)
    const read = readRollout(tip, baseFinder(groups, home), (context, meta) => {
      const settings = settingsOf(meta, undefined, context)
      return batch.snapshot(ports.snapshotOf(settings)).id
    })
    for (const { line, reason } of read.badLines) fail(tip.path, reason, line)
    if (read.isBaseMissing)
      fail(tip.path, 'the thread that this one was forked from was not found: its part is missing')
    if (read.id !== group.id && state.threads.get(read.id)?.isImported === false)
      throw new NotAThread(`thread ${read.id} is here already, and is not an imported one`)
    const catalogue = catalogues.of(home)
    const thread = toThread(read, group, catalogue, ports, batch.takeSnapshots)
    if (!asCopy) return thread
    skip(tip.path, 'it went on both here and there: what is there is now a thread of its own')
    return { ...thread, id: newId(), forkedFromId: thread.id }
  }

  async function importOne(group: ThreadFiles): Promise<void> {
    const todo = plan(group)
    if (!todo) return
    const isNew = todo.asCopy || !state.isImported(group.id)
    const thread = readOne(group, todo.asCopy)
    await batch.add(thread)
    if (isNew) report.threads += 1
    else report.alreadyPresent += 1
    report.items += Math.max(0, thread.items - (isNew ? 0 : state.itemsOf(group.id)))
  }

  async function takeArchive(path: string): Promise<void> {
    const taken = await ports.takeArchive(path)
    if (taken.isNew) report.threads += 1
    else report.alreadyPresent += 1
    report.items += taken.items
  }

  for (const group of groups.values()) {
    if (ports.isCancelled()) break
    try {
      await importOne(group)
    } catch (thrown) {
      fail(group.tip.path, thrown instanceof NotAThread ? thrown.message : messageOf(thrown))
      batch.takeSnapshots()
    }
    done += 1
    ports.progress(done, groups.size)
  }
  await batch.flush()
  for (const path of archives) {
    try {
      await takeArchive(path)
    } catch (thrown) {
      fail(path, messageOf(thrown))
    }
  }
  return { ...report, cancelled: ports.isCancelled() }
}

// ---- files and threads ----------------------------------------------------------------------------------------

interface ThreadFiles {
  readonly id: string
  /** The newest: the others are what it was reverted from, or copies. */
  readonly tip: RolloutFile
  readonly files: readonly RolloutFile[]
}

type Tell = (path: string, reason: string) => void

/** Files of the reference, and those in our own form. */
function gather({ paths, home }: ImportWhat, skip: Tell, fail: Tell) {
  const archives: string[] = []
  const files = home === undefined ? [] : filesOfHome(home)
  for (const path of paths) {
    try {
      if (statSync(path).isDirectory()) {
        const inside = filesOfHome(path)
        if (inside.length === 0) skip(path, 'there are no rollouts in this folder')
        files.push(...inside)
      } else if (isArchive(path)) archives.push(path)
      else if (isRolloutName(path)) files.push(fileOf(path))
      else skip(path, 'not a rollout: its name does not end in .jsonl or .jsonl.zst')
    } catch (thrown) {
      fail(path, messageOf(thrown))
    }
  }
  return { files, archives }
}

function isArchive(path: string): boolean {
  const head = Buffer.alloc(ARCHIVE_MARK.length + 4)
  const fd = openSync(path, 'r')
  try {
    readSync(fd, head, 0, head.length, 0)
  } finally {
    closeSync(fd)
  }
  return head.toString('latin1').startsWith(`{"${ARCHIVE_MARK}"`)
}

/** By the id in the name, and by the one inside where names do not tell, or tell it of several. */
function groupByThread(files: readonly RolloutFile[], fail: Tell): Map<string, ThreadFiles> {
  const byId = new Map<string, RolloutFile[]>()
  for (const file of files) {
    const id = file.namedId ?? idInside(file, fail)
    if (id === undefined) continue
    const others = byId.get(id)
    if (others) others.push(file)
    else byId.set(id, [file])
  }
  const groups = new Map<string, ThreadFiles>()
  for (const [id, found] of byId) {
    const tip = tipOf(found)
    if (tip) groups.set(id, { id, tip, files: found })
  }
  return groups
}

function idInside(file: RolloutFile, fail: Tell): string | undefined {
  try {
    const { id } = readHead(file.path)
    if (id === undefined) fail(file.path, 'there is no session_meta line that names the thread')
    return id
  } catch (thrown) {
    fail(file.path, messageOf(thrown))
    return undefined
  }
}

/** Of several files of one thread the one that was begun last; of copies the longest. */
function tipOf(files: readonly RolloutFile[]): RolloutFile | undefined {
  if (files.length === 1) return files[0]
  const dated = files.map((file) => ({ file, begun: begunAt(file) }))
  dated.sort(
    (a, b) =>
      (a.begun < b.begun ? 1 : a.begun > b.begun ? -1 : 0) ||
      b.file.size - a.file.size ||
      b.file.mtimeMs - a.file.mtimeMs,
  )
  return dated[0]?.file
}

function begunAt(file: RolloutFile): string {
  try {
    return text(readHead(file.path).meta.timestamp) ?? ''
  } catch {
    return ''
  }
}

/** The base of a fork may be outside of what is imported, but lies in the same home. */
function baseFinder(groups: ReadonlyMap<string, ThreadFiles>, home: string | undefined): FindBase {
  return ({ threadId, endOrdinal }, before) => {
    const group = groups.get(threadId)?.files ?? inHome(home).get(threadId) ?? []
    const isBefore = (file: RolloutFile): boolean => {
      if (file.path === before.path) return false
      return (readHead(file.path).firstOrdinal ?? 0) < endOrdinal
    }
    const begun = begunAt(before)
    return group
      .filter(isBefore)
      .filter((file) => begunAt(file) <= begun)
      .sort((a, b) => (begunAt(a) < begunAt(b) ? 1 : -1))[0]
  }
}

const homes = new Map<string, ReadonlyMap<string, readonly RolloutFile[]>>()

function inHome(home: string | undefined): ReadonlyMap<string, readonly RolloutFile[]> {
  if (home === undefined) return new Map()
  const known = homes.get(home)
  if (known) return known
  const byId = new Map<string, RolloutFile[]>()
  for (const file of filesOfHome(home)) {
    if (file.namedId === undefined) continue
    byId.set(file.namedId, [...(byId.get(file.namedId) ?? []), file])
  }
  homes.set(home, byId)
  return byId
}

// ---- what is known already --------------------------------------------------------------------------------------

function knownState({ sources, threads }: ImportKnown) {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const byThread = new Map<string, KnownSource[]>()
  for (const source of sources)
    byThread.set(source.threadId, [...(byThread.get(source.threadId) ?? []), source])
  const known = new Map(threads.map((thread) => [thread.id, thread]))
  return {
    threads: known,
    itemsOf: (id: string) => known.get(id)?.items ?? 0,
    isImported: (id: string) => known.get(id)?.isImported === true && !known.get(id)?.isDeleted,
    /** By its place, or a file of the same thread that was moved since: archived, or compressed. */
    sourceOf(file: RolloutFile, id: string): KnownSource | undefined {
      return byPath.get(file.path) ?? byThread.get(id)?.[0]
    },
  }
}

function isUnchanged(file: RolloutFile, source: KnownSource): boolean {
  if (file.path === source.path && file.mtimeMs === source.mtimeMs && file.size === source.size)
    return true
  const isCompressed = file.path.endsWith('.zst') || source.path.endsWith('.zst')
  if (file.path !== source.path && isCompressed) return true
  return file.size === source.size && headHash(file.path, file.size) === source.headHash
}

function headHash(path: string, size: number): string {
  const head = Buffer.alloc(Math.min(size, HEAD_BYTES))
  const fd = openSync(path, 'r')
  try {
    readSync(fd, head, 0, head.length, 0)
  } finally {
    closeSync(fd)
  }
  return createHash('sha256').update(head).digest('hex')
}

// ---- what is handed over ------------------------------------------------------------------------------------------

function toThread(
  read: ReadRollout,
  group: ThreadFiles,
  catalogue: Catalogue,
  ports: ImporterPorts,
  takeSnapshots: () => readonly StoredSnapshot[],
): ImportedThread {
  const { meta, built, id } = read
  const { tip } = group
  const settings = settingsOf(meta, built.model, undefined, built)
  const own = ports.snapshotOf(settings)
  const createdMs = Date.parse(text(meta.timestamp) ?? '') || built.lastAtMs
  return {
    id,
    source: settings.source,
    threadSource: settings.threadSource,
    originator: text(meta.originator) ?? null,
    cliVersion: text(meta.cli_version) ?? 'unknown',
    historyMode: read.historyMode,
    forkedFromId: text(meta.forked_from_id) ?? null,
    name: catalogue.name(id),
    preview: built.preview.slice(0, PREVIEW_CHARS_MAX).replace(/[\uD800-\uDBFF]$/, ''),
    cwd: settings.cwd,
    modelProvider: settings.modelProvider,
    model: settings.model,
    effort: settings.effort,
    snapshotId: own.id,
    snapshots: [own, ...takeSnapshots()],
    archivedMs: tip.isArchived ? Math.round(tip.mtimeMs) : null,
    createdMs,
    updatedMs: built.lastAtMs || createdMs,
    recencyMs: built.recencyMs || createdMs,
    tokenUsage: built.tokenUsage,
    goal: catalogue.goal(id) ?? built.goal,
    turns: built.turns,
    items: built.items,
    rows: pack(JSON.stringify(built.rows)),
    sources: group.files.map((file) => sourceOf(file, read.badCount)),
  }
}

const PREVIEW_CHARS_MAX = 400

function sourceOf({ path, size, mtimeMs }: RolloutFile, badLines: number): ImportSource {
  return { path, size, mtimeMs, headHash: headHash(path, size), badLines }
}

function settingsOf(
  meta: Json,
  model: string | undefined,
  turn: TurnContext | undefined,
  built?: ReadRollout['built'],
): RolloutSettings {
  return {
    model: model ?? text(turn?.model) ?? 'unknown',
    modelProvider: text(meta.model_provider) ?? 'openai',
    cwd: pathOf(text(turn?.cwd) ?? built?.cwd ?? text(meta.cwd) ?? '/'),
    source: sourceName(meta.source),
    threadSource: text(meta.thread_source) ?? null,
    effort: built?.effort ?? text(turn?.effort) ?? null,
    turn,
  }
}

const sourceNames: Readonly<Record<string, string>> = {
  cli: 'cli',
  vscode: 'vscode',
  exec: 'exec',
  mcp: 'appServer',
  app_server: 'appServer',
  appServer: 'appServer',
}

/** Threads that another thread started have a kind of their own, which lists leave out. */
function sourceName(source: unknown): string {
  if (source === undefined) return 'vscode'
  const name = text(source)
  if (name !== undefined) return sourceNames[name] ?? name
  const agent = record(source)?.subagent ?? record(source)?.sub_agent
  if (agent === undefined) return 'unknown'
  if (agent === 'review') return 'subAgentReview'
  if (agent === 'compact') return 'subAgentCompact'
  return record(agent)?.thread_spawn === undefined ? 'subAgentOther' : 'subAgentThreadSpawn'
}

function pack(json: string): ImportedThread['rows'] {
  const bytes = Buffer.from(json)
  if (typeof zlib.zstdCompressSync !== 'function') return { encoding: 'raw', bytes }
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: 1 }
  return { encoding: 'zstd', bytes: zlib.zstdCompressSync(bytes, { params }) }
}

/** Threads on their way to the store, and the snapshots that the one being read refers to. */
function createBatch(ports: ImporterPorts) {
  let threads: ImportedThread[] = []
  let bytes = 0
  let snapshots = new Map<string, StoredSnapshot>()
  /** One batch is written while the next is read. */
  let writing: Promise<void> = Promise.resolve()

  async function flush(): Promise<void> {
    await writing
    const ready = threads
    threads = []
    bytes = 0
    if (ready.length === 0) return
    writing = ports.write(ready)
    // Awaited by the next flush; a failure must not go unheard until then.
    writing.catch(() => undefined)
  }

  return {
    async add(thread: ImportedThread): Promise<void> {
      threads.push(thread)
      bytes += thread.rows.bytes.length
      if (threads.length >= BATCH_THREADS_MAX || bytes >= BATCH_BYTES_MAX) await flush()
    },
    async flush(): Promise<void> {
      await flush()
      await writing
    },
    snapshot(snapshot: StoredSnapshot): StoredSnapshot {
      snapshots.set(snapshot.id, snapshot)
      return snapshot
    },
    takeSnapshots(): readonly StoredSnapshot[] {
      const taken = [...snapshots.values()]
      snapshots = new Map()
      return taken
    },
  }
}

function createCatalogues() {
  const byHome = new Map<string | undefined, Catalogue>()
  return {
    of(home: string | undefined): Catalogue {
      const known = byHome.get(home) ?? readCatalogue(home)
      byHome.set(home, known)
      return known
    },
  }
}
