// What a person allowed "for this session": a plain value that lives as long as the thread is loaded.
import { scriptOf, splitScript } from '../tools/shell-script.ts'
import type { ToolAction } from '../tools/tool.ts'

export interface SessionGrants {
  readonly commands: readonly string[]
  /** Absolute paths of files. */
  readonly files: readonly string[]
}

export const emptyGrants: SessionGrants = { commands: [], files: [] }

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
