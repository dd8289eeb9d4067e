// A model client over HTTP with server-sent events; a dialect says what is sent and how the answer reads.
import {
  type Batch,
  createEventBatches,
  type EventBatches,
  type EventReader,
} from './event-batches.ts'
import type { HttpAnswer } from './http-post.ts'
import {
  beginningOf,
  type HttpProvider,
  type PreparedRequest,
  postWithRetries,
  prepareRequest,
  type Waiting,
} from './http-provider.ts'
import { type ModelClient, ModelError, type ModelEvent, type ModelRequest } from './model-client.ts'
import { errorOfStream, faultOfBody, streamError } from './model-errors.ts'
import { rateLimitsOfHeaders } from './rate-limits.ts'
import { sleep } from './retry.ts'
import { createWatchdog } from './watchdog.ts'

const STREAM_IDLE_TIMEOUT_MS = 300_000
/** How long the rest of a finished response may take; then its connection is closed instead of kept. */
const REST_MS_MAX = 1_000

/** An API that streams answers. */
export interface Dialect {
  /** Behind the base URL. */
  readonly path: string
  body(request: ModelRequest): Readonly<Record<string, unknown>>
  /** Reads the events of one answer. */
  reader(request: ModelRequest): EventReader
}

export function createStreamClient(
  provider: HttpProvider,
  dialect: Dialect,
  waiting: Waiting = { sleep, random: Math.random },
): ModelClient {
  return {
    stream: (request, signal) => streamAnswer(provider, dialect, waiting, request, signal),
  }
}

async function* streamAnswer(
  provider: HttpProvider,
  dialect: Dialect,
  waiting: Waiting,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  signal.throwIfAborted()
  const prepared = prepareRequest(provider, dialect.path, request.trace ?? null)
  const connection = createConnection(provider, dialect, waiting, signal)
  try {
    const nextBatch = await connection.open(prepared, request)
    for (;;) {
      const { events, isCompleted, failure } = await nextBatch()
      for (const event of events) {
        yield event
        signal.throwIfAborted()
      }
      if (isCompleted) return
      if (failure !== undefined) throw failure
    }
  } catch (thrown) {
    signal.throwIfAborted()
    throw withoutSecrets(thrown, prepared)
  } finally {
    connection.close()
  }
}

/** One response on the wire. It ends by itself when the caller's signal aborts or the server falls silent. */
function createConnection(
  provider: HttpProvider,
  dialect: Dialect,
  waiting: Waiting,
  signal: AbortSignal,
) {
  const controller = new AbortController()
  const abort = (): void => controller.abort(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  const watchdog = createWatchdog(
    provider.config.stream_idle_timeout_ms ?? STREAM_IDLE_TIMEOUT_MS,
    () => controller.abort(streamError('idle timeout waiting for SSE')),
  )
  const patience: Waiting = {
    random: waiting.random,
    async sleep(ms, until) {
      watchdog.pause()
      await waiting.sleep(ms, until)
      watchdog.run()
    },
  }
  let batches: EventBatches | undefined
  let isCompleted = false
  async function nextOf(opened: EventBatches): Promise<Batch> {
    watchdog.run()
    const batch = await opened.next()
    controller.signal.throwIfAborted()
    // From here on the caller is at work. A comment line that only keeps the line open changes nothing.
    if (batch.events.length > 0) watchdog.pause()
    isCompleted = batch.isCompleted
    return batch
  }

  return {
    /** Sends the request; the answer gives one batch after the other. */
    async open(prepared: PreparedRequest, request: ModelRequest): Promise<() => Promise<Batch>> {
      watchdog.run()
      const body = JSON.stringify(dialect.body(request))
      const outgoing = { body, model: request.model }
      const own = controller.signal
      const response = await postWithRetries(provider, prepared, outgoing, patience, own)
      const opened = createEventBatches(await streamOf(response, own), dialect.reader(request))
      batches = opened
      let limits = rateLimitsOfHeaders(response.headers, Date.now())
      return async () => {
        const batch = await nextOf(opened)
        if (!limits) return batch
        const events: ModelEvent[] = [{ type: 'rateLimits', limits }, ...batch.events]
        limits = undefined
        return { ...batch, events }
      }
    },
    close(): void {
      watchdog.pause()
      signal.removeEventListener('abort', abort)
      if (isCompleted && batches) void keepForNext(batches, controller)
      else controller.abort()
    },
  }
}

/** Throws ModelError when the answer is something else than a stream: a page of a proxy, an error as JSON. */
async function streamOf(
  response: HttpAnswer,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const type = response.headers.get('content-type') ?? ''
  if (!/^(?:text\/html|application\/json)\b/i.test(type)) return response.body
  const fault = faultOfBody(await beginningOf(response, signal))
  if (fault.code !== null || fault.message !== null) throw errorOfStream(fault)
  throw streamError(`the model server answered with ${type || 'nothing'} instead of a stream`)
}

/** Takes the end of the response in, so that the next request can use the same connection. */
async function keepForNext(batches: EventBatches, controller: AbortController): Promise<void> {
  const timer = setTimeout(() => controller.abort(), REST_MS_MAX)
  timer.unref()
  try {
    await batches.discardRest()
  } catch {
    // Closed or broken: the next request opens another one.
  } finally {
    clearTimeout(timer)
  }
}

/** Servers like to quote what they refuse. */
function withoutSecrets(thrown: unknown, { redact }: PreparedRequest): unknown {
  if (!(thrown instanceof ModelError)) return thrown
  const message = redact(thrown.message)
  const details = thrown.details === null ? null : redact(thrown.details)
  if (message === thrown.message && details === thrown.details) return thrown
  const { info, retryable, retryAfterMs } = thrown
  return new ModelError(message, { info, retryable, details, retryAfterMs })
}
