// Asks a permission profile about one path, and says which of its words decided.
import path from 'node:path'
import {
  decidingEntry,
  isWithin,
  type PermissionProfile,
  type PlacedEntry,
  type Places,
  PROTECTED_NAMES,
  placedEntries,
  placedGlobs,
  writableRoots,
} from './permission-profile.ts'

export interface PathVerdict {
  readonly read: boolean
  readonly write: boolean
  readonly rule: string
}

/** Links are not followed: the sandbox itself looks at what is really there. */
export function checkPath(
  profile: PermissionProfile,
  absolute: string,
  places: Places,
): PathVerdict {
  if (profile.type === 'disabled')
    return { read: true, write: true, rule: 'Full access: nothing confines commands.' }
  if (profile.type === 'external')
    return { read: true, write: true, rule: 'Something outside of Skein confines commands.' }
  const entries = placedEntries(profile, places)
  const deciding = decidingEntry(entries, placedGlobs(profile, places), absolute)
  if (!deciding) return { read: false, write: false, rule: 'No entry of the profile names it.' }
  const guard = deciding.access === 'write' ? guardOf(profile, absolute, places) : undefined
  if (guard !== undefined)
    return { read: true, write: false, rule: `${guard} is protected inside a writable folder.` }
  return {
    read: deciding.access !== 'deny',
    write: deciding.access === 'write',
    rule: ruleOf(deciding, places),
  }
}

function guardOf(profile: PermissionProfile, absolute: string, places: Places): string | undefined {
  for (const root of writableRoots(profile, places)) {
    if (!isWithin(root, absolute)) continue
    const [first = ''] = path.relative(root, absolute).split(path.sep)
    const name = PROTECTED_NAMES.find((one) => one === first.toLowerCase())
    if (name !== undefined) return path.join(root, name)
  }
  return undefined
}

function ruleOf({ path: where, access, pattern }: PlacedEntry, places: Places): string {
  const what = placeName(where, places)
  switch (access) {
    case 'write':
      return `${what} may be written.`
    case 'read':
      return `${what} may be read, not written.`
    case 'deny':
      return pattern === undefined
        ? `${what} is closed to commands.`
        : `${what} is closed to commands by the pattern ${pattern}.`
  }
}

function placeName(where: string, { workspaceRoots, tmpdir, home, cwd }: Places): string {
  if (where === path.parse(cwd).root) return 'Everything on this machine'
  if (workspaceRoots.includes(where)) return `The workspace ${where}`
  if (where === tmpdir || where === '/tmp') return `The temporary folder ${where}`
  return where === home ? `The app’s own folder ${where}` : where
}
