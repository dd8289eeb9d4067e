import { describe, expect, it } from 'vitest'
import { modelRequest } from '../../../test/model-request.ts'
import { completed, failed, messageStart, type SseEvent } from '../../../test/responses-events.ts'
import { type Failure, responsesHarness } from '../../../test/responses-harness.ts'
import {
  breakOff,
  type Reply,
  silence,
  sse,
  status,
  steps,
  stream,
  waitFor,
  write,
  writeText,
} from '../../../test/responses-server.ts'
import type { ModelEvent } from './model-client.ts'

const web = responsesHarness()

describe('failures of a stream', () => {
  const broken = (text: string) => ({
    message: `stream disconnected before completion: ${text}`,
    info: 'other',
    retryable: true,
    details: null,
    retryAfterMs: null,
  })

  it.each<[string, Reply]>([
    ['ends too early', stream(messageStart(['half']))],
    ['breaks off', steps(write(messageStart(['half'])), breakOff)],
    ['is empty', steps()],
    ['is no stream of events', steps(writeText('what?\n\nnothing like it\n'))],
  ])('a stream that %s may be tried again', async (_name, reply) => {
    web.server.script(reply)
    expect(await web.failure()).toEqual(broken('stream closed before response.completed'))
    expect(web.server.requests).toHaveLength(1)
  })

  it('hands over what came before the break', async () => {
    web.server.script(stream(messageStart(['half'])))
    const seen: ModelEvent[] = []
    const reading = (async () => {
      for await (const event of web.client().stream(modelRequest(), new AbortController().signal))
        seen.push(event)
    })()
    await expect(reading).rejects.toThrow('stream closed')
    expect(seen).toEqual([
      { type: 'messageStarted', itemId: 'msg_1' },
      { type: 'textDelta', itemId: 'msg_1', delta: 'half' },
    ])
  })

  it.each([
    ['data: {"type": "response.crea\n\n', 'the model server sent an event that is not JSON'],
    ['data: 17\n\n', 'the model server sent an event that is not an object'],
    [
      sse({ type: 'response.output_item.done', item: { type: 'function_call', call_id: 'c' } }),
      'the model server sent a broken function_call (name: Invalid input: expected string, received undefined)',
    ],
    [
      sse({ type: 'response.output_item.done', item: 3 }),
      'the model server sent an output without a type',
    ],
  ])('garbage in the stream may be tried again: %j', async (text, words) => {
    web.server.script(steps(writeText(text), write([completed()])))
    expect(await web.failure()).toEqual(broken(words))
  })

  it('says what came instead of a stream', async () => {
    const page = status(200, '<html>Sign in</html>', { 'content-type': 'text/html' })
    const json = status(200, { error: { message: 'out of coffee', code: 'server_error' } })
    web.server.script(page, json)
    expect(await web.failure()).toEqual(
      broken('the model server answered with text/html instead of a stream'),
    )
    expect(await web.failure()).toMatchObject({
      message: 'out of coffee',
      info: 'internalServerError',
    })
  })

  it('notices silence in the stream and before it, comments or not', async () => {
    const comment = (): Reply =>
      steps(write(messageStart([])), writeText(': ping\n\n'), waitFor(null))
    web.server.script(comment(), silence)
    const config = { stream_idle_timeout_ms: 800 }
    expect(await web.failure(config)).toEqual(broken('idle timeout waiting for SSE'))
    expect(await web.failure(config)).toEqual(broken('idle timeout waiting for SSE'))
    expect(web.server.requests).toHaveLength(2)
  })

  it('does not blame the server for the time its reader takes', async () => {
    const goOn = Promise.withResolvers<void>()
    web.server.script(
      steps(
        write(messageStart(['slow'])),
        waitFor(goOn.promise),
        write([completed({ usage: null })]),
      ),
    )
    const seen: string[] = []
    const patient = web.client({ stream_idle_timeout_ms: 400 })
    for await (const event of patient.stream(modelRequest(), new AbortController().signal)) {
      seen.push(event.type)
      if (event.type !== 'textDelta') continue
      // Longer than the idle time allowed: that time passes is what is tested.
      await new Promise((resolve) => setTimeout(resolve, 600))
      goOn.resolve()
    }
    expect(seen).toEqual(['messageStarted', 'textDelta', 'completed'])
  })

  it.each<[SseEvent, Partial<Failure>]>([
    [
      failed('context_length_exceeded', 'too long'),
      {
        info: 'contextWindowExceeded',
        retryable: false,
        message: expect.stringContaining('context window is full'),
      },
    ],
    [failed('insufficient_quota', 'pay first'), { info: 'usageLimitExceeded', retryable: false }],
    [failed('usage_not_included', 'not in plan'), { info: 'usageLimitExceeded', retryable: false }],
    [
      failed('rate_limit_exceeded', 'Slow. Please try again in 1.5s.'),
      { info: 'rateLimitExceeded', retryable: true, retryAfterMs: 1500 },
    ],
    [failed('server_is_overloaded', 'busy'), { info: 'serverOverloaded', retryable: false }],
    [failed('slow_down', 'busy'), { info: 'serverOverloaded', retryable: false }],
    [failed('constructor', 'odd'), { message: expect.stringMatching(/: odd$/), retryable: true }],
    [failed('invalid_prompt', 'no'), { info: 'other', retryable: false, message: 'no' }],
    [
      failed('something_new', 'who knows'),
      {
        message: 'stream disconnected before completion: who knows',
        retryable: true,
        info: 'other',
      },
    ],
    [
      {
        type: 'response.incomplete',
        response: { incomplete_details: { reason: 'max_output_tokens' } },
      },
      {
        info: 'other',
        retryable: false,
        message: "The model's answer stayed incomplete: max_output_tokens.",
      },
    ],
    [
      { type: 'error', code: 'insufficient_quota', message: 'pay first' },
      { info: 'usageLimitExceeded', message: 'pay first' },
    ],
    [
      { type: 'error', error: { type: 'server_error', message: 'oops' } },
      { info: 'internalServerError', retryable: true },
    ],
    [
      { type: 'response.failed' },
      {
        message: expect.stringMatching(/: the model server gave no reason$/),
        retryable: true,
      },
    ],
  ])('%j becomes a typed error', async (event, expected) => {
    web.answer(event)
    expect(await web.failure()).toMatchObject(expected)
  })
})
