// Layers of configuration laid over each other: tables merge, scalars and arrays replace, null clears.
import { createHash } from 'node:crypto'
import type { LayerName } from '../../protocol/index.ts'

export type Table = Readonly<Record<string, unknown>>

/** One source of values, as it was read: keys as in config.toml, JSON values only. */
export interface Layer {
  readonly name: LayerName
  readonly values: Table
}

export interface MergedLayers {
  readonly values: Table
  /** Dotted key of each set leaf to the layer that set it; an array is one leaf. */
  readonly origins: Readonly<Record<string, LayerName>>
}

export function isTable(value: unknown): value is Table {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** Lays `layers` over each other, the first one lowest. Nothing is copied that did not change. */
export function mergeLayers(layers: readonly Layer[]): MergedLayers {
  const origins = new Map<string, LayerName>()
  let values: Table = {}
  for (const layer of layers) values = layTable(values, layer.values, layer.name, '', origins)
  return { values, origins: Object.fromEntries(origins) }
}

function layTable(
  below: Table,
  above: Table,
  layer: LayerName,
  prefix: string,
  origins: Map<string, LayerName>,
): Table {
  const merged: Record<string, unknown> = { ...below }
  for (const [key, value] of Object.entries(above)) {
    if (key === '__proto__') continue
    const dotted = prefix + key
    const lower = below[key]
    if (isTable(value)) {
      if (lower !== undefined && !isTable(lower)) forget(origins, dotted)
      merged[key] = layTable(isTable(lower) ? lower : {}, value, layer, `${dotted}.`, origins)
      continue
    }
    forget(origins, dotted)
    if (value === null) delete merged[key]
    else {
      merged[key] = value
      origins.set(dotted, layer)
    }
  }
  return merged
}

/** A leaf that is replaced or cleared takes what was said below it along. */
function forget(origins: Map<string, LayerName>, dotted: string): void {
  origins.delete(dotted)
  for (const key of origins.keys()) if (key.startsWith(`${dotted}.`)) origins.delete(key)
}

/** "sha256:…" of the content: equal values have equal versions, whatever the order of their keys. */
export function versionOf(values: Table): string {
  return `sha256:${createHash('sha256').update(sortedJson(values)).digest('hex')}`
}

function sortedJson(values: Table): string {
  return JSON.stringify(values, (_key, member: unknown) =>
    isTable(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}
