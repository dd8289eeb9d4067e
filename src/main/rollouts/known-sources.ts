// What the store has of earlier imports, and whether a file says anything that it does not know.
import type { ImportKnown, KnownSource, KnownThread } from '../storage/imported-thread.ts'
import type { RolloutFile } from './discover.ts'
import { contentBytes, isCompressed } from './line-reader.ts'
import { headHashOf } from './read-rollout.ts'

export interface KnownSources {
  thread(id: string): KnownThread | undefined
  /** Came from a file, and is not deleted. */
  isImported(id: string): boolean
  /** By its place, or a file of the same thread that was moved since: archived, or compressed. */
  sourceOf(file: RolloutFile, id: string): KnownSource | undefined
}

export function createKnownSources({ sources, threads }: ImportKnown): KnownSources {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const firstOf = new Map<string, KnownSource>()
  for (const source of sources)
    if (!firstOf.has(source.threadId)) firstOf.set(source.threadId, source)
  const known = new Map(threads.map((thread) => [thread.id, thread]))
  return {
    thread: (id) => known.get(id),
    isImported: (id) => known.get(id)?.isImported === true && !known.get(id)?.isDeleted,
    sourceOf: (file, id) => byPath.get(file.path) ?? firstOf.get(id),
  }
}

/** A compressed file is made of a plain one, and made plain again only to go on: then there is more in it. */
export function isUnchanged(file: RolloutFile, source: KnownSource): boolean {
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
