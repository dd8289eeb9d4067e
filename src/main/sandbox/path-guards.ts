// The profile's word on what this process itself reads and writes on behalf of a model: the same as the sandbox's.
import { throughLinks } from './denied-globs.ts'
import {
  decidingEntry,
  isWithin,
  type PermissionProfile,
  type Places,
  placedGlobs,
} from './permission-profile.ts'
import { guardedPaths } from './protected-paths.ts'
import { type ManagedProfile, realPlacedEntries } from './real-entries.ts'

/** Asked about a real path (links followed). */
export type PathGuard = (realPath: string) => boolean

/** True for what may be read. Looks at the disk as it is now. */
export function createReadGuard(profile: PermissionProfile, places: Places): PathGuard {
  if (profile.type !== 'managed') return () => true
  const access = accessBy(profile, places)
  return (realPath) => access(realPath) !== 'deny'
}

/** True for what may be written. Looks at the disk as it is now. */
export function createWriteGuard(profile: PermissionProfile, places: Places): PathGuard {
  if (profile.type !== 'managed') return () => true
  const access = accessBy(profile, places)
  const guarded = realPlacedEntries(profile, places)
    .filter((entry) => entry.access === 'write')
    .flatMap((entry) => guardedPaths(entry.path))
  return (realPath) => {
    if (access(realPath) !== 'write') return false
    // Some file systems do not tell case apart.
    return !guarded.some((one) => isWithin(one.toLowerCase(), realPath.toLowerCase()))
  }
}

/** What no entry names is closed. */
function accessBy(profile: ManagedProfile, places: Places) {
  const entries = realPlacedEntries(profile, places)
  const globs = throughLinks(placedGlobs(profile, places))
  return (realPath: string) => decidingEntry(entries, globs, realPath)?.access ?? 'deny'
}
