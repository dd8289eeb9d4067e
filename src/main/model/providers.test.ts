import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chatChunk, chatEnd, chatStream } from '../../../test/chat-events.ts'
import { modelRequest, readToEnd } from '../../../test/model-request.ts'
import { message, response } from '../../../test/responses-events.ts'
import {
  type ResponsesServer,
  startResponsesServer,
  stream,
} from '../../../test/responses-server.ts'
import type { ConfigValues } from '../config/config-schema.ts'
import type { ModelEvent, ModelProvider } from './model-client.ts'
import { createModelProviders } from './providers.ts'

let server: ResponsesServer
beforeEach(async () => {
  server = await startResponsesServer()
})
afterEach(() => server.close())

function providers(values: ConfigValues, env: Record<string, string> = {}) {
  return createModelProviders(values, env)
}

function ask(provider: ModelProvider): Promise<readonly ModelEvent[]> {
  return readToEnd(provider.client.stream(modelRequest(), new AbortController().signal))
}

describe('model providers', () => {
  it('lists the demo, then what is configured, then OpenAI', () => {
    const listed = providers({ model_providers: { mine: { name: 'Mine' }, other: {} } }).list()
    expect(listed.map(({ id, name, demo }) => [id, name, demo])).toEqual([
      ['demo', 'Demo model — scripted, offline', true],
      ['mine', 'Mine', false],
      ['other', 'other', false],
      ['openai', 'OpenAI', false],
    ])
  })

  it('refuses a provider nobody configured, by name', () => {
    for (const id of ['nobody', 'constructor', '__proto__'])
      expect(() => providers({ model_providers: {} }).get(id)).toThrow(
        expect.objectContaining({
          code: 'invalidParams',
          message: expect.stringContaining(`Model provider \`${id}\` not found`),
        }),
      )
  })

  it('speaks to the address of the table', async () => {
    server.script(stream(response([message('hi')])))
    const values = { model_providers: { mine: { base_url: server.url, stream_max_retries: 2 } } }
    const mine = providers(values).get('mine')
    expect((await ask(mine)).map(({ type }) => type)).toContain('completed')
    expect(mine.streamMaxRetries).toBe(2)
  })

  it('knows OpenAI by its key, at another address when the environment says so', async () => {
    server.script(stream(response([])))
    const env = { OPENAI_API_KEY: 'sk-of-test', OPENAI_BASE_URL: server.url }
    const openai = providers({}, env).get('openai')
    await ask(openai)
    expect(server.requests[0]?.headers.authorization).toBe('Bearer sk-of-test')
    expect(openai.streamMaxRetries).toBe(5)
    await expect(ask(providers({}).get('openai'))).rejects.toMatchObject({
      info: 'unauthorized',
      message: expect.stringContaining('OPENAI_API_KEY'),
    })
  })

  it('lets a table change the built-in provider in part', async () => {
    server.script(stream(response([])))
    const table = { base_url: server.url, stream_max_retries: 0 }
    const openai = providers({ model_providers: { openai: table } }, { OPENAI_API_KEY: 'sk-x' })
    await ask(openai.get('openai'))
    expect(server.requests[0]?.headers.authorization).toBe('Bearer sk-x')
    expect(openai.get('openai')).toMatchObject({ name: 'OpenAI', streamMaxRetries: 0 })
  })

  it('keeps the demo what it is, whatever a table says', () => {
    const demo = providers({ model_providers: { demo: { base_url: server.url } } }).get('demo')
    expect(demo.demo).toBe(true)
    expect(demo.models().map(({ id, skein }) => [id, skein?.demo])).toEqual([['demo', true]])
  })

  it('speaks Chat Completions where the table says so', async () => {
    server.script(chatStream(chatChunk({ content: 'hi' }), chatEnd('stop'), '[DONE]'))
    const table = { wire_api: 'chat', base_url: server.url } as const
    const local = providers({ model_providers: { local: table } }).get('local')
    expect(local.info('any').freeformPatch).toBe(false)
    expect((await ask(local)).map(({ type }) => type)).toContain('completed')
    expect(server.requests[0]?.url).toBe('/v1/chat/completions')
  })

  it('uses a key that was entered, unless the environment has one', async () => {
    const table = { base_url: server.url, env_key: 'MINE_KEY' }
    const keys = { find: () => 'entered', placeOf: () => 'secretStore' as const }
    for (const env of [{}, { MINE_KEY: 'of-environment' }]) {
      server.script(stream(response([])))
      const mine = createModelProviders({ model_providers: { mine: table } }, env, keys).get('mine')
      await ask(mine)
      expect(mine.view().skein?.key).toBe('MINE_KEY' in env ? 'environment' : 'secretStore')
    }
    const sent = server.requests.map(({ headers }) => headers.authorization)
    expect(sent).toEqual(['Bearer entered', 'Bearer of-environment'])
  })

  it('tells whether a key is missing, and never the key', () => {
    const tables = { open: { base_url: server.url }, closed: { env_key: 'CLOSED_KEY' } }
    const views = providers({ model_providers: tables }, { OPENAI_API_KEY: 'sk-secret' })
      .list()
      .map((provider) => provider.view())
    expect(views.map(({ id, skein }) => [id, skein?.key])).toEqual([
      ['demo', 'notNeeded'],
      ['open', 'notNeeded'],
      ['closed', 'missing'],
      ['openai', 'environment'],
    ])
    expect(JSON.stringify(views)).not.toContain('sk-secret')
  })

  it('offers the configured model first, and only where it belongs', () => {
    const mine = providers({ model: 'm-1', model_provider: 'mine', model_providers: { mine: {} } })
    const names = (id: string) =>
      mine
        .get(id)
        .models()
        .map(({ model, isDefault }) => [model, isDefault])
    expect(names('mine')).toEqual([['m-1', true]])
    expect(names('openai')[0]).toEqual(['gpt-5-codex', true])
    const openai = providers({ model: 'gpt-5', model_provider: 'openai' }).get('openai').models()
    expect(openai.map(({ model }) => model)).toEqual(['gpt-5', 'gpt-5-codex', 'gpt-5-mini'])
  })

  it.each([
    ['mock-model', {}, { contextWindow: 272_000, known: false, defaultEffort: null }],
    ['gpt-4.1-mini', {}, { contextWindow: 1_047_576, known: true, defaultEffort: null }],
    ['gpt-5-codex', {}, { contextWindow: 272_000, known: true, defaultEffort: 'medium' }],
    [
      'gpt-5-codex',
      { model_context_window: 9_000 },
      { contextWindow: 9_000, known: true, defaultEffort: 'medium' },
    ],
  ])('knows of %s with %j', (model, values, known) => {
    const info = providers({ ...values, model_providers: { mine: {} } })
      .get('mine')
      .info(model)
    expect(info).toEqual({ effectivePercent: 95, freeformPatch: true, ...known })
  })
})
