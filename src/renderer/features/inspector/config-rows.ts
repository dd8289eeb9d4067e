// The rows of the settings table: what matters most first, then the rest by name.
import type { ConfigSnapshotView, LayerName } from '../../../protocol/index.ts'
import { valueText } from '../config/value-text.ts'

export interface ConfigRow {
  readonly key: string
  /** As text; "not set" for null. */
  readonly value: string
  readonly isSet: boolean
  readonly layer: LayerName
}

const first = [
  'model',
  'modelProvider',
  'serviceTier',
  'approvalPolicy',
  'approvalsReviewer',
  'activePermissionProfile',
  'permissionProfile',
  'cwd',
  'ephemeral',
  'effort',
  'personality',
  'source',
  'threadSource',
]

export interface RowFilter {
  readonly filter: string
  /** Leaves out what nobody set. */
  readonly isOnlyChanged: boolean
}

export function configRows(
  snapshot: Pick<ConfigSnapshotView, 'values' | 'origins'>,
  { filter, isOnlyChanged }: RowFilter,
): readonly ConfigRow[] {
  const wanted = filter.trim().toLowerCase()
  return Object.entries(snapshot.values)
    .map(([key, value]) => configRow(key, value, snapshot.origins[key] ?? 'defaults'))
    .filter((row) => !isOnlyChanged || row.layer !== 'defaults')
    .filter((row) => `${row.key} ${row.value} ${row.layer}`.toLowerCase().includes(wanted))
    .sort((left, right) => rank(left.key) - rank(right.key) || (left.key < right.key ? -1 : 1))
}

function configRow(key: string, value: unknown, layer: LayerName): ConfigRow {
  const isSet = value !== null && value !== undefined && value !== ''
  return { key, value: valueText(value), isSet, layer }
}

function rank(key: string): number {
  const index = first.indexOf(key)
  return index === -1 ? first.length : index
}

const layerTexts: Readonly<Record<LayerName, string>> = {
  defaults: 'defaults',
  system: 'system',
  user: 'user',
  profile: 'profile',
  project: 'project',
  commandLine: 'command line',
  thread: 'thread',
  turn: 'this turn',
}

export function layerText(layer: string): string {
  return (layerTexts as Readonly<Record<string, string>>)[layer] ?? layer
}
