// The settings of a snapshot as they would stand in a config.toml.
import { stringify } from 'smol-toml'
import type { ConfigSnapshotView } from '../../../protocol/index.ts'
import { configKeyOf } from '../config/layer-values.ts'

/** What is not set, or is no setting of a file, is left out. */
export function settingsToml({ values }: Pick<ConfigSnapshotView, 'values'>): string {
  const table: Record<string, unknown> = {}
  for (const [setting, value] of Object.entries(values)) {
    const key = configKeyOf(setting)
    if (key !== undefined && value !== null && value !== undefined) put(table, key, value)
  }
  return stringify(table)
}

/** Puts it at a dotted key. */
function put(table: Record<string, unknown>, key: string, value: unknown): void {
  const parts = key.split('.')
  const last = parts.pop() ?? key
  let inner = table
  for (const part of parts) {
    const next = (inner[part] ?? {}) as Record<string, unknown>
    inner[part] = next
    inner = next
  }
  inner[last] = value
}
