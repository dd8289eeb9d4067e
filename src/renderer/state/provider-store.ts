// The model providers of this profile, and what a person can do about them: add one, enter its key.
import { createStore } from 'zustand/vanilla'
import type { Bridge, ModelProviderView, Result } from '../../protocol/index.ts'
import { messageOf } from './failures.ts'
import type { ReadonlyStore } from './thread-store.ts'

export interface ProviderState {
  /** Null until they were read. */
  readonly providers: readonly ModelProviderView[] | null
  readonly defaultId: string | null
  readonly problem: string | null
}

export interface NewProvider {
  readonly name: string
  readonly address: string
  readonly api: 'responses' | 'chat'
  readonly model: string
  /** Empty for none. */
  readonly key: string
}

export interface ProviderStore extends ReadonlyStore<ProviderState> {
  /** Never rejects: `problem` tells. */
  load(): Promise<void>
  /** Null forgets the key. Rejects with a BridgeFailure. */
  setKey(
    providerId: string,
    key: string | null,
  ): Promise<Result<'skein/provider/key/set'>['stored']>
  /** Writes it into config.toml and makes it the default. Rejects with a BridgeFailure. */
  add(provider: NewProvider): Promise<void>
}

export function createProviderStore(bridge: Bridge): ProviderStore {
  const store = createStore<ProviderState>(() => ({
    providers: null,
    defaultId: null,
    problem: null,
  }))

  async function load(): Promise<void> {
    try {
      const { data, defaultProviderId } = await bridge.request('modelProvider/list', {})
      store.setState({ providers: data, defaultId: defaultProviderId, problem: null })
    } catch (error) {
      store.setState({ problem: messageOf(error) })
    }
  }

  async function setKey(providerId: string, key: string | null) {
    const { stored } = await bridge.request('skein/provider/key/set', { providerId, key })
    await load()
    return stored
  }

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    load,
    setKey,
    async add({ name, address, api, model, key }) {
      const known = (store.getState().providers ?? []).map(({ id }) => id)
      const id = providerId(name, known)
      const table = { name, base_url: address, wire_api: api }
      const edits = { [`model_providers.${id}`]: table, model_provider: id, model }
      await bridge.request('config/batchWrite', {
        edits: Object.entries(edits).map(([keyPath, value]) => ({
          keyPath,
          value,
          mergeStrategy: 'replace' as const,
        })),
        reloadUserConfig: true,
      })
      if (key === '') await load()
      else await setKey(id, key)
    },
  }
}

/** A name as a key of config.toml, different from all known ones. */
export function providerId(name: string, known: readonly string[]): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const base = plain || 'provider'
  if (!known.includes(base)) return base
  for (let number = 2; ; number++)
    if (!known.includes(`${base}-${number}`)) return `${base}-${number}`
}
