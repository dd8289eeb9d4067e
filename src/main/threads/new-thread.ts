// A new thread before it lives: where it works, with which model, and under which settings.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Params, ThreadId } from '../../protocol/index.ts'
import type { ConfigService, ResolvedConfig } from '../config/config-service.ts'
import type { Clock } from '../lib/clock.ts'
import { SkeinError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { ModelProvider, ModelProviders } from '../model/model-client.ts'
import { snapshotOf } from './config-snapshot.ts'
import { readGitInfo } from './git-info.ts'
import { initialSettings } from './initial-settings.ts'
import { applyOverrides, type LayeredSettings } from './settings.ts'
import type { ThreadState } from './thread-state.ts'

/** Without any configuration the app does its main job offline. */
export const DEFAULT_PROVIDER = 'demo'

/** Who starts a thread: becomes its originator and source. */
export interface ThreadClient {
  readonly name: string | null
  readonly source: string
}

export interface NewThreadPorts {
  readonly home: string
  readonly version: string
  readonly config: Pick<ConfigService, 'resolve' | 'enabledFeatures'>
  readonly clock: Clock
  providersOf(config: ResolvedConfig): ModelProviders
}

/** Throws SkeinError('invalidParams') that names what cannot be. */
export async function prepareNewThread(
  ports: NewThreadPorts,
  params: Params<'thread/start'>,
  client: ThreadClient,
): Promise<{ readonly state: ThreadState; readonly config: ResolvedConfig }> {
  const cwd = path.resolve(params.environments?.[0]?.cwd ?? params.cwd ?? process.cwd())
  const config = await ports.config.resolve(params.config, cwd)
  const id = newId()
  const provider = ports
    .providersOf(config)
    .get(params.modelProvider ?? config.values.model_provider ?? DEFAULT_PROVIDER)
  const base = initialSettings(config, {
    model: params.model ?? modelOf(provider, config),
    modelProvider: provider.id,
    cwd: provider.demo ? await demoFolder(ports.home, id) : cwd,
    source: client.source,
    threadSource: params.threadSource ?? null,
    ephemeral: params.ephemeral ?? false,
    ownFolder: provider.demo,
  })
  const overrides = provider.demo ? inOwnFolder(params) : params
  const settings = withAllowedTier(
    applyOverrides(base, overrides, 'thread', config),
    ports.config.enabledFeatures(config),
  )
  const nowMs = ports.clock.now()
  const state: ThreadState = {
    id,
    stored: false,
    lastSeq: 0,
    snapshot: snapshotOf(settings),
    name: null,
    preview: '',
    archived: false,
    deleted: false,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    recencyAtMs: nowMs,
    originator: client.name,
    cliVersion: ports.version,
    historyMode: params.historyMode ?? 'paginated',
    imported: false,
    base: null,
    forkedFromId: null,
    startProjectId: params.projectId ?? null,
    gitInfo: await readGitInfo(settings.values.cwd),
    memoryMode: null,
    turnCount: 0,
    tokenUsage: null,
    queue: [],
    failed: false,
    turn: null,
  }
  return { state, config }
}

/** The configured model belongs to the configured provider; another provider uses its own default. */
function modelOf(provider: ModelProvider, { values }: ResolvedConfig): string {
  const own = provider.models().find((model) => model.isDefault)?.model
  const model = provider.demo ? own : (values.model ?? own)
  if (model !== undefined) return model
  throw new SkeinError(
    'invalidParams',
    `no model is known for provider \`${provider.id}\`: set \`model\` in config.toml`,
    { field: 'model' },
  )
}

/** Only where tiers are switched on does a thread begin with one. */
function withAllowedTier(
  settings: LayeredSettings,
  features: ReadonlySet<string>,
): LayeredSettings {
  if (settings.values.serviceTier === null || features.has('fast_mode')) return settings
  return {
    values: { ...settings.values, serviceTier: null },
    origins: { ...settings.origins, serviceTier: 'defaults' },
  }
}

/** Where the demo works is not up to those who start it; that it works nowhere is. */
function inOwnFolder({ cwd: _, environments, ...elsewhere }: Params<'thread/start'>) {
  return environments?.length === 0 ? { ...elsewhere, environments } : elsewhere
}

/** The demo never works in the person's folders. */
async function demoFolder(home: string, id: ThreadId): Promise<string> {
  const folder = path.join(home, 'demo', id)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}
