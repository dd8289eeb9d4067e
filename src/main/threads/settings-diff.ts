// What differs between two readings of a thread's settings.
import { isDeepStrictEqual } from 'node:util'
import type { LayeredSettings, SettingsKey } from './settings.ts'

export interface SettingChange {
  readonly key: SettingsKey
  readonly before: unknown
  readonly after: unknown
  readonly layerBefore: string
  readonly layerAfter: string
}

/** One row for each setting whose value differs; the same value from another layer is the same setting. */
export function changedSettings(
  before: LayeredSettings,
  after: LayeredSettings,
): readonly SettingChange[] {
  const keys = new Set([...Object.keys(before.values), ...Object.keys(after.values)])
  return [...keys].flatMap((name) => {
    const key = name as SettingsKey
    if (isDeepStrictEqual(before.values[key], after.values[key])) return []
    return [
      {
        key,
        before: before.values[key] ?? null,
        after: after.values[key] ?? null,
        layerBefore: before.origins[key] ?? 'defaults',
        layerAfter: after.origins[key] ?? 'defaults',
      },
    ]
  })
}
