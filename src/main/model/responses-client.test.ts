import { describe, expect, it } from 'vitest'
import { modelRequest } from '../../../test/model-request.ts'
import { modelClientSuite, type Situation } from '../../../test/port-suites/model-client.ts'
import {
  functionCall,
  manyDeltas,
  message,
  messageItem,
  messageStart,
  reasoning,
  response,
} from '../../../test/responses-events.ts'
import { responsesHarness } from '../../../test/responses-harness.ts'
import {
  breakOff,
  type Reply,
  silence,
  startResponsesServer,
  status,
  steps,
  stream,
  waitFor,
  write,
} from '../../../test/responses-server.ts'
import type { ProviderConfig } from '../config/config-schema.ts'
import { createResponsesClient } from './responses-client.ts'

const web = responsesHarness()

modelClientSuite('Responses API over HTTP', async () => {
  const own = await startResponsesServer()
  return {
    client: createResponsesClient({ id: 'mock', config: { base_url: own.url }, env: {} }),
    prepare(situation: Situation) {
      own.script(replyFor[situation])
      return {}
    },
    close: () => own.close(),
  }
})

const replyFor: Readonly<Record<Situation, Reply>> = {
  message: stream(response([message(['hel', 'lo'])])),
  reasoning: stream(response([reasoning(['first', 'second'])])),
  call: stream(response([functionCall('exec_command', { cmd: 'ls' })])),
  broken: steps(write(messageStart(['half'])), breakOff),
  stuck: steps(write(messageStart(['half'])), waitFor(null)),
}

describe('requests of the Responses API', () => {
  it('says everything a turn asks for', async () => {
    web.server.script(stream(response([])))
    await web.events({
      tools: [
        { kind: 'function', name: 'look', description: 'Looks', parameters: { type: 'object' } },
        { kind: 'freeform', name: 'apply_patch', description: 'Patches', grammar: 'start: "x"' },
      ],
      effort: 'high',
      serviceTier: 'priority',
      outputSchema: { type: 'object' },
    })
    expect(web.server.requests[0]?.body).toEqual({
      model: 'mock-model',
      instructions: 'You are a helpful agent.',
      input: modelRequest().input,
      tools: [
        {
          type: 'function',
          name: 'look',
          description: 'Looks',
          strict: false,
          parameters: { type: 'object' },
        },
        {
          type: 'custom',
          name: 'apply_patch',
          description: 'Patches',
          format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
        },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      reasoning: { effort: 'high', summary: 'auto' },
      store: false,
      stream: true,
      include: ['reasoning.encrypted_content'],
      prompt_cache_key: 'thread-1',
      service_tier: 'priority',
      text: {
        format: {
          type: 'json_schema',
          name: 'final_answer',
          strict: true,
          schema: { type: 'object' },
        },
      },
    })
  })

  it('leaves out what is not set, and reasoning for models that cannot', async () => {
    web.server.script(stream(response([])), stream(response([])))
    await web.events({ summary: 'none' })
    await web.events({ model: 'gpt-4.1', effort: 'high' })
    const [plain, old] = web.server.requests.map(({ body }) => body)
    expect(plain).toMatchObject({ reasoning: {} })
    expect(Object.keys(plain ?? {})).not.toEqual(expect.arrayContaining(['service_tier', 'text']))
    expect(old).toMatchObject({ include: [] })
    expect(old).not.toHaveProperty('reasoning')
  })

  it("sends the provider's own ids back, and keeps ids of the app to itself", async () => {
    web.server.script(stream(response([])))
    const theirs = { type: 'reasoning', id: 'rs_7', summary: [], encrypted_content: 'sealed' }
    const ours = { ...messageItem('0198c7a0-1111-7222-8333-444455556666', 'hi') }
    await web.events({ input: [theirs, { type: 'message', ...ours }] })
    expect(web.server.requests[0]?.body.input).toEqual([
      theirs,
      { type: 'message', role: 'assistant', content: ours.content },
    ])
  })

  it('sends the key, headers and query of its provider', async () => {
    web.server.script(stream(response([])))
    const config: ProviderConfig = {
      base_url: `${web.server.url}/`,
      env_key: 'MOCK_KEY',
      http_headers: { 'x-plain': 'plain' },
      env_http_headers: { 'x-from-env': 'MOCK_HEADER', 'x-not-set': 'MISSING' },
      query_params: { 'api-version': '1 2' },
    }
    await web.events({}, config, { MOCK_KEY: ' secret-key\n', MOCK_HEADER: 'of the environment' })
    const [request] = web.server.requests
    expect(request?.url).toBe('/v1/responses?api-version=1+2')
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer secret-key',
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'x-plain': 'plain',
      'x-from-env': 'of the environment',
    })
    expect(request?.headers).not.toHaveProperty('x-not-set')
  })

  it('uses one connection again for requests after each other', async () => {
    for (let round = 0; round < 3; round++) {
      web.server.script(stream(response([message('hi')])))
      await web.events()
      await web.server.requests.at(-1)?.closed
      // The end of the answer must have been read before the connection is free.
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(web.server.connections).toBe(1)
  })
})

describe('an abort', () => {
  it.each<[string, Reply]>([
    ['before the answer', silence],
    ['in the middle of the answer', steps(write(messageStart(['half'])), waitFor(null))],
    [
      'while a refusal is read',
      { type: 'status', status: 500, body: 'x', headers: { 'content-length': '9' } },
    ],
  ])('%s closes the connection and throws its reason', async (_name, reply) => {
    web.server.script(reply)
    const controller = new AbortController()
    const reason = new Error('stopped')
    const reading = (async () => {
      for await (const _ of web.client().stream(modelRequest(), controller.signal)) void _
    })()
    const request = await web.server.waitForRequest(1)
    controller.abort(reason)
    await expect(reading).rejects.toBe(reason)
    await request.closed
  })

  it('cuts a pause between two attempts short', async () => {
    web.server.script(status(429, 'slow', { 'retry-after': '50' }))
    const controller = new AbortController()
    const reason = new Error('stopped')
    const waits = Promise.withResolvers<void>()
    const impatient = createResponsesClient(
      { id: 'mock', config: { base_url: web.server.url }, env: {} },
      {
        random: Math.random,
        sleep: (_ms, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason))
            waits.resolve()
          }),
      },
    )
    const next = impatient.stream(modelRequest(), controller.signal)[Symbol.asyncIterator]().next()
    await waits.promise
    controller.abort(reason)
    await expect(next).rejects.toBe(reason)
  })

  it('is not needed by a reader that simply stops', async () => {
    web.server.script(steps(write(messageStart(['half'])), waitFor(null)))
    for await (const _ of web.client().stream(modelRequest(), new AbortController().signal)) break
    await web.server.requests[0]?.closed
  })

  it('stops between two deltas of one chunk', async () => {
    web.server.script(stream(response([message(manyDeltas(100))])))
    const controller = new AbortController()
    let deltas = 0
    const reading = (async () => {
      for await (const event of web.client().stream(modelRequest(), controller.signal))
        if (event.type === 'textDelta' && ++deltas === 10) controller.abort(new Error('stopped'))
    })()
    await expect(reading).rejects.toThrow('stopped')
    expect(deltas).toBe(10)
  })
})
