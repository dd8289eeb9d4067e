// The providers a person can choose from: those of config.toml, OpenAI, and the scripted demo.
import type { Model, ModelProviderView } from '../../protocol/index.ts'
import type { ConfigValues, ProviderConfig } from '../config/config-schema.ts'
import { SkeinError } from '../lib/errors.ts'
import { createChatClient } from './chat/chat-client.ts'
import { createDemoProvider, DEMO_PROVIDER } from './demo/demo-provider.ts'
import type { Env } from './http-provider.ts'
import type { KeyStore } from './key-store.ts'
import type { ModelProvider, ModelProviders } from './model-client.ts'
import { modelEntry, modelInfo, openaiModels } from './model-table.ts'
import { createResponsesClient } from './responses-client.ts'

const STREAM_MAX_RETRIES = 5

/** The providers of one resolved configuration. */
export function createModelProviders(
  values: ConfigValues,
  env: Env,
  keys: Pick<KeyStore, 'find' | 'placeOf'> = noKeys,
): ModelProviders {
  const demo = createDemoProvider(env)
  return {
    get(providerId) {
      if (providerId === DEMO_PROVIDER) return demo
      const found = tablesOf(values, env).get(providerId)
      if (found) return httpProvider(providerId, found, values, env, keys)
      throw new SkeinError(
        'invalidParams',
        `failed to load configuration: Model provider \`${providerId}\` not found; add [model_providers.${providerId}] to config.toml`,
        { field: 'modelProvider', value: providerId },
      )
    },
    list() {
      const configured = [...tablesOf(values, env)].map(([id, table]) =>
        httpProvider(id, table, values, env, keys),
      )
      return [demo, ...configured]
    },
  }
}

/** Configured providers in the order of the file, then the built-in one unless it is among them. */
function tablesOf(values: ConfigValues, env: Env): ReadonlyMap<string, ProviderConfig> {
  const tables = new Map(Object.entries(values.model_providers ?? {}))
  tables.delete(DEMO_PROVIDER)
  tables.set('openai', { ...openai(env), ...tables.get('openai') })
  return tables
}

function openai(env: Env): ProviderConfig {
  return {
    name: 'OpenAI',
    base_url: env.OPENAI_BASE_URL?.trim() || 'https://api.openai.com/v1',
    env_key: 'OPENAI_API_KEY',
    wire_api: 'responses',
  }
}

function httpProvider(
  id: string,
  table: ProviderConfig,
  values: ConfigValues,
  env: Env,
  keys: Pick<KeyStore, 'find' | 'placeOf'>,
): ModelProvider {
  const info = (model: string) => ({
    ...modelInfo(model, values.model_context_window),
    freeformPatch: table.wire_api !== 'chat',
  })
  return {
    id,
    name: table.name ?? id,
    client: (table.wire_api === 'chat' ? createChatClient : createResponsesClient)({
      id,
      config: table,
      env,
      storedKey: () => keys.find(id),
    }),
    streamMaxRetries: table.stream_max_retries ?? STREAM_MAX_RETRIES,
    demo: false,
    models: () => modelsOf(id, values),
    view: () => viewOf(id, table, env, keys),
    info,
  }
}

/** The configured model of the provider, if it is the configured one, then those known of it. */
function modelsOf(id: string, values: ConfigValues): readonly Model[] {
  const configured = values.model_provider === id ? values.model : undefined
  const known = id === 'openai' ? openaiModels.filter(({ model }) => model !== configured) : []
  const entries = configured === undefined ? known : [{ model: configured }, ...known]
  return entries.map((entry, index) => {
    const { contextWindow } = modelInfo(entry.model, values.model_context_window)
    return modelEntry({ ...entry, provider: id, contextWindow, isDefault: index === 0 })
  })
}

/** Without anything secret: headers and parameters may hold keys. */
function viewOf(
  id: string,
  table: ProviderConfig,
  env: Env,
  keys: Pick<KeyStore, 'placeOf'>,
): ModelProviderView {
  const isOpenai = id === 'openai'
  const needsKey = table.env_key !== undefined
  return {
    id,
    name: table.name ?? id,
    canEdit: !isOpenai,
    baseUrl: isOpenai ? null : (table.base_url ?? null),
    settings: isOpenai
      ? { type: 'openai' }
      : {
          type: 'customGateway',
          auth: needsKey ? { mode: 'envKey', envKey: table.env_key } : { mode: 'none' },
        },
    skein: {
      demo: false,
      wireApi: table.wire_api ?? 'responses',
      envKey: table.env_key ?? null,
      key: keyPlace(id, table, env, keys),
    },
  }
}

function keyPlace(
  id: string,
  { env_key }: ProviderConfig,
  env: Env,
  keys: Pick<KeyStore, 'placeOf'>,
): NonNullable<ModelProviderView['skein']>['key'] {
  if (env_key !== undefined && env[env_key]?.trim()) return 'environment'
  const place = keys.placeOf(id)
  if (place !== 'none') return place
  return env_key === undefined ? 'notNeeded' : 'missing'
}

const noKeys: Pick<KeyStore, 'find' | 'placeOf'> = {
  find: () => undefined,
  placeOf: () => 'none',
}
