// What may be typed at the beginning of a message in place of words: `/compact` and the like.
import type { Command } from '../../state/commands/command.ts'
import { findCommand } from '../../state/commands/commands.ts'

interface SlashCommand {
  readonly name: string
  /** Of the palette; null: it is about the message field itself. */
  readonly command: Command | null
  readonly title: string
}

const commandOf: Readonly<Record<string, string | null>> = {
  goal: 'thread.goal',
  model: 'go.model',
  effort: 'go.effort',
  permissions: 'go.permissions',
  approvals: 'go.policy',
  plan: 'thread.planMode',
  compact: 'thread.compact',
  review: 'thread.review',
  fork: 'thread.fork',
  revert: 'thread.revert',
  rename: 'thread.rename',
  export: 'thread.export',
  mcp: 'view.mcp',
  terminals: 'view.terminal',
  status: 'view.usage',
  config: 'view.config',
  clear: null,
}

/** Those whose name begins with what is typed, else those that contain it. */
export function slashCommands(query: string): readonly SlashCommand[] {
  const wanted = query.toLowerCase()
  const names = Object.keys(commandOf)
  const beginning = names.filter((name) => name.startsWith(wanted))
  const found = beginning.length > 0 ? beginning : names.filter((name) => name.includes(wanted))
  return found.map((name) => {
    const id = commandOf[name]
    const command = (id && findCommand(id)) || null
    return { name, command, title: command?.title ?? 'Clear the message field' }
  })
}
