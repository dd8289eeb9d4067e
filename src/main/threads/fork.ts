// A fork: a thread of its own that tells what another told before one place. Nothing is copied but the turn that
// runs there just now, as if it had been interrupted.
import path from 'node:path'
import type { Params, ThreadId } from '../../protocol/index.ts'
import type { ConfigService, ResolvedConfig } from '../config/config-service.ts'
import type { Clock } from '../lib/clock.ts'
import { SkeinError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { ModelProviders } from '../model/model-client.ts'
import type { Store, StoryPlace } from '../storage/store.ts'
import type { ThreadEvent } from '../storage/thread-event.ts'
import { type ConfigSnapshot, readSnapshot, snapshotOf, storedSnapshot } from './config-snapshot.ts'
import { readGitInfo } from './git-info.ts'
import type { ThreadClient } from './new-thread.ts'
import { applyOverrides, type LayeredSettings } from './settings.ts'
import type { ThreadActor } from './thread-actor.ts'
import type { ActiveTurn, ThreadState } from './thread-state.ts'
import { cutTurnEvents } from './turn/closing.ts'

export interface ForkPorts {
  readonly version: string
  readonly store: Store
  readonly config: ConfigService
  readonly clock: Clock
  providersOf(config: ResolvedConfig): ModelProviders
  find(threadId: ThreadId): ThreadActor | undefined
}

/** A fork may go on with another provider; the demo's threads alone work in folders of their own. */
function withProvider(
  settings: LayeredSettings,
  wanted: string | undefined,
  providers: ModelProviders,
): LayeredSettings {
  const { modelProvider } = settings.values
  if (wanted === undefined || wanted === modelProvider) return settings
  const provider = providers.get(wanted)
  if (provider.demo)
    throw new SkeinError('invalidParams', 'modelProvider: start a new thread to use the demo', {
      field: 'modelProvider',
    })
  return {
    values: { ...settings.values, modelProvider: provider.id },
    origins: { ...settings.origins, modelProvider: 'thread' },
  }
}

/** What is forked, as it is now. */
interface Source {
  readonly snapshot: ConfigSnapshot
  readonly preview: string
  readonly historyMode: ThreadState['historyMode']
  readonly projectId: string | null
  /** What the fork takes over by reference. */
  readonly place: StoryPlace
  /** Facts of a running turn that the fork keeps, as one that was interrupted. */
  readonly copied: readonly ThreadEvent[]
}

/** A fork before it lives: its state, and facts to adopt. */
export interface Fork {
  readonly state: ThreadState
  /** What it works under. */
  readonly config: ResolvedConfig
  readonly copied: readonly ThreadEvent[]
}

/** Throws SkeinError: `notFound`, `conflict` for a turn that runs, `invalidParams` for what cannot be forked. */
export async function prepareFork(
  ports: ForkPorts,
  params: Params<'thread/fork'>,
  client: ThreadClient,
): Promise<Fork> {
  const { lastTurnId, beforeTurnId, ephemeral = false } = params
  if (lastTurnId !== undefined && beforeTurnId !== undefined)
    throw new SkeinError('invalidParams', '`beforeTurnId` cannot be combined with `lastTurnId`')
  if (ephemeral && !params.excludeTurns)
    throw new SkeinError(
      'invalidParams',
      'ephemeral paginated thread/fork requires `excludeTurns: true`',
    )
  const source = await readSource(ports, params)
  const cwd = params.environments?.[0]?.cwd ?? params.cwd ?? source.snapshot.values.cwd
  const config = await ports.config.resolve(params.config, path.resolve(cwd))
  const { threadId, threadSource = null } = params
  const settings = withProvider(
    applyOverrides(source.snapshot, params, 'thread', config),
    params.modelProvider,
    ports.providersOf(config),
  )
  const { place } = source
  const preview = place.turnCount > 0 ? source.preview : ''
  const id = newId()
  const nowMs = ports.clock.now()
  const { turnCount, tokenUsage } = place
  const state: ThreadState = {
    id,
    stored: false,
    lastSeq: 0,
    snapshot: snapshotOf({
      ...settings,
      values: { ...settings.values, ephemeral, threadSource, source: client.source },
    }),
    name: null,
    preview,
    archived: false,
    deleted: false,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    recencyAtMs: nowMs,
    originator: client.name,
    cliVersion: ports.version,
    historyMode: source.historyMode,
    imported: false,
    base: { threadId, ord: place.ord, turnCount, tokenUsage, preview },
    forkedFromId: threadId,
    startProjectId: source.projectId,
    gitInfo: await readGitInfo(settings.values.cwd),
    memoryMode: null,
    turnCount,
    tokenUsage,
    queue: [],
    failed: place.lastTurnStatus === 'failed',
    turn: null,
  }
  return { state, config, copied: source.copied }
}

async function readSource(ports: ForkPorts, params: Params<'thread/fork'>): Promise<Source> {
  const { threadId, lastTurnId, beforeTurnId } = params
  const turnId = lastTurnId ?? beforeTurnId
  const cut = { turnId, through: lastTurnId !== undefined }
  const live = ports.find(threadId)
  if (live) {
    const { snapshot, preview, historyMode, stored } = live.state()
    if (!stored || snapshot.values.ephemeral) throw noHistory(threadId)
    return live.between(async () => {
      const { turn } = live.state()
      const running = turn && turnId === undefined ? turn : null
      const at = running ? { turnId: running.id, through: false } : cut
      const place = await ports.store.placeOf(threadId, at)
      const copied = running ? await copyOf(ports, threadId, running, place, live.openItems()) : []
      const projectId = (await ports.store.findThread(threadId))?.projectId ?? null
      return { snapshot, preview, historyMode, projectId, place, copied }
    })
  }
  const stored = await ports.store.loadThread(threadId)
  if (!stored) throw noHistory(threadId)
  if (stored.record.archivedMs !== null)
    throw new SkeinError('conflict', `session ${threadId} is archived. Unarchive it first.`)
  const { preview, historyMode, projectId } = stored.record
  const place = await ports.store.placeOf(threadId, cut)
  const snapshot = readSnapshot(stored.snapshot)
  return { snapshot, preview, historyMode, projectId, place, copied: [] }
}

function noHistory(threadId: ThreadId): SkeinError {
  return new SkeinError('notFound', `no rollout found for thread id ${threadId}`)
}

/** Everything of a running turn so far, closed by the rules of an interrupt. */
async function copyOf(
  { store, clock }: ForkPorts,
  threadId: ThreadId,
  turn: ActiveTurn,
  place: StoryPlace,
  openItems: Parameters<typeof cutTurnEvents>[0]['openItems'],
): Promise<readonly ThreadEvent[]> {
  const turnId = turn.id
  const page = { threadId, cursor: undefined, limit: 1, sortDirection: 'desc' } as const
  const [stored] = (await store.turnsPage({ ...page, itemsView: 'full' })).data
  const open = new Set(openItems.map((item) => item.id))
  const [all, before] = await Promise.all([
    store.modelHistory(threadId),
    store.modelHistory(threadId, place.ord),
  ])
  const { rootTurnId, kind, onlyThisTurn } = turn
  const snapshot = storedSnapshot(turn.snapshot)
  const cut = {
    turnId,
    kind,
    startedAtMs: turn.startedAtMs,
    openItems,
    openCalls: [...turn.openCalls.values()],
    approvals: [],
    steers: [],
  }
  return [
    { type: 'turnStarted', turnId, rootTurnId, kind, snapshot, onlyThisTurn },
    ...(stored?.items ?? [])
      .filter((item) => !open.has(item.id))
      .map((item): ThreadEvent => ({ type: 'itemCompleted', turnId, item })),
    { type: 'modelItemsRecorded', turnId, items: all.slice(before.length) },
    ...cutTurnEvents(cut, 'user', clock.now()),
  ]
}
