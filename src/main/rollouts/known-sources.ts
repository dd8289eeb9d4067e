// What the store has of earlier imports, and whether a file says anything that it does not know.
import { existsSync } from 'node:fs'
import type { ImportKnown, KnownSource, KnownThread } from '../storage/imported-thread.ts'
import { isArchivedPath, lookAt, namedIdOf, type RolloutFile, type SeenFile } from './discover.ts'
import { contentBytes, isCompressed } from './line-reader.ts'
import { headHashOf } from './read-rollout.ts'

export interface KnownSources {
  thread(id: string): KnownThread | undefined
  /** Came from a file, and is not deleted. */
  isImported(id: string): boolean
  /** By its place, or a file of the same thread that was moved since: archived, or compressed. */
  sourceOf(file: RolloutFile, id: string): KnownSource | undefined
  /** Where files of this thread were read that are there no more. */
  gonePaths(id: string): readonly string[]
}

export function createKnownSources({ sources, threads }: ImportKnown): KnownSources {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  // Not by the thread a file was read into: that one may be a copy.
  const byNamedId = new Map<string, KnownSource[]>()
  for (const source of sources) {
    const id = namedIdOf(source.path) ?? source.threadId
    byNamedId.set(id, [...(byNamedId.get(id) ?? []), source])
  }
  const known = new Map(threads.map((thread) => [thread.id, thread]))
  return {
    thread: (id) => known.get(id),
    isImported: (id) => known.get(id)?.isImported === true && !known.get(id)?.isDeleted,
    sourceOf: (file, id) => byPath.get(file.path) ?? byNamedId.get(id)?.[0],
    gonePaths: (id) =>
      (byNamedId.get(id) ?? []).map(({ path }) => path).filter((path) => !existsSync(path)),
  }
}

/** The thread of this source went on here. */
export function isDetached(
  source: KnownSource | undefined,
  thread: KnownThread | undefined,
): boolean {
  return source?.state === 'detached' && thread?.isDeleted === false
}

/** All that the file says is known of a thread that is here. Throws the file system's error. */
export function saysNothingNew(
  found: RolloutFile,
  source: KnownSource | undefined,
  thread: KnownThread | undefined,
): boolean {
  if (!thread || thread.isDeleted) return false
  const file = lookAt(found)
  if (!source || isOlderCopy(file, source)) return true
  return isUnchanged(file, source) && (isDetached(source, thread) || !hasChangedTree(file, source))
}

/** As in a backup of a home: the file that was read is where it was, and has more in it. */
function isOlderCopy(file: SeenFile, source: KnownSource): boolean {
  return (
    file.path !== source.path &&
    file.size < source.size &&
    !isCompressed(file.path) &&
    !isCompressed(source.path) &&
    existsSync(source.path) &&
    headHashOf(file.path) === source.headHash
  )
}

/** It lies in the archive now and did not when it was read, or the other way round. */
export function hasChangedTree(file: RolloutFile, source: KnownSource): boolean {
  return file.isArchived !== isArchivedPath(source.path) && !existsSync(source.path)
}

/** A compressed file is made of a plain one, and made plain again only to go on: then there is more in it. */
function isUnchanged(file: SeenFile, source: KnownSource): boolean {
  if (file.path === source.path && file.mtimeMs === source.mtimeMs && file.size === source.size)
    return true
  const wasCompressed = isCompressed(source.path)
  if (isCompressed(file.path) && !wasCompressed) return contentBytesOf(file.path) === source.size
  if (wasCompressed !== isCompressed(file.path)) return false
  return file.size === source.size && headHashOf(file.path) === source.headHash
}

/** Undefined for a file that is damaged: then it is not what was read before. */
function contentBytesOf(path: string): number | undefined {
  try {
    return contentBytes(path)
  } catch {
    return undefined
  }
}
