// What overrides would change, and which of them are refused: tried on a copy, nothing is kept.
import type { PreviewChange, Refusal } from '../../protocol/index.ts'
import type { ConfigInForce } from '../config/config-service.ts'
import { SkeinError } from '../lib/errors.ts'
import { applyOverrides, type LayeredSettings, type SettingsOverrides } from './settings.ts'
import { changedSettings } from './settings-diff.ts'

export interface SettingsPreview {
  /** With everything that is not refused. */
  readonly after: LayeredSettings
  readonly changes: readonly PreviewChange[]
  readonly refused: readonly Refusal[]
  readonly notes: readonly string[]
}

type OverrideName = keyof SettingsOverrides & string

/** `onlyThisTurn` names the overrides that the thread does not keep. */
export function previewOverrides(
  current: LayeredSettings,
  overrides: SettingsOverrides,
  onlyThisTurn: readonly string[],
  config: ConfigInForce,
): SettingsPreview {
  const refused: Refusal[] = []
  let after = current
  for (const group of groupsOf(overrides)) {
    const layer = group.some((name) => onlyThisTurn.includes(name)) ? 'turn' : 'thread'
    const chosen = Object.fromEntries(group.map((name) => [name, overrides[name]]))
    const [first = ''] = group
    try {
      after = applyOverrides(after, chosen, layer, config)
    } catch (thrown) {
      if (!(thrown instanceof SkeinError)) throw thrown
      refused.push(refusalOf(thrown, first, overrides[first as OverrideName]))
    }
  }
  const changes = changedSettings(current, after).map((change) => ({
    key: change.key,
    before: change.before,
    after: change.after,
    layer: change.layerAfter,
  }))
  return { after, changes, refused, notes: notesOn(current, after) }
}

/** What is said of a thing together is tried together: the words for permissions exclude each other. */
const together: readonly (readonly OverrideName[])[] = [
  ['permissions', 'sandboxPolicy', 'sandbox'],
  ['cwd', 'runtimeWorkspaceRoots'],
  ['model', 'effort'],
]

function groupsOf(overrides: SettingsOverrides): readonly (readonly OverrideName[])[] {
  const names = Object.keys(overrides).filter(
    (name) => overrides[name as OverrideName] !== undefined,
  ) as OverrideName[]
  const groups = together.map((group) => group.filter((name) => names.includes(name)))
  const alone = names.filter((name) => !together.some((group) => group.includes(name)))
  return [...groups, ...alone.map((name) => [name])].filter((group) => group.length > 0)
}

function refusalOf(thrown: SkeinError, field: string, value: unknown): Refusal {
  const { allowed, layer, reason } = thrown.detail
  return {
    field,
    value: thrown.detail.value ?? value ?? null,
    allowed: Array.isArray(allowed) ? allowed : null,
    layer: typeof layer === 'string' ? layer : null,
    message: typeof reason === 'string' ? reason : thrown.message,
  }
}

function notesOn(
  { values: before }: LayeredSettings,
  { values: after }: LayeredSettings,
): string[] {
  const notes: string[] = []
  if (before.permissionProfile.type === 'managed' && after.permissionProfile.type !== 'managed')
    notes.push('Raises the sandbox to full access.')
  if (before.approvalPolicy !== 'never' && after.approvalPolicy === 'never')
    notes.push('Nothing is asked any more: what is not allowed is refused.')
  if (before.cwd !== after.cwd) notes.push('The instructions of the new folder are not read again.')
  return notes
}
