// What the model is told when the sandbox most likely stopped its command: what is allowed, and how to ask for more.
import { sandboxDenial } from '../../../protocol/index.ts'
import { writableRoots } from '../../sandbox/permission-profile.ts'
import type { ToolContext } from '../tool.ts'

interface EndedCommand {
  readonly sandboxed: boolean
  readonly exitCode: number | null
  readonly output: string
}

/** None when the command was not confined, or looks as if it failed by itself. */
export function denialNotes(ended: EndedCommand, context: ToolContext): readonly string[] {
  const { profile, cwd, workspaceRoots } = context
  if (!ended.sandboxed || profile.type !== 'managed') return []
  const isNetworkOff = profile.network === 'restricted'
  const reason = sandboxDenial(ended.exitCode, ended.output, isNetworkOff)
  if (reason === null) return []
  const places = { cwd, workspaceRoots, tmpdir: process.env.TMPDIR ?? null }
  const writable = writableRoots(profile, places)
  const allowed = writable.length > 0 ? `only in ${writable.join(', ')}` : 'nowhere'
  const note = [
    `Note: the sandbox may have stopped this command (${reason}).`,
    `Inside it files can be written ${allowed}; the network is ${isNetworkOff ? 'off' : 'on'}.`,
    advice(context),
  ]
  return [note.join(' ')]
}

function advice({ approvalPolicy }: ToolContext): string {
  const nobody =
    approvalPolicy === 'never' ||
    (typeof approvalPolicy === 'object' && !approvalPolicy.granular.sandbox_approval)
  return nobody
    ? 'The approval policy lets nobody be asked: do it another way, or say what is missing.'
    : 'If it has to happen, call exec_command again with sandbox_permissions "require_escalated" and a justification, and the user will be asked.'
}
