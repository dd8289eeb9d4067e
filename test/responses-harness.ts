// A client of the Responses API before a scripted server, for tests: one pair for each test, without real pauses.
import { afterEach, beforeEach, expect } from 'vitest'
import type { ProviderConfig } from '../src/main/config/config-schema.ts'
import type { Env } from '../src/main/model/http-provider.ts'
import {
  type ModelClient,
  ModelError,
  type ModelEvent,
  type ModelRequest,
} from '../src/main/model/model-client.ts'
import { createResponsesClient } from '../src/main/model/responses-client.ts'
import { modelRequest, readToEnd } from './model-request.ts'
import type { SseEvent } from './responses-events.ts'
import { type ResponsesServer, startResponsesServer, stream } from './responses-server.ts'

/** What a ModelError says, as a plain value. */
export type Failure = Pick<
  ModelError,
  'message' | 'info' | 'retryable' | 'details' | 'retryAfterMs'
>

export interface ResponsesHarness {
  readonly server: ResponsesServer
  /** Pauses between attempts, in milliseconds, that were skipped. */
  readonly pauses: readonly number[]
  client(config?: ProviderConfig, env?: Env): ModelClient
  /** Answers the next request with these events as they are. */
  answer(...events: readonly SseEvent[]): void
  /** The events of one response, read to its end. */
  events(
    request?: Partial<ModelRequest>,
    config?: ProviderConfig,
    env?: Env,
  ): Promise<readonly ModelEvent[]>
  /** The error one request ends with. */
  failure(config?: ProviderConfig, env?: Env): Promise<Failure>
}

/** Call it once at the top of a test file. */
export function responsesHarness(): ResponsesHarness {
  let server: ResponsesServer
  let pauses: number[]
  beforeEach(async () => {
    server = await startResponsesServer()
    pauses = []
  })
  afterEach(() => server.close())

  const harness: ResponsesHarness = {
    get server() {
      return server
    },
    get pauses() {
      return pauses
    },
    client: (config = {}, env = {}) =>
      createResponsesClient(
        { id: 'mock', config: { base_url: server.url, ...config }, env },
        { random: () => 0.5, sleep: async (ms) => void pauses.push(ms) },
      ),
    answer: (...events) => server.script(stream(events)),
    async events(request, config, env) {
      const signal = new AbortController().signal
      return readToEnd(harness.client(config, env).stream(modelRequest(request), signal))
    },
    async failure(config, env) {
      const thrown: unknown = await harness.events({}, config, env).then(
        () => 'it did not fail',
        (error: unknown) => error,
      )
      if (!(thrown instanceof ModelError)) return expect.fail(String(thrown))
      const { message, info, retryable, details, retryAfterMs } = thrown
      return { message, info, retryable, details, retryAfterMs }
    },
  }
  return harness
}
