// A frozen, content-addressed reading of a thread's settings: what a turn ran under, and which layer said so.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type ConfigSnapshotView, LayerName } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { StoredSnapshot } from '../storage/thread-event.ts'
import { type LayeredSettings, sandboxPolicyOfSettings, ThreadSettings } from './settings.ts'

/** Immutable; equal settings with equal origins have equal ids. */
export interface ConfigSnapshot extends LayeredSettings {
  /** SHA-256 of `json`, hex. */
  readonly id: string
  /** Canonical: keys sorted, nothing undefined. */
  readonly json: string
}

const SnapshotJson = z.object({
  values: ThreadSettings,
  origins: z.record(z.string(), LayerName),
})

/** The latest snapshots seen, by id: turns of many threads share few of them. */
const recent = new Map<string, ConfigSnapshot>()
const RECENT_MAX = 256

function remember(snapshot: ConfigSnapshot): ConfigSnapshot {
  if (recent.size >= RECENT_MAX) recent.clear()
  recent.set(snapshot.id, snapshot)
  return snapshot
}

export function snapshotOf(settings: LayeredSettings): ConfigSnapshot {
  const json = canonicalJson({ values: settings.values, origins: settings.origins })
  const id = createHash('sha256').update(json).digest('hex')
  const known = recent.get(id)
  return known ?? remember({ id, json, values: settings.values, origins: settings.origins })
}

/** What the store keeps of it. */
export function storedSnapshot({ id, json }: ConfigSnapshot): StoredSnapshot {
  return { id, json }
}

/** Reads a stored snapshot back. Throws SkeinError('corrupt') when it does not parse. */
export function readSnapshot(stored: StoredSnapshot): ConfigSnapshot {
  const known = recent.get(stored.id)
  if (known) return known
  const parsed = SnapshotJson.safeParse(JSON.parse(stored.json))
  if (!parsed.success)
    throw new SkeinError('corrupt', `settings snapshot ${stored.id} cannot be read`)
  const { values, origins } = parsed.data
  return remember({
    id: stored.id,
    json: stored.json,
    values,
    origins: origins as LayeredSettings['origins'],
  })
}

/** As skein/config/snapshot/read answers it. */
export function snapshotView(
  snapshot: ConfigSnapshot,
  enforcement: ConfigSnapshotView['enforcement'],
  createdAtMs: number,
): ConfigSnapshotView {
  return {
    id: snapshot.id,
    values: snapshot.values,
    origins: { ...snapshot.origins },
    sandboxPolicy: sandboxPolicyOfSettings(snapshot.values),
    enforcement,
    createdAtMs,
  }
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}
