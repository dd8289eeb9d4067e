// Which files make up which thread: the newest is its tip, the others are what it was reverted from, or copies.
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { messageOf } from '../lib/errors.ts'
import { ARCHIVE_MARK } from '../storage/archive-mark.ts'
import {
  fileOf,
  filesOfFolder,
  filesOfHome,
  isHome,
  isRolloutName,
  lookAt,
  type RolloutFile,
  type SeenFile,
  type Tell,
} from './discover.ts'
import { text } from './json.ts'
import { type FindBase, type RolloutHead, readHead } from './read-rollout.ts'

export interface ImportWhat {
  readonly paths: readonly string[]
  readonly home: string | undefined
}

export interface ThreadFiles {
  readonly id: string
  readonly tip: RolloutFile
  /** The tip too. */
  readonly files: readonly RolloutFile[]
}

/** What is to be imported. */
export interface FoundThreads {
  /** By their ids, newest first. */
  readonly groups: ThreadGroups
  /** Files in our own form. */
  readonly archives: readonly string[]
}

export type ThreadGroups = ReadonlyMap<string, ThreadFiles>

/** For another thread, as JSON: to clone thousands of objects takes several times as long. */
export function packGroups(groups: ThreadGroups): string {
  return JSON.stringify(
    [...groups.values()].map(({ id, tip, files }) => ({ id, tip: files.indexOf(tip), files })),
  )
}

export function unpackGroups(packed: string): ThreadGroups {
  const groups = JSON.parse(packed) as { id: string; tip: number; files: RolloutFile[] }[]
  return new Map(
    groups.flatMap(({ id, tip: place, files }) => {
      const tip = files[place]
      return tip ? [[id, { id, tip, files }] as const] : []
    }),
  )
}

export function findThreads(what: ImportWhat, skip: Tell, fail: Tell): FoundThreads {
  const { files, archives } = gather(what, skip, fail)
  return { groups: groupByThread(files, fail), archives }
}

function gather({ paths, home }: ImportWhat, skip: Tell, fail: Tell) {
  const archives: string[] = []
  const files: RolloutFile[] = []

  function takeFolder(folder: string): void {
    const inside = filesOfFolder(folder, fail)
    if (inside.length === 0 && !isHome(folder)) skip(folder, 'there are no rollouts in this folder')
    files.push(...inside)
  }

  if (home !== undefined) takeFolder(home)
  for (const path of paths) {
    try {
      if (statSync(path).isDirectory()) takeFolder(path)
      else if (isArchive(path)) archives.push(path)
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
    if (id !== undefined) addTo(byId, id, file)
  }
  const groups = new Map<string, ThreadFiles>()
  for (const [id, found] of byId) {
    const tip = tipOf(found)
    if (tip) groups.set(id, { id, tip, files: found })
  }
  return groups
}

function addTo(byId: Map<string, RolloutFile[]>, id: string, file: RolloutFile): void {
  const others = byId.get(id)
  if (others) others.push(file)
  else byId.set(id, [file])
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
  const dated = files.map((file) => ({ file, begun: begunAt(file), seen: seenIfThere(file) }))
  dated.sort(
    (a, b) =>
      (a.begun < b.begun ? 1 : a.begun > b.begun ? -1 : 0) ||
      (b.seen?.size ?? 0) - (a.seen?.size ?? 0) ||
      (b.seen?.mtimeMs ?? 0) - (a.seen?.mtimeMs ?? 0),
  )
  return dated[0]?.file
}

function seenIfThere(file: RolloutFile): SeenFile | undefined {
  try {
    return lookAt(file)
  } catch {
    return undefined
  }
}

function begunAt(file: RolloutFile): string {
  return text(headOf(file)?.meta.timestamp) ?? ''
}

/** Undefined for a file that cannot be read: it is told of where it is read. */
function headOf(file: RolloutFile): RolloutHead | undefined {
  try {
    return readHead(file.path)
  } catch {
    return undefined
  }
}

/** The base of a fork may be outside of what is imported, but lies in the same home. */
export function createBaseFinder(groups: ThreadGroups): (home: string | undefined) => FindBase {
  const homes = new Map<string, Parts>()
  let near: Parts | undefined

  function partsNear(): Parts {
    near ??= partsOf([...groups.values()].flatMap(({ files }) => files))
    return near
  }

  function partsIn(home: string): Parts {
    const parts = homes.get(home) ?? partsOf(filesOfHome(home, () => undefined))
    homes.set(home, parts)
    return parts
  }

  function* candidates(id: string, home: string | undefined): Generator<readonly RolloutFile[]> {
    // Named by the part it is, or, by older ones, by the thread.
    yield partsNear().byPart.get(id) ?? []
    yield groups.get(id)?.files ?? []
    if (home === undefined) return
    yield partsIn(home).byPart.get(id) ?? []
    yield partsIn(home).byThread.get(id) ?? []
  }

  return (home) =>
    ({ threadId, endOrdinal }, before) => {
      const begun = begunAt(before)
      for (const files of candidates(threadId, home)) {
        const fitting = files
          .filter(({ path }) => path !== before.path)
          .map((file) => ({ file, head: headOf(file), begun: begunAt(file) }))
          .filter(({ head }) => head && (head.firstOrdinal ?? 0) < endOrdinal)
          .filter((candidate) => candidate.begun <= begun)
        const [newest] = fitting.sort((a, b) => (a.begun < b.begun ? 1 : -1))
        if (newest) return newest.file
      }
      return undefined
    }
}

function partsOf(files: readonly RolloutFile[]): Parts {
  const parts: Parts = { byThread: new Map(), byPart: new Map() }
  for (const file of files) {
    if (file.namedId !== undefined) addTo(parts.byThread, file.namedId, file)
    if (file.partId !== undefined) addTo(parts.byPart, file.partId, file)
  }
  return parts
}

interface Parts {
  readonly byThread: Map<string, RolloutFile[]>
  readonly byPart: Map<string, RolloutFile[]>
}
