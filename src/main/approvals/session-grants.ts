// What a person allowed "for this session": a plain value that lives as long as the thread is loaded.
import type { PermissionProfile, ProfileEntry } from '../sandbox/permission-profile.ts'
import { scriptOf, splitScript } from '../tools/shell-script.ts'
import type { ToolAction } from '../tools/tool.ts'

/** Added to a permission profile. Absolute folders and files. */
export interface GrantedPermissions {
  readonly read: readonly string[]
  readonly write: readonly string[]
  readonly network: boolean
}

export interface SessionGrants {
  readonly commands: readonly string[]
  /** Absolute paths of files. */
  readonly files: readonly string[]
  readonly permissions: readonly GrantedPermissions[]
}

export const emptyGrants: SessionGrants = { commands: [], files: [], permissions: [] }

export function addGrant(grants: SessionGrants, action: ToolAction): SessionGrants {
  switch (action.type) {
    case 'none':
      return grants
    case 'command':
      return { ...grants, commands: union(grants.commands, [commandKey(action)]) }
    case 'fileChange':
      return { ...grants, files: union(grants.files, action.paths) }
  }
}

export function addPermissions(
  grants: SessionGrants,
  permissions: GrantedPermissions,
): SessionGrants {
  return { ...grants, permissions: [...grants.permissions, permissions] }
}

/** The profile with these on top; what it denies stays denied, what is protected stays protected. */
export function widened(
  profile: PermissionProfile,
  granted: readonly GrantedPermissions[],
): PermissionProfile {
  if (profile.type !== 'managed' || granted.length === 0) return profile
  const entries = granted.flatMap(({ read, write }): ProfileEntry[] => [
    ...read.map((path): ProfileEntry => ({ path: { type: 'path', path }, access: 'read' })),
    ...write.map((path): ProfileEntry => ({ path: { type: 'path', path }, access: 'write' })),
  ])
  return {
    ...profile,
    entries: [...profile.entries, ...entries],
    network: granted.some(({ network }) => network) ? 'enabled' : profile.network,
  }
}

/** True when the same command in the same circumstances, or every file of the patch, was allowed before. */
export function isGranted(grants: SessionGrants, action: ToolAction): boolean {
  switch (action.type) {
    case 'none':
      return true
    case 'command':
      return grants.commands.includes(commandKey(action))
    case 'fileChange':
      return action.paths.length > 0 && action.paths.every((file) => grants.files.includes(file))
  }
}

/** Two commands that differ in blanks only are the same; another folder, a tty or an escalation makes another. */
function commandKey(action: Extract<ToolAction, { type: 'command' }>): string {
  const script = scriptOf(action.argv)
  const commands = script === undefined ? undefined : splitScript(script)
  const what = commands
    ? [
        action.argv.slice(0, 2),
        commands.map(({ joinedBy, hasGlob, words }) => [joinedBy, hasGlob, words]),
      ]
    : action.argv
  return JSON.stringify([what, action.cwd, action.tty, action.escalate])
}

function union(known: readonly string[], added: readonly string[]): readonly string[] {
  return [...new Set([...known, ...added])]
}
