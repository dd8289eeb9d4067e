// What each layer says of one key, highest first: the one in force and those it lies over.
import type { LayeredConfig } from '../../state/config-calls.ts'

type LayerView = NonNullable<LayeredConfig['layers']>[number]

export interface LayerValue {
  readonly layer: string
  /** The file it stands in; null for those without one. */
  readonly file: string | null
  readonly value: unknown
  /** Why it does not count; null when it does, or only something above it keeps it from counting. */
  readonly disabledReason: string | null
}

/** `key` is dotted; parts of it may hold dots themselves. */
export function layerValues(layers: readonly LayerView[], key: string): readonly LayerValue[] {
  return layers.flatMap((layer) => {
    const value = valueAt(layer.config, key)
    if (value === undefined) return []
    const { disabledReason } = layer
    return [{ layer: layerName(layer), file: layerFile(layer), value, disabledReason }]
  })
}

export function layerName({ name }: Pick<LayerView, 'name'>): string {
  switch (name.type) {
    case 'user':
      return name.profile === null ? 'user' : 'profile'
    case 'sessionFlags':
      return 'commandLine'
    default:
      return name.type
  }
}

export function layerFile({ name }: Pick<LayerView, 'name'>): string | null {
  switch (name.type) {
    case 'user':
    case 'system':
      return name.file
    case 'project':
      return `${name.dotCodexFolder}/config.toml`
    default:
      return null
  }
}

function valueAt(table: Readonly<Record<string, unknown>>, key: string): unknown {
  if (Object.hasOwn(table, key)) return table[key]
  for (const [part, inner] of Object.entries(table)) {
    if (!key.startsWith(`${part}.`) || typeof inner !== 'object' || inner === null) continue
    const found = valueAt(inner as Record<string, unknown>, key.slice(part.length + 1))
    if (found !== undefined) return found
  }
  return undefined
}

/** The key of config.toml behind a setting of a thread; undefined where no file sets it. */
export function configKeyOf(setting: string): string | undefined {
  return configKeys[setting]
}

const configKeys: Readonly<Record<string, string>> = {
  model: 'model',
  modelProvider: 'model_provider',
  serviceTier: 'service_tier',
  approvalPolicy: 'approval_policy',
  approvalsReviewer: 'approvals_reviewer',
  permissionProfile: 'sandbox_mode',
  activePermissionProfile: 'default_permissions',
  effort: 'model_reasoning_effort',
  summary: 'model_reasoning_summary',
  personality: 'personality',
  baseInstructions: 'instructions',
  developerInstructions: 'developer_instructions',
}
