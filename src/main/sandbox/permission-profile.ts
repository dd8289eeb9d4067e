// What commands and patches of a thread may touch: the profile that is enforced, and its legacy view.
import path from 'node:path'
import { z } from 'zod'
import type { SandboxPolicy } from '../../protocol/index.ts'
import { closedBy, type DeniedGlob, deniedGlob } from './denied-globs.ts'

export { isGlob } from './denied-globs.ts'

const SpecialPlace = z.enum(['root', 'projectRoots', 'tmpdir', 'slashTmp'])
type SpecialPlace = z.output<typeof SpecialPlace>

const ProfilePath = z.discriminatedUnion('type', [
  z.object({ type: z.literal('path'), path: z.string() }),
  z.object({
    type: z.literal('special'),
    name: SpecialPlace,
    /** A place inside of it. */
    subpath: z.string().optional(),
  }),
  /** Everything that a pattern names; it can only be denied. */
  z.object({
    type: z.literal('glob'),
    /** Where the pattern begins; absent: it is absolute. */
    in: SpecialPlace.optional(),
    pattern: z.string(),
  }),
])
type ProfilePath = z.output<typeof ProfilePath>

export const ProfileEntry = z
  .object({ path: ProfilePath, access: z.enum(['read', 'write', 'deny']) })
  .refine(({ path: { type }, access }) => type !== 'glob' || access === 'deny', {
    error: 'a pattern can only be denied',
    path: ['access'],
  })
export type ProfileEntry = z.output<typeof ProfileEntry>

/** `managed`: our sandbox enforces the entries; `disabled`: no sandbox; `external`: someone else isolates. */
export const PermissionProfile = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('managed'),
    entries: z.array(ProfileEntry),
    network: z.enum(['restricted', 'enabled']),
    /** How many levels below its fixed beginning a pattern is looked up on the disk; absent: all of them. */
    globScanMaxDepth: z.number().int().positive().optional(),
  }),
  z.object({ type: z.literal('disabled') }),
  z.object({ type: z.literal('external'), network: z.enum(['restricted', 'enabled']) }),
])
export type PermissionProfile = z.output<typeof PermissionProfile>
type Managed = Extract<PermissionProfile, { type: 'managed' }>

/** What the special paths of a profile stand for. All absolute. */
export interface Places {
  readonly cwd: string
  /** `projectRoots`. */
  readonly workspaceRoots: readonly string[]
  /** `tmpdir`: $TMPDIR, null when it is not set. */
  readonly tmpdir: string | null
  /** The app's own folder: never writable through a root around it. */
  readonly home?: string | null | undefined
}

/** One entry with its place resolved. */
export interface PlacedEntry {
  readonly path: string
  readonly access: ProfileEntry['access']
  /** The pattern that names it, where one does. */
  readonly pattern?: string
}

const SLASH_TMP = '/tmp'
const accessRank: Record<ProfileEntry['access'], number> = { read: 0, write: 1, deny: 2 }

const special = (name: SpecialPlace): ProfilePath => ({
  type: 'special',
  name,
})

/** The profile of a built-in id (`:read-only`, `:workspace`, `:danger-full-access`). */
export function builtInProfile(id: string): PermissionProfile | undefined {
  switch (id) {
    case ':read-only':
      return profileOfSandboxPolicy({ type: 'readOnly', networkAccess: false })
    case ':workspace':
      return profileOfSandboxPolicy({
        type: 'workspaceWrite',
        writableRoots: [],
        networkAccess: false,
        excludeTmpdirEnvVar: false,
        excludeSlashTmp: false,
      })
    case ':danger-full-access':
      return { type: 'disabled' }
    default:
      return undefined
  }
}

/** `next`, in which what `current` says must not even be read stays so. */
export function keepingDenied(
  next: PermissionProfile,
  current: PermissionProfile,
): PermissionProfile {
  if (next.type !== 'managed' || current.type !== 'managed') return next
  const isSaid = ({ path: where }: ProfileEntry): boolean =>
    next.entries.some((entry) => JSON.stringify(entry.path) === JSON.stringify(where))
  const denied = current.entries.filter((entry) => entry.access === 'deny' && !isSaid(entry))
  return denied.length === 0 ? next : { ...next, entries: [...next.entries, ...denied] }
}

/** The profile that enforces a legacy sandbox policy. */
export function profileOfSandboxPolicy(policy: SandboxPolicy): PermissionProfile {
  switch (policy.type) {
    case 'dangerFullAccess':
      return { type: 'disabled' }
    case 'externalSandbox':
      return { type: 'external', network: policy.networkAccess }
    case 'readOnly':
      return {
        type: 'managed',
        entries: [{ path: special('root'), access: 'read' }],
        network: networkOf(policy.networkAccess),
      }
    case 'workspaceWrite': {
      const written: ProfilePath[] = [
        special('projectRoots'),
        ...policy.writableRoots.map((root): ProfilePath => ({ type: 'path', path: root })),
        ...(policy.excludeSlashTmp ? [] : [special('slashTmp')]),
        ...(policy.excludeTmpdirEnvVar ? [] : [special('tmpdir')]),
      ]
      return {
        type: 'managed',
        entries: [
          { path: special('root'), access: 'read' },
          ...written.map((where): ProfileEntry => ({ path: where, access: 'write' })),
        ],
        network: networkOf(policy.networkAccess),
      }
    }
  }
}

function networkOf(isEnabled: boolean): 'restricted' | 'enabled' {
  return isEnabled ? 'enabled' : 'restricted'
}

/**
 * The legacy view: derived anew each time, for display and old clients, never enforced. Profiles that it cannot
 * express become `workspaceWrite` with the roots that are really writable.
 */
export function sandboxPolicyOf(profile: PermissionProfile, places: Places): SandboxPolicy {
  if (profile.type === 'disabled') return { type: 'dangerFullAccess' }
  if (profile.type === 'external')
    return { type: 'externalSandbox', networkAccess: profile.network }
  const networkAccess = profile.network === 'enabled'
  const written = profile.entries.filter((entry) => entry.access === 'write')
  if (written.some(({ path: where }) => where.type === 'special' && where.name === 'root'))
    return networkAccess
      ? { type: 'dangerFullAccess' }
      : { type: 'externalSandbox', networkAccess: 'restricted' }
  if (written.length === 0) return { type: 'readOnly', networkAccess }
  const isTemporary = ({ path: where }: ProfileEntry): boolean =>
    where.type === 'special' && (where.name === 'tmpdir' || where.name === 'slashTmp')
  const roots = written
    .filter((entry) => !isTemporary(entry))
    .flatMap((entry) => placesOf(entry, places))
  return {
    type: 'workspaceWrite',
    writableRoots: [...new Set(roots)].filter((root) => root !== path.normalize(places.cwd)),
    networkAccess,
    // Without $TMPDIR the profile's own word counts, so that a policy reads back as it was given.
    excludeTmpdirEnvVar:
      places.tmpdir === null
        ? !written.some(({ path: where }) => where.type === 'special' && where.name === 'tmpdir')
        : !allowsWrite(profile, places.tmpdir, places),
    excludeSlashTmp: !allowsWrite(profile, SLASH_TMP, places),
  }
}

function placesOf({ path: where }: ProfileEntry, places: Places): readonly string[] {
  if (where.type === 'path') return [normal(where.path)]
  if (where.type === 'glob') return []
  const found = placesNamed(where.name, places)
  const { subpath } = where
  return subpath === undefined ? found : found.map((place) => normal(path.join(place, subpath)))
}

function placesNamed(name: SpecialPlace, places: Places): readonly string[] {
  switch (name) {
    case 'root':
      return [path.parse(places.cwd).root]
    case 'projectRoots':
      return places.workspaceRoots.map(normal)
    case 'tmpdir':
      return places.tmpdir === null ? [] : [normal(places.tmpdir)]
    case 'slashTmp':
      return process.platform === 'win32' ? [] : [SLASH_TMP]
  }
}

function normal(absolute: string): string {
  const { root } = path.parse(absolute)
  return (
    root +
    path
      .normalize(absolute)
      .slice(root.length)
      .replace(/[/\\]+$/, '')
  )
}

/**
 * Entries of a managed profile as paths, the app's own folder included, outermost first; later ones win. Patterns are
 * told by `placedGlobs`.
 */
export function placedEntries(profile: Managed, places: Places): readonly PlacedEntry[] {
  const placed = profile.entries.flatMap((entry) =>
    placesOf(entry, places).map((where): PlacedEntry => ({ path: where, access: entry.access })),
  )
  const entries: readonly PlacedEntry[] = places.home
    ? [{ path: normal(places.home), access: 'read' }, ...placed]
    : placed
  return outermostFirst(entries)
}

/** Where two are about the same place, the stricter one comes last. */
export function outermostFirst(entries: readonly PlacedEntry[]): readonly PlacedEntry[] {
  return [...entries].sort(
    (a, b) => depth(a.path) - depth(b.path) || accessRank[a.access] - accessRank[b.access],
  )
}

/** The patterns that a managed profile denies, each as an absolute one. */
export function placedGlobs(profile: Managed, places: Places): readonly DeniedGlob[] {
  return profile.entries.flatMap(({ path: where }) => {
    if (where.type !== 'glob') return []
    const { pattern } = where
    if (where.in === undefined) return [deniedGlob(pattern)]
    return placesNamed(where.in, places).map((place) => deniedGlob(path.join(place, pattern)))
  })
}

/** The entry that decides about a path: of those around it the innermost one. Links are not followed. */
export function decidingEntry(
  entries: readonly PlacedEntry[],
  globs: readonly DeniedGlob[],
  absolute: string,
): PlacedEntry | undefined {
  const placed = entries.findLast((entry) => isWithin(entry.path, absolute))
  const closed = closedBy(globs, absolute)
  if (!closed || (placed && depth(placed.path) > depth(closed.path))) return placed
  return { ...closed, access: 'deny' }
}

function depth(absolute: string): number {
  return absolute.split(path.sep).filter((part) => part !== '').length
}

/** Folders below which writing is allowed, outermost first; the root of the file system when nothing confines. */
export function writableRoots(profile: PermissionProfile, places: Places): readonly string[] {
  if (profile.type !== 'managed') return [path.parse(places.cwd).root]
  const written = placedEntries(profile, places).filter((entry) => entry.access === 'write')
  return [...new Set(written.map((entry) => entry.path))]
}

function accessTo(
  profile: Managed,
  absolute: string,
  places: Places,
): ProfileEntry['access'] | undefined {
  const entries = placedEntries(profile, places)
  return decidingEntry(entries, placedGlobs(profile, places), absolute)?.access
}

/** By the entries alone. Protected paths are looked at by `mayWrite`. */
function allowsWrite(profile: PermissionProfile, absolute: string, places: Places): boolean {
  return profile.type !== 'managed' || accessTo(profile, absolute, places) === 'write'
}

/** True when the profile forbids even reading it. Links are not followed here. */
export function isDeniedRead(
  profile: PermissionProfile,
  absolute: string,
  places: Places,
): boolean {
  return profile.type === 'managed' && accessTo(profile, absolute, places) === 'deny'
}

/** Kept read-only directly inside every writable root: what lies there is run or obeyed by other programs. */
export const PROTECTED_NAMES = ['.git', '.codex', '.agents', '.skein'] as const

/** True when a patch may write this path without anybody being asked. Links are not followed here. */
export function mayWrite(profile: PermissionProfile, absolute: string, places: Places): boolean {
  if (profile.type !== 'managed') return true
  if (!allowsWrite(profile, absolute, places)) return false
  return !writableRoots(profile, places).some((root) => isProtectedIn(root, absolute))
}

/** True for what other programs run or obey, wherever it lies, and for the app's own folder. */
export function isProtected(absolute: string, { home }: Pick<Places, 'home'>): boolean {
  const names = absolute.split(path.sep).map((part) => part.toLowerCase())
  const isOwn = home !== null && home !== undefined && isWithin(home, absolute)
  return isOwn || names.some((name) => (PROTECTED_NAMES as readonly string[]).includes(name))
}

function isProtectedIn(root: string, absolute: string): boolean {
  if (!isWithin(root, absolute)) return false
  const [first = ''] = path.relative(root, absolute).split(path.sep)
  // Some file systems do not tell case apart.
  return (PROTECTED_NAMES as readonly string[]).includes(first.toLowerCase())
}

/** True for the folder itself too. Both absolute and normalised. */
export function isWithin(folder: string, absolute: string): boolean {
  const relative = path.relative(folder, absolute)
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative)
}
