// The providers a person can choose from: those of config.toml, OpenAI, and the scripted demo.
import type { Model } from '../../protocol/index.ts'
import type { ConfigValues, ProviderConfig } from '../config/config-schema.ts'
import { SkeinError } from '../lib/errors.ts'
import { createDemoProvider, DEMO_PROVIDER } from './demo/demo-provider.ts'
import type { Env } from './http-provider.ts'
import type { ModelClient, ModelProvider, ModelProviders } from './model-client.ts'
import { setupError } from './model-errors.ts'
import { modelEntry, modelInfo, openaiModels } from './model-table.ts'
import { createResponsesClient } from './responses-client.ts'

const STREAM_MAX_RETRIES = 5

/** The providers of one resolved configuration. */
export function createModelProviders(values: ConfigValues, env: Env): ModelProviders {
  const demo = createDemoProvider(env)
  return {
    get(providerId) {
      if (providerId === DEMO_PROVIDER) return demo
      const found = tablesOf(values, env).get(providerId)
      if (found) return httpProvider(providerId, found, values, env)
      throw new SkeinError(
        'invalidParams',
        `model provider \`${providerId}\` is not configured: add [model_providers.${providerId}] to config.toml`,
        { field: 'modelProvider', value: providerId },
      )
    },
    list() {
      const configured = [...tablesOf(values, env)].map(([id, table]) =>
        httpProvider(id, table, values, env),
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
): ModelProvider {
  const info = (model: string) => ({
    ...modelInfo(model, values.model_context_window),
    freeformPatch: table.wire_api !== 'chat',
  })
  return {
    id,
    name: table.name ?? id,
    client:
      table.wire_api === 'chat'
        ? unsupportedChat(id)
        : createResponsesClient({ id, config: table, env }),
    streamMaxRetries: table.stream_max_retries ?? STREAM_MAX_RETRIES,
    demo: false,
    models: () => modelsOf(id, values),
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

function unsupportedChat(id: string): ModelClient {
  return {
    // biome-ignore lint/correctness/useYield: it fails before there is anything to tell.
    async *stream() {
      throw setupError(
        `Model provider \`${id}\` has wire_api = "chat", which this version does not speak. ` +
          'Most servers offer the Responses API too: set wire_api = "responses".',
      )
    },
  }
}
