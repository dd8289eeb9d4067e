// Models, permission profiles, the files' configuration, and the snapshots turns ran under.
import { createStore } from 'zustand/vanilla'
import type {
  Bridge,
  ConfigSnapshotView,
  Model,
  Notification,
  Result,
} from '../../protocol/index.ts'
import { type ConfigCalls, createConfigCalls } from './config-calls.ts'
import { messageOf } from './failures.ts'
import type { NotificationPump } from './notification-pump.ts'
import type { ReadonlyStore } from './thread-store.ts'

const PAGE = 100
const WARNINGS_MAX = 20

export type PermissionProfile = Result<'permissionProfile/list'>['data'][number]
export type ConfigWarning = Extract<Notification, { method: 'configWarning' }>['params']

export interface ConfigState {
  readonly phase: 'loading' | 'ready' | 'error'
  readonly problem: string | null
  readonly config: Result<'config/read'>['config']
  readonly origins: Result<'config/read'>['origins']
  /** Of the default provider first, then of the others that were asked for. */
  readonly models: readonly Model[]
  readonly profiles: readonly PermissionProfile[]
  /** Broken or ignored settings the app told of; newest last. */
  readonly warnings: readonly ConfigWarning[]
}

/** A turn of a thread, or the thread's settings now when there is no turn. */
export interface SnapshotOf {
  readonly threadId: string
  readonly turnId?: string
}

export interface ConfigStore extends ReadonlyStore<ConfigState>, ConfigCalls {
  /** Reads everything again. Never rejects: the phase tells. */
  load(): Promise<void>
  /** Adds the models of a provider that threads use beside the default one. Never rejects. */
  loadModelsOf(provider: string): Promise<void>
  /** Rejects with a BridgeFailure. */
  readSnapshot(of: SnapshotOf): Promise<ConfigSnapshotView>
  dismissWarning(warning: ConfigWarning): void
}

export function createConfigStore(bridge: Bridge, pump: NotificationPump): ConfigStore {
  const store = createStore<ConfigState>(() => ({
    phase: 'loading',
    problem: null,
    config: {},
    origins: {},
    models: [],
    profiles: [],
    warnings: [],
  }))

  /** Providers beside the default one whose models were asked for. */
  const others = new Set([DEMO_PROVIDER])

  async function readModels(modelProvider?: string): Promise<readonly Model[]> {
    const which = modelProvider === undefined ? {} : { modelProvider }
    const { data } = await bridge.request('model/list', { limit: PAGE, ...which })
    return data.filter((model) => !model.hidden)
  }

  async function readAllModels(): Promise<readonly Model[]> {
    const models = await readModels()
    // A provider that was taken out of the files answers with a refusal; its threads remain.
    const more = await Promise.allSettled([...others].map(readModels))
    return more.reduce<readonly Model[]>(
      (known, read) => (read.status === 'fulfilled' ? merged(known, read.value) : known),
      models,
    )
  }

  async function load(): Promise<void> {
    try {
      const [read, models, profiles] = await Promise.all([
        bridge.request('config/read', {}),
        readAllModels(),
        bridge.request('permissionProfile/list', { limit: PAGE }),
      ])
      store.setState({
        phase: 'ready',
        problem: null,
        config: read.config,
        origins: read.origins,
        models,
        profiles: profiles.data,
      })
    } catch (error) {
      store.setState({ phase: 'error', problem: messageOf(error) })
    }
  }

  pump.subscribe((batch) => {
    if (batch.some(({ method }) => method === 'skein/config/changed')) void load()
  })
  pump.subscribe((batch) => {
    const told = batch.flatMap((one) => (one.method === 'configWarning' ? [one.params] : []))
    if (told.length === 0) return
    const isNew = (warning: ConfigWarning) =>
      !store.getState().warnings.some((known) => JSON.stringify(known) === JSON.stringify(warning))
    const warnings = [...store.getState().warnings, ...told.filter(isNew)].slice(-WARNINGS_MAX)
    store.setState({ warnings })
  })

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    load,
    ...createConfigCalls(bridge),
    async loadModelsOf(provider) {
      if (others.has(provider)) return
      others.add(provider)
      try {
        const read = await readModels(provider)
        store.setState({ models: merged(store.getState().models, read) })
      } catch {
        // Its models go by their plain names then.
      }
    },
    async readSnapshot(of) {
      return (await bridge.request('skein/config/snapshot/read', { ...of })).snapshot
    },
    dismissWarning(warning) {
      const { warnings } = store.getState()
      store.setState({ warnings: warnings.filter((known) => known !== warning) })
    },
  }
}

function merged(known: readonly Model[], more: readonly Model[]): readonly Model[] {
  const key = ({ skein, id }: Model) => `${skein?.provider} ${id}`
  const keys = new Set(known.map(key))
  return [...known, ...more.filter((model) => !keys.has(key(model)))]
}

/** The model a thread starts with when nobody chose one. */
export function defaultModel(models: readonly Model[]): Model | undefined {
  return models.find((model) => model.isDefault) ?? models[0]
}

/** Id of the built-in scripted model's provider. */
export const DEMO_PROVIDER = 'demo'

/** True of the built-in demo and of whatever else the app marks as scripted. */
export function isDemo(models: readonly Model[], provider: string | undefined): boolean {
  if (provider === DEMO_PROVIDER) return true
  return models.some((model) => model.skein?.provider === provider && model.skein?.demo)
}
