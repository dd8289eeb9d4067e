// Who must be asked before a tool acts: a pure decision over the approval policy, the permission profile, the rules
// and what was allowed before.
import path from 'node:path'
import { isProtected, mayWrite } from '../sandbox/permission-profile.ts'
import type { ToolAction } from '../tools/tool.ts'
import { decideCommand } from './command-policy.ts'
import { type ActionDecision, type ActionInput, ANSWERS, mayAskFor } from './questions.ts'
import { isGranted } from './session-grants.ts'

type FileChanges = Extract<ToolAction, { type: 'fileChange' }>

export function decideAction(input: ActionInput): ActionDecision {
  const { action } = input
  switch (action.type) {
    case 'none':
      return { type: 'run', bypassSandbox: false }
    case 'command':
      return decideCommand(input, action)
    case 'fileChange':
      return decideFileChange(input, action)
  }
}

function decideFileChange(input: ActionInput, action: FileChanges): ActionDecision {
  const outside = action.paths.filter((file) => !mayWrite(input.profile, file, input))
  if (outside.length === 0 && input.policy !== 'untrusted')
    return { type: 'run', bypassSandbox: false }
  const mayAsk = mayAskFor(input.policy, 'sandbox')
  if (!mayAsk.allowed)
    return {
      type: 'forbidden',
      reason: `patch rejected: writing outside of the project (${outside.join(', ')}); ${mayAsk.because}`,
    }
  const bypassSandbox = outside.length > 0
  if (isGranted(input.grants, action)) return { type: 'run', bypassSandbox }
  return {
    type: 'ask',
    reason: fileReason(outside, action.overwrites),
    availableDecisions: ANSWERS,
    proposedAmendment: null,
    grantRoot: grantRootOf(input, outside),
    bypassSandboxWhenAccepted: bypassSandbox,
  }
}

function fileReason(outside: readonly string[], overwrites: readonly string[]): string | null {
  const parts = [
    ...(outside.length > 0 ? [`writes outside of the project: ${outside.join(', ')}`] : []),
    ...(overwrites.length > 0 ? [`overwrites: ${overwrites.join(', ')}`] : []),
  ]
  return parts.length > 0 ? parts.join('; ') : null
}

/** Folders this near to the root hold far more than a project. */
const GRANT_DEPTH_MIN = 3

/** The one folder outside of the project that several files go to; null when a question per file says it better. */
function grantRootOf(input: ActionInput, outside: readonly string[]): string | null {
  const folders = new Set(outside.map((file) => path.dirname(file)))
  const [folder] = folders
  if (outside.length < 2 || folders.size !== 1 || folder === undefined) return null
  const isDeep = folder.split(path.sep).filter(Boolean).length >= GRANT_DEPTH_MIN
  return isDeep && !outside.some((file) => isProtected(file, input)) ? folder : null
}
