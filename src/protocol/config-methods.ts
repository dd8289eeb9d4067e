// Requests about configuration: its files, features, the snapshots turns ran under, and what a change would do.
import { z } from 'zod'
import { ConfigLayerView, ConfigOrigin, ConfigSnapshotView } from './config.ts'
import { ThreadId } from './ids.ts'
import { page, params } from './params.ts'
import { SandboxPolicy, TurnExtrasParams, TurnOverrides } from './settings.ts'

export const ConfigEdit = z.object({
  /** Dotted; a part in quotes may hold dots itself: `projects."/a.b".trust_level`. */
  keyPath: z.string(),
  /** Null takes the key out of the file. */
  value: z.unknown(),
  /** `upsert` lays a table over the one that is there; `replace` puts it in its place. */
  mergeStrategy: z.enum(['replace', 'upsert']).default('replace'),
})
export type ConfigEdit = z.output<typeof ConfigEdit>

const written = z.object({
  /** `okOverridden`: the file says it now, and a higher layer says something else. */
  status: z.enum(['ok', 'okOverridden']),
  version: z.string(),
  filePath: z.string(),
  overriddenMetadata: z
    .object({ message: z.string(), overridingLayer: ConfigOrigin, effectiveValue: z.unknown() })
    .nullable(),
})
export type ConfigWritten = z.output<typeof written>

const target = {
  /** The user's config.toml when absent; no other file is ever written. */
  filePath: z.string().optional(),
  /** Refused when the file has another version by now. */
  expectedVersion: z.string().optional(),
}

export const Feature = z.object({
  name: z.string(),
  stage: z.enum(['beta', 'underDevelopment', 'stable', 'deprecated', 'removed']),
  displayName: z.string().nullable(),
  description: z.string().nullable(),
  announcement: z.string().nullable(),
  enabled: z.boolean(),
  defaultEnabled: z.boolean(),
})
export type Feature = z.output<typeof Feature>

const enablement = z.record(z.string(), z.boolean())

/** Why a value was refused: `allowed` is null where any other value of the kind might do. */
export const Refusal = z.object({
  field: z.string(),
  value: z.unknown(),
  allowed: z.array(z.unknown()).nullable(),
  /** Who constrains it: a layer, or the file of requirements. */
  layer: z.string().nullable(),
  message: z.string(),
})
export type Refusal = z.output<typeof Refusal>

const PreviewChange = z.object({
  key: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  layer: z.string(),
})
export type PreviewChange = z.output<typeof PreviewChange>

const SnapshotRow = z.object({
  key: z.string(),
  left: z.unknown(),
  right: z.unknown(),
  leftLayer: z.string().nullable(),
  rightLayer: z.string().nullable(),
})
export type SnapshotRow = z.output<typeof SnapshotRow>

const SnapshotSpan = z.object({
  snapshotId: z.string(),
  firstTurnId: z.string(),
  lastTurnId: z.string(),
  turns: z.number(),
})
export type SnapshotSpan = z.output<typeof SnapshotSpan>

export const configMethods = {
  'config/read': {
    params: params({ includeLayers: z.boolean().optional(), cwd: z.string().optional() }),
    result: z.object({
      /** Keys as in config.toml; unset ones are null. */
      config: z.record(z.string(), z.unknown()),
      /** Dotted key to the layer that set it. */
      origins: z.record(z.string(), ConfigOrigin),
      /** Highest precedence first; absent unless asked for. */
      layers: z.array(ConfigLayerView).optional(),
    }),
  },
  'permissionProfile/list': {
    params: params({ cwd: z.string().optional(), ...page }),
    result: z.object({
      data: z.array(
        z.object({ id: z.string(), description: z.string().nullable(), allowed: z.boolean() }),
      ),
      nextCursor: z.string().nullable(),
    }),
  },
  'collaborationMode/list': {
    params: params({}),
    result: z.object({
      data: z.array(
        z.object({
          name: z.string(),
          mode: z.string().nullable(),
          model: z.string().nullable(),
          reasoning_effort: z.string().nullable(),
        }),
      ),
    }),
  },
  'config/value/write': {
    params: params({ ...ConfigEdit.shape, value: z.unknown().nullable(), ...target }),
    result: written,
  },
  'config/batchWrite': {
    params: params({
      edits: z.array(ConfigEdit),
      ...target,
      /** Loaded threads take over what is not fixed for their life. */
      reloadUserConfig: z.boolean().optional(),
    }),
    result: written,
  },
  'experimentalFeature/list': {
    params: params({ threadId: ThreadId.optional(), ...page }),
    result: z.object({ data: z.array(Feature), nextCursor: z.string().nullable() }),
  },
  'experimentalFeature/enablement/set': {
    params: params({ enablement }),
    result: z.object({ enablement }),
  },
  'skein/config/preview': {
    params: params({
      threadId: ThreadId.optional(),
      cwd: z.string().optional(),
      /** As turn/start takes them. */
      overrides: TurnOverrides.extend({ skein: TurnExtrasParams.optional() }).optional(),
      edits: z.array(ConfigEdit).optional(),
    }),
    result: z.object({
      changes: z.array(PreviewChange),
      refused: z.array(Refusal),
      notes: z.array(z.string()),
      sandbox: z.object({ before: SandboxPolicy, after: SandboxPolicy }),
    }),
  },
  'skein/config/snapshot/read': {
    params: params({
      snapshotId: z.string().optional(),
      threadId: ThreadId.optional(),
      turnId: z.string().optional(),
    }),
    result: z.object({ snapshot: ConfigSnapshotView }),
  },
  'skein/config/snapshot/list': {
    params: params({ threadId: ThreadId, ...page }),
    result: z.object({ data: z.array(SnapshotSpan), nextCursor: z.string().nullable() }),
  },
  'skein/config/snapshot/diff': {
    params: params({ left: z.string(), right: z.string() }),
    result: z.object({ rows: z.array(SnapshotRow) }),
  },
  'skein/sandbox/check': {
    params: params({
      threadId: ThreadId,
      /** Relative ones are meant from the thread's folder. */
      path: z.string().min(1),
      snapshotId: z.string().optional(),
    }),
    result: z.object({
      read: z.boolean(),
      write: z.boolean(),
      /** What decided, in words. */
      rule: z.string(),
    }),
  },
} as const
