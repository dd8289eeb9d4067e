// The profile's word on writes that this process makes itself, on behalf of a model: the same as the sandbox's.
import { isWithin, type PermissionProfile, type Places } from './permission-profile.ts'
import { guardedPaths } from './protected-paths.ts'
import { realEntries } from './real-entries.ts'

/** True when a real path (links followed) may be written. */
export type WriteGuard = (realPath: string) => boolean

/** Looks at the disk as it is now. Throws SkeinError('denied') for a profile that cannot be enforced. */
export function createWriteGuard(profile: PermissionProfile, places: Places): WriteGuard {
  if (profile.type !== 'managed') return () => true
  const { root, inner } = realEntries(profile, places)
  const guarded = inner
    .filter((entry) => entry.access === 'write')
    .flatMap((entry) => guardedPaths(entry.path))
  return (realPath) => {
    const deciding = inner.findLast((entry) => isWithin(entry.path, realPath))
    if ((deciding?.access ?? root) !== 'write') return false
    // Some file systems do not tell case apart.
    return !guarded.some((one) => isWithin(one.toLowerCase(), realPath.toLowerCase()))
  }
}
