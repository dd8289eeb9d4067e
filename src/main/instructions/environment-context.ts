// What the model is told about where it works: once at the start, later only what changed.
import type { ApprovalPolicy, ModeKind } from '../../protocol/index.ts'
import { developerMessage, type ModelItem, userMessage } from '../model/model-item.ts'
import { modeChange, modeInstructions } from './mode-instructions.ts'

/** The settings the model must know of. */
export interface WorkingContext {
  readonly cwd: string
  readonly workspaceRoots: readonly string[]
  readonly writableRoots: readonly string[]
  readonly access: 'read-only' | 'workspace-write' | 'full'
  readonly network: boolean
  readonly approvalPolicy: ApprovalPolicy
  readonly model: string
  readonly developerInstructions: string | null
  readonly mode: ModeKind
  readonly modeInstructions: string | null
  readonly shell: string
}

/** A file of instructions that is in force for a folder. */
export interface InstructionDocument {
  readonly path: string
  readonly text: string
}

/** A part of the initial context that an extension adds: rules and abilities the model has here, or context. */
export interface ContextFragment {
  readonly slot:
    | 'developerPolicy'
    | 'developerCapabilities'
    | 'contextualUser'
    | 'separateDeveloper'
  readonly text: string
}

/** The messages before the first input of a thread. */
export function initialContext(
  context: WorkingContext,
  documents: readonly InstructionDocument[],
  today: string,
  fragments: readonly ContextFragment[] = [],
): readonly ModelItem[] {
  const added = (slot: ContextFragment['slot']): readonly string[] =>
    fragments.filter((fragment) => fragment.slot === slot).map(({ text }) => text)
  const developer = [
    permissionText(context),
    context.developerInstructions,
    ...added('developerPolicy'),
    ...added('developerCapabilities'),
    modeText(modeInstructions(context.mode, context.modeInstructions)),
  ].filter(Boolean)
  const parts = [
    ...added('contextualUser'),
    ...documents.map(({ path, text }) => `<instructions file="${path}">\n${text}\n</instructions>`),
    environmentText(context, today),
  ]
  return [
    developerMessage(developer.join('\n\n')),
    ...added('separateDeveloper').map(developerMessage),
    userMessage(parts.map((text) => ({ type: 'input_text', text }))),
  ]
}

/** What changed since the model was last told; empty when nothing did. */
export function contextChanges(
  before: WorkingContext,
  now: WorkingContext,
  today: string,
): readonly ModelItem[] {
  const items: ModelItem[] = []
  const notes: string[] = []
  if (before.model !== now.model)
    notes.push(`The model of this thread changed from ${before.model} to ${now.model}.`)
  if (permissionText(before) !== permissionText(now)) notes.push(permissionText(now))
  if (before.developerInstructions !== now.developerInstructions && now.developerInstructions)
    notes.push(now.developerInstructions)
  if (before.mode !== now.mode || before.modeInstructions !== now.modeInstructions)
    notes.push(modeText(modeChange(now.mode, now.modeInstructions)) ?? '')
  if (notes.length > 0) items.push(developerMessage(notes.join('\n\n')))
  if (environmentText(before, today) !== environmentText(now, today))
    items.push(userMessage([{ type: 'input_text', text: environmentText(now, today) }]))
  return items
}

function modeText(instructions: string | null): string | null {
  return instructions === null
    ? null
    : `<collaboration_mode>\n${instructions}\n</collaboration_mode>`
}

function environmentText(context: WorkingContext, today: string): string {
  const roots = context.workspaceRoots.map((root) => `  <root>${root}</root>`).join('\n')
  return [
    '<environment>',
    `  <cwd>${context.cwd}</cwd>`,
    roots,
    `  <shell>${context.shell}</shell>`,
    `  <date>${today}</date>`,
    '</environment>',
  ].join('\n')
}

function permissionText(context: WorkingContext): string {
  return `<permissions>\n${sandboxSentence(context)} ${networkSentence(context)} ${approvalSentence(context.approvalPolicy)}\n</permissions>`
}

function sandboxSentence({ access, writableRoots }: WorkingContext): string {
  switch (access) {
    case 'full':
      return 'Commands run without a sandbox, with the rights of the person.'
    case 'read-only':
      return 'Commands run in a sandbox that may read files but write none.'
    case 'workspace-write':
      return `Commands run in a sandbox that may read files and write below ${writableRoots.join(', ')}; .git and settings folders there stay read-only.`
  }
}

function networkSentence({ network }: WorkingContext): string {
  return network ? 'The network can be reached.' : 'The network cannot be reached.'
}

function approvalSentence(policy: ApprovalPolicy): string {
  if (policy === 'never')
    return 'Nobody can be asked: what would need approval is refused, so work within the limits.'
  if (policy === 'untrusted')
    return 'The person is asked before every command that is not known to be harmless, and before every change of files.'
  return 'When a command must leave the sandbox, ask for it with sandbox_permissions "require_escalated" and a justification; the person decides.'
}
