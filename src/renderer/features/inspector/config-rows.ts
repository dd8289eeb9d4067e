// The rows of the settings table: what matters most first, then the rest by name.
import type { ConfigSnapshotView, LayerName } from '../../../protocol/index.ts'

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
  return { key, value: isSet ? valueText(value) : 'not set', isSet, layer }
}

/** Plain lists and plain objects without the punctuation of JSON, a mere id by itself; deeper ones as they are. */
function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every(isPlain)) return value.join(', ')
  if (typeof value === 'object' && value !== null && Object.values(value).every(isPlain)) {
    const members = Object.entries(value).filter(([, member]) => member !== null)
    const [only] = members
    if (members.length === 1 && only?.[0] === 'id') return String(only[1])
    return members.map(([key, member]) => `${key} ${String(member)}`).join(', ')
  }
  return JSON.stringify(value)
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null
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

export function layerText(layer: LayerName): string {
  return layerTexts[layer]
}
