// The entries of a profile as they are on this disk: links followed, so that every sandbox names real paths.
// What patterns close is looked up each time a command starts.
import fs from 'node:fs'
import { SkeinError } from '../lib/errors.ts'
import { findDenied } from './denied-globs.ts'
import {
  outermostFirst,
  type PermissionProfile,
  type PlacedEntry,
  type Places,
  placedEntries,
  placedGlobs,
} from './permission-profile.ts'

export type ManagedProfile = Extract<PermissionProfile, { type: 'managed' }>

export interface RealEntries {
  /** Access to everything that no inner entry names. */
  readonly root: 'read' | 'write'
  /** Outermost first; what does not exist is left out. */
  readonly inner: readonly PlacedEntry[]
}

/** With what patterns name now. Throws SkeinError('denied') for a profile that cannot be enforced. */
export async function realEntriesWithGlobs(
  profile: ManagedProfile,
  places: Places,
): Promise<RealEntries> {
  const { root, inner } = realEntries(profile, places)
  const globs = placedGlobs(profile, places)
  const denied = globs.length === 0 ? [] : await findDenied(globs, profile.globScanMaxDepth)
  const closed = denied.map((where): PlacedEntry => ({ path: where, access: 'deny' }))
  return { root, inner: outermostFirst([...inner, ...closed]) }
}

/** Throws SkeinError('denied') for a profile that restricts reading as a whole: no sandbox here enforces that. */
function realEntries(profile: ManagedProfile, places: Places): RealEntries {
  const entries = realPlacedEntries(profile, places)
  const root = entries.findLast((entry) => entry.path === '/')
  if (!root || root.access === 'deny')
    throw new SkeinError('denied', 'the sandbox cannot enforce a profile that restricts reading')
  return { root: root.access, inner: entries.filter((entry) => entry.path !== '/') }
}

/** All entries by their real paths, outermost first; what does not exist is left out. */
export function realPlacedEntries(profile: ManagedProfile, places: Places): readonly PlacedEntry[] {
  return placedEntries(profile, places).flatMap(realEntry)
}

function realEntry(entry: PlacedEntry): readonly PlacedEntry[] {
  try {
    return [{ ...entry, path: fs.realpathSync(entry.path) }]
  } catch {
    return []
  }
}
