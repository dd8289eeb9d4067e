// Permission profiles by name: those built in, and the `[permissions]` tables of the configuration.
import path from 'node:path'
import { type ActivePermissionProfile, builtInProfiles } from '../../protocol/index.ts'
import type { ConfigValues, PermissionTable } from '../config/config-schema.ts'
import { SkeinError } from '../lib/errors.ts'
import {
  builtInProfile,
  isGlob,
  type PermissionProfile,
  type ProfileEntry,
} from '../sandbox/permission-profile.ts'

/** A permission profile with its provenance. */
export interface Permissions {
  readonly profile: PermissionProfile
  readonly active: ActivePermissionProfile | null
}

type Managed = Extract<PermissionProfile, { type: 'managed' }>

export interface ProfileSummary {
  readonly id: string
  readonly description: string | null
  /** Why it cannot be used; null when it can. */
  readonly problem: string | null
}

/** Throws SkeinError('invalidParams') for an id that nobody has defined, or that cannot be enforced as written. */
export function namedPermissions(id: string, config: ConfigValues): Permissions {
  const builtIn = builtInProfile(id)
  if (builtIn) return { profile: builtIn, active: { id } }
  const table = config.permissions?.[id]
  if (!table) throw unknown(id, config)
  const parent = table.extends ?? null
  return { profile: configured(id, config, []), active: { id, extends: parent } }
}

const descriptions: Record<(typeof builtInProfiles)[number], string> = {
  ':read-only': 'Read files everywhere, write none, no network.',
  ':workspace': 'Read files everywhere, write in the workspace and temporary folders, no network.',
  ':danger-full-access': 'No sandbox: everything you may do, commands may do.',
}

/** Built-in ones first, then those of the configuration by name. */
export function profileSummaries(config: ConfigValues): readonly ProfileSummary[] {
  const own = Object.entries(config.permissions ?? {})
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([id, table]) => ({
      id,
      description: table.description ?? null,
      problem: problemOf(id, config),
    }))
  return [
    ...builtInProfiles.map((id) => ({ id, description: descriptions[id], problem: null })),
    ...own,
  ]
}

function problemOf(id: string, config: ConfigValues): string | null {
  try {
    configured(id, config, [])
    return null
  } catch (thrown) {
    if (thrown instanceof SkeinError) return thrown.message
    throw thrown
  }
}

function unknown(id: string, config: ConfigValues): SkeinError {
  const own = Object.keys(config.permissions ?? {})
  const allowed = [...builtInProfiles, ...own]
  const message =
    id.startsWith(':') || own.length > 0
      ? `unknown permission profile \`${id}\`: use ${allowed.join(', ')}`
      : 'failed to load configuration: default_permissions requires a `[permissions]` table'
  return new SkeinError('invalidParams', message, { field: 'permissions', value: id, allowed })
}

/** What the table adds lies over what it extends; later entries win where they name the same place. */
function configured(id: string, config: ConfigValues, below: readonly string[]): Managed {
  const table = config.permissions?.[id]
  if (!table) throw unknown(id, config)
  if (below.includes(id)) throw unfit(id, 'extends', `extends itself`)
  const base = table.extends === undefined ? undefined : parentOf(table.extends)
  const entries = [
    ...(base?.entries ?? [{ path: { type: 'special', name: 'root' }, access: 'read' } as const]),
    ...entriesOf(id, table),
  ]
  const network =
    table.network?.enabled === undefined
      ? (base?.network ?? 'restricted')
      : table.network.enabled
        ? 'enabled'
        : 'restricted'
  const depth = scanDepthOf(id, table) ?? base?.globScanMaxDepth
  return {
    type: 'managed',
    entries: withoutRepeats(entries),
    network,
    ...(depth !== undefined && { globScanMaxDepth: depth }),
  }

  function parentOf(parent: string): Managed {
    const builtIn = builtInProfile(parent)
    if (!builtIn) return configured(parent, config, [...below, id])
    if (builtIn.type === 'managed') return builtIn
    throw unfit(id, 'extends', `extends \`${parent}\`, which has no sandbox to add to`)
  }
}

const specials: Readonly<Record<string, 'root' | 'projectRoots' | 'tmpdir' | 'slashTmp'>> = {
  ':root': 'root',
  ':project_roots': 'projectRoots',
  ':workspace_roots': 'projectRoots',
  ':tmpdir': 'tmpdir',
  ':slash_tmp': 'slashTmp',
}

/** How many levels below its fixed beginning a pattern is looked up; a setting among the places. */
const SCAN_DEPTH = 'glob_scan_max_depth'

function scanDepthOf(id: string, table: PermissionTable): number | undefined {
  const said = table.filesystem?.[SCAN_DEPTH]
  if (said === undefined || typeof said === 'number') return said
  throw unfit(id, SCAN_DEPTH, 'has to be a whole number from 1 on')
}

function entriesOf(id: string, table: PermissionTable): ProfileEntry[] {
  return Object.entries(table.filesystem ?? {}).flatMap(([where, said]) => {
    if (where === SCAN_DEPTH) return []
    if (typeof said === 'number') throw unfit(id, where, 'is neither a place nor a known setting')
    if (typeof said === 'string') return [entry(id, where, undefined, said)]
    return Object.entries(said).map(([inner, access]) =>
      entry(id, where, inner === '.' ? undefined : inner, access),
    )
  })
}

function entry(
  id: string,
  where: string,
  subpath: string | undefined,
  access: string,
): ProfileEntry {
  const whole = subpath === undefined ? where : path.join(where, subpath)
  const granted = access === 'none' ? 'deny' : (access as ProfileEntry['access'])
  if (isGlob(whole) && granted !== 'deny')
    throw unfit(id, whole, 'has a pattern, and patterns can only be denied')
  if (subpath !== undefined && /^\.\.(\/|$)/.test(path.normalize(subpath)))
    throw unfit(id, whole, 'leads out of the place it names')
  // Everything could be closed only to what runs nothing.
  if (specials[where] === 'root' && granted === 'deny' && !isGlob(whole))
    throw unfit(id, where, 'closes the whole machine, which no sandbox here can do')
  if (!specials[where] && !path.isAbsolute(where))
    throw unfit(id, where, 'is neither an absolute path nor a known place')
  return { path: placeOf(where, subpath), access: granted }
}

function placeOf(where: string, subpath: string | undefined): ProfileEntry['path'] {
  const name = specials[where]
  if (name && subpath !== undefined && isGlob(subpath))
    return { type: 'glob', in: name, pattern: path.normalize(subpath) }
  if (name) return { type: 'special', name, ...(subpath !== undefined && { subpath }) }
  const whole = path.normalize(subpath === undefined ? where : path.join(where, subpath))
  return isGlob(whole) ? { type: 'glob', pattern: whole } : { type: 'path', path: whole }
}

function unfit(id: string, where: string, words: string): SkeinError {
  return new SkeinError(
    'invalidParams',
    `invalid value for \`default_permissions\`: \`${where}\` of the profile \`${id}\` ${words}`,
    { field: 'permissions', value: id },
  )
}

function withoutRepeats(entries: readonly ProfileEntry[]): ProfileEntry[] {
  const byPlace = new Map(entries.map((one) => [JSON.stringify(one.path), one]))
  return [...byPlace.values()]
}
