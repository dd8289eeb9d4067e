// Configuration as clients read it: the files' view (config/read) and the snapshot a turn ran under.
import { z } from 'zod'
import { LayerName, SandboxPolicy } from './settings.ts'

/** Where a value of config/read comes from. */
export const ConfigLayerName = z.discriminatedUnion('type', [
  z.object({ type: z.literal('defaults') }),
  z.object({ type: z.literal('system'), file: z.string() }),
  z.object({ type: z.literal('user'), file: z.string(), profile: z.string().nullable() }),
  z.object({ type: z.literal('project'), dotCodexFolder: z.string() }),
  z.object({ type: z.literal('sessionFlags') }),
])
export type ConfigLayerName = z.output<typeof ConfigLayerName>

export const ConfigOrigin = z.object({ name: ConfigLayerName, version: z.string() })

export const ConfigLayerView = z.object({
  name: ConfigLayerName,
  /** "sha256:…" of the layer's content. */
  version: z.string(),
  config: z.record(z.string(), z.unknown()),
  disabledReason: z.string().nullable(),
})
export type ConfigLayerView = z.output<typeof ConfigLayerView>

/** Immutable and content-addressed: `id` is the SHA-256 of the canonical JSON of values and origins. */
export const ConfigSnapshotView = z.object({
  id: z.string(),
  values: z.record(z.string(), z.unknown()),
  /** Key of `values` to the layer that set it. */
  origins: z.record(z.string(), LayerName),
  sandboxPolicy: SandboxPolicy,
  /** What confines commands on this machine; `by` is null where nothing can, and `reason` says why. */
  enforcement: z.object({
    by: z.enum(['bubblewrap', 'seatbelt']).nullable(),
    reason: z.string().nullable(),
  }),
  createdAtMs: z.number(),
})
export type ConfigSnapshotView = z.output<typeof ConfigSnapshotView>

export const Model = z.object({
  id: z.string(),
  model: z.string(),
  displayName: z.string(),
  description: z.string(),
  hidden: z.boolean(),
  isDefault: z.boolean(),
  supportedReasoningEfforts: z.array(
    z.object({ reasoningEffort: z.string(), description: z.string() }),
  ),
  defaultReasoningEffort: z.string(),
  inputModalities: z.array(z.enum(['text', 'image'])),
  upgrade: z.string().nullable(),
  serviceTiers: z.array(z.object({ id: z.string(), name: z.string(), description: z.string() })),
  defaultServiceTier: z.string().nullable(),
  supportsPersonality: z.boolean(),
  /** What the reference tells beside: always empty here. */
  additionalSpeedTiers: z.array(z.string()),
  upgradeInfo: z.null(),
  availabilityNux: z.null(),
  availableAccessPrograms: z.null(),
  modelSpecialty: z.null(),
  multiAgentVersion: z.null(),
  /** Of Skein: the provider it belongs to, its context window in tokens, and whether it is the scripted demo. */
  skein: z
    .object({ provider: z.string(), contextWindow: z.number().nullable(), demo: z.boolean() })
    .optional(),
})
export type Model = z.output<typeof Model>

export const ModelProviderView = z.object({
  id: z.string(),
  name: z.string(),
  canEdit: z.boolean(),
  baseUrl: z.string().nullable(),
  settings: z.looseObject({ type: z.string() }),
  /** Of Skein: whether a key is needed and where one was found; never the key. */
  skein: z
    .object({
      demo: z.boolean(),
      wireApi: z.enum(['responses', 'chat']).nullable(),
      envKey: z.string().nullable(),
      key: z.enum(['notNeeded', 'environment', 'secretStore', 'session', 'missing']),
    })
    .optional(),
})
export type ModelProviderView = z.output<typeof ModelProviderView>

const TextPlace = z.object({ line: z.number(), column: z.number() })

/** A part of a text file; lines and columns count from 1. */
export const TextRange = z.object({ start: TextPlace, end: TextPlace })
export type TextRange = z.output<typeof TextRange>
