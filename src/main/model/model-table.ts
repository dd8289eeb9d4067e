// What is known of model families by the beginning of their names; everything else gets the fallback.
import type { Model } from '../../protocol/index.ts'
import type { ModelInfo } from './model-client.ts'

interface Family {
  readonly prefix: string
  /** In tokens. */
  readonly contextWindow: number
  readonly reasons: boolean
  readonly defaultEffort: string | null
}

const reasoning = { reasons: true, defaultEffort: 'medium' }
const plain = { reasons: false, defaultEffort: null }

/** The first match counts, so longer prefixes come first. */
const families: readonly Family[] = [
  { prefix: 'gpt-5-chat', contextWindow: 128_000, ...plain },
  { prefix: 'gpt-5', contextWindow: 272_000, ...reasoning },
  { prefix: 'codex-mini', contextWindow: 200_000, ...reasoning },
  { prefix: 'gpt-4.1', contextWindow: 1_047_576, ...plain },
  { prefix: 'gpt-4o', contextWindow: 128_000, ...plain },
  { prefix: 'gpt-4', contextWindow: 128_000, ...plain },
]

const FALLBACK_CONTEXT_WINDOW = 272_000
const EFFECTIVE_PERCENT = 95

function familyOf(model: string): Family | undefined {
  return families.find((family) => model.startsWith(family.prefix))
}

/** False only for models known to refuse reasoning parameters. */
export function canReason(model: string): boolean {
  return familyOf(model)?.reasons ?? true
}

/** What a model's name tells; the rest depends on the provider. `contextWindow` is the configured one: it wins. */
export function modelInfo(
  model: string,
  contextWindow: number | undefined,
): Omit<ModelInfo, 'freeformPatch'> {
  const family = familyOf(model)
  return {
    contextWindow: contextWindow ?? family?.contextWindow ?? FALLBACK_CONTEXT_WINDOW,
    effectivePercent: EFFECTIVE_PERCENT,
    known: family !== undefined || contextWindow !== undefined,
    defaultEffort: family?.defaultEffort ?? null,
  }
}

export interface ModelEntry {
  readonly model: string
  readonly provider: string
  readonly contextWindow: number
  readonly displayName?: string
  readonly description?: string
  readonly isDefault?: boolean
}

/** One element of model/list. */
export function modelEntry(entry: ModelEntry): Model {
  const reasons = canReason(entry.model)
  return {
    id: entry.model,
    model: entry.model,
    displayName: entry.displayName ?? entry.model,
    description: entry.description ?? '',
    hidden: false,
    isDefault: entry.isDefault ?? false,
    supportedReasoningEfforts: reasons ? efforts : [],
    defaultReasoningEffort: reasons ? (familyOf(entry.model)?.defaultEffort ?? 'medium') : 'none',
    inputModalities: ['text', 'image'],
    ...plainModel,
    skein: { provider: entry.provider, contextWindow: entry.contextWindow, demo: false },
  }
}

/** What no model of ours has. */
export const plainModel = {
  upgrade: null,
  serviceTiers: [],
  defaultServiceTier: null,
  supportsPersonality: false,
  additionalSpeedTiers: [],
  upgradeInfo: null,
  availabilityNux: null,
  availableAccessPrograms: null,
  modelSpecialty: null,
  multiAgentVersion: null,
} satisfies Partial<Model>

const efforts = [
  { reasoningEffort: 'low', description: 'Answers soon, thinks little' },
  { reasoningEffort: 'medium', description: 'A balance of speed and depth' },
  { reasoningEffort: 'high', description: 'Thinks long about hard problems' },
]

/** Offered for the built-in OpenAI provider, the first one as its default. */
export const openaiModels: readonly Pick<ModelEntry, 'model' | 'displayName' | 'description'>[] = [
  { model: 'gpt-5-codex', displayName: 'GPT-5 Codex', description: 'Made for coding agents' },
  { model: 'gpt-5', displayName: 'GPT-5', description: 'General purpose' },
  { model: 'gpt-5-mini', displayName: 'GPT-5 mini', description: 'Smaller and faster' },
]
