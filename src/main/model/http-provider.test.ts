import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { failed, response } from '../../../test/responses-events.ts'
import { type Failure, responsesHarness } from '../../../test/responses-harness.ts'
import { hangUp, type Reply, status, stream } from '../../../test/responses-server.ts'
import type { ProviderConfig } from '../config/config-schema.ts'
import type { Env } from './http-provider.ts'

const web = responsesHarness()

describe('refused requests', () => {
  it('retries network trouble and 5xx silently, with growing pauses', async () => {
    web.server.script(status(500, 'oops'), hangUp, status(503), status(502), stream(response([])))
    expect((await web.events()).map(({ type }) => type)).toEqual(['completed'])
    expect(web.pauses).toEqual([200, 400, 800, 1600])
  })

  it('gives up after as many retries as configured, so that the whole request may be tried again', async () => {
    web.server.otherwise(status(502, 'bad luck'))
    const address = `${web.server.url}/responses`
    expect(await web.failure({ request_max_retries: 2 })).toEqual({
      message: `${address} answered 502 Bad Gateway: bad luck`,
      info: { responseStreamConnectionFailed: { httpStatusCode: 502 } },
      retryable: true,
      details: `${address} answered 502 Bad Gateway: bad luck`,
      retryAfterMs: null,
    })
    expect(web.server.requests).toHaveLength(3)
  })

  it('waits as long as a 429 asks, then goes on', async () => {
    const words = { error: { message: 'Rate limit. Please try again in 40ms' } }
    web.server.script(
      status(429, 'slow', { 'retry-after': '2' }),
      status(429, words),
      stream(response([])),
    )
    await web.events()
    expect(web.pauses).toEqual([2000, 40])
  })

  it('does not wait for minutes in silence', async () => {
    web.server.script(status(429, 'slow', { 'retry-after': '600' }))
    expect(await web.failure({ name: 'Mock' })).toMatchObject({
      message: 'Mock asks to wait 10 minutes before the next request.',
      info: 'rateLimitExceeded',
      retryable: false,
    })
  })

  it.each<[string, Reply, Partial<Failure>]>([
    ['any 400', status(400, '{"oops": true}'), { message: '{"oops": true}', info: 'other' }],
    [
      'a 400 for a full context',
      status(400, { error: { code: 'context_length_exceeded', message: 'too long' } }),
      { info: 'contextWindowExceeded' },
    ],
    [
      '401',
      status(401, { error: { message: 'bad key' } }),
      {
        info: { httpConnectionFailed: { httpStatusCode: 401 } },
        message:
          'mock did not accept the request (401). Give the provider an `env_key` in config.toml that names the ' +
          'variable with your key. It said: bad key',
      },
    ],
    ['403', status(403, 'no'), { info: { httpConnectionFailed: { httpStatusCode: 403 } } }],
    [
      'a 404 for the address',
      status(404, 'nothing here'),
      {
        info: { httpConnectionFailed: { httpStatusCode: 404 } },
        message: expect.stringContaining('Check `base_url`'),
      },
    ],
    [
      'a 404 for the model',
      status(404, { error: { message: 'The model does not exist' } }),
      { info: 'modelNotFound', message: 'mock does not know the model mock-model.' },
    ],
    [
      'a usage limit',
      status(429, {
        error: { type: 'usage_limit_reached', message: 'Limit.', resets_at: 1_800_000_000 },
      }),
      { info: 'usageLimitExceeded', message: 'Limit. It ends at 2027-01-15T08:00:00.000Z.' },
    ],
    [
      'an empty account',
      status(
        429,
        { error: { code: 'insufficient_quota', message: 'pay' } },
        { 'retry-after': '1' },
      ),
      { info: 'usageLimitExceeded' },
    ],
    [
      'an overloaded server',
      status(503, { error: { code: 'slow_down' } }),
      { info: 'serverOverloaded' },
    ],
    [
      'a redirect',
      status(302, '', { location: 'http://127.0.0.1:1/' }),
      { message: expect.stringContaining('a redirect') },
    ],
  ])('%s is not tried again', async (_name, reply, expected) => {
    web.server.script(reply)
    expect(await web.failure()).toMatchObject({ retryable: false, ...expected })
    expect(web.server.requests).toHaveLength(1)
  })

  it('a 429 that does not end is a failure for good', async () => {
    web.server.otherwise(status(429, { error: { code: 'rate_limit_exceeded', message: 'slow' } }))
    expect(await web.failure()).toMatchObject({
      info: { responseTooManyFailedAttempts: { httpStatusCode: 429 } },
      retryable: false,
    })
    expect(web.server.requests).toHaveLength(5)
  })

  it('a 429 that says when to come back is worth another attempt then', async () => {
    web.server.otherwise(status(429, 'slow', { 'retry-after': '2' }))
    expect(await web.failure({ request_max_retries: 0 })).toMatchObject({
      info: { responseTooManyFailedAttempts: { httpStatusCode: 429 } },
      retryable: true,
      retryAfterMs: 2000,
    })
    expect(web.server.requests).toHaveLength(1)
  })

  it('says where nobody listens', async () => {
    const closed = await closedPort()
    const base_url = `http://127.0.0.1:${closed}/v1`
    expect(await web.failure({ base_url, name: 'Mock', request_max_retries: 1 })).toEqual({
      message: `Mock cannot be reached at ${base_url}/responses: connect ECONNREFUSED 127.0.0.1:${closed}`,
      info: 'other',
      retryable: true,
      details: null,
      retryAfterMs: null,
    })
    expect(web.pauses).toEqual([200])
  })
})

describe('set-up', () => {
  it.each<[string, ProviderConfig, Env, string]>([
    [
      'a missing key',
      { env_key: 'MOCK_KEY' },
      { MOCK_KEY: ' ' },
      'The environment variable MOCK_KEY, which holds the key of model provider `mock`, is not set. ' +
        'Enter a key in the settings of models, or set the variable and start the app again.',
    ],
    [
      'a missing key with advice of the provider',
      { env_key: 'MOCK_KEY', env_key_instructions: 'Ask Bob.' },
      {},
      'The environment variable MOCK_KEY, which holds the key of model provider `mock`, is not set. Ask Bob.',
    ],
    [
      'a missing address',
      { base_url: '' },
      {},
      'Model provider `mock` has no address: give [model_providers.mock] a `base_url` in config.toml.',
    ],
    [
      'a broken address',
      { base_url: 'nowhere' },
      {},
      'Model provider `mock`: `base_url` is not an address: nowhere',
    ],
  ])('%s is said before anything is sent', async (_name, config, env, words) => {
    expect(await web.failure(config, env)).toMatchObject({ message: words, retryable: false })
    expect(web.server.requests).toHaveLength(0)
  })

  it('never repeats a secret, not even when the server or the platform does', async () => {
    const config: ProviderConfig = {
      env_key: 'MOCK_KEY',
      http_headers: { 'x-token': 'tok-123456' },
    }
    const env = { MOCK_KEY: 'sk-very-secret' }
    web.server.script(
      status(400, 'bad key sk-very-secret and tok-123456'),
      status(401, { error: { message: 'Incorrect key: sk-very-secret' } }),
      stream([failed('new', 'sk-very-secret is no good')]),
    )
    const errors = [
      await web.failure(config, env),
      await web.failure(config, env),
      await web.failure(config, env),
      await web.failure(config, { MOCK_KEY: 'sk-very-\u{1F511}secret' }),
    ]
    expect(errors[0]?.message).toBe('bad key ******** and ********')
    expect(errors[2]?.message).toMatch(/: \*{8} is no good$/)
    expect(JSON.stringify(errors)).not.toMatch(/secret|123456/)
  })
})

/** A port that was free a moment ago. */
function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
