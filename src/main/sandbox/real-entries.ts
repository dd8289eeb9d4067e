// The entries of a profile as they are on this disk: links followed, so that every sandbox names real paths.
import fs from 'node:fs'
import { SkeinError } from '../lib/errors.ts'
import {
  type PermissionProfile,
  type PlacedEntry,
  type Places,
  placedEntries,
} from './permission-profile.ts'

export type ManagedProfile = Extract<PermissionProfile, { type: 'managed' }>

export interface RealEntries {
  /** Access to everything that no inner entry names. */
  readonly root: 'read' | 'write'
  /** Outermost first; what does not exist is left out. */
  readonly inner: readonly PlacedEntry[]
}

/** Throws SkeinError('denied') for a profile that restricts reading as a whole: no sandbox here enforces that. */
export function realEntries(profile: ManagedProfile, places: Places): RealEntries {
  const entries = placedEntries(profile, places).flatMap(realEntry)
  const root = entries.findLast((entry) => entry.path === '/')
  if (!root || root.access === 'deny')
    throw new SkeinError('denied', 'the sandbox cannot enforce a profile that restricts reading')
  return { root: root.access, inner: entries.filter((entry) => entry.path !== '/') }
}

function realEntry(entry: PlacedEntry): readonly PlacedEntry[] {
  try {
    return [{ ...entry, path: fs.realpathSync(entry.path) }]
  } catch {
    return []
  }
}
