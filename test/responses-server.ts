// A scripted Responses API server on 127.0.0.1: real HTTP for integration tests and the bench. Nothing here
// imports the app, so that plain Node 24 can run it without a build.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SseEvent } from './responses-events.ts'

/** How one request is answered, step by step. */
export type Reply =
  | { readonly type: 'stream'; readonly steps: readonly StreamStep[] }
  | {
      readonly type: 'status'
      readonly status: number
      readonly body: string
      readonly headers: Readonly<Record<string, string>>
    }
  /** Takes the request and says nothing at all. */
  | { readonly type: 'silence' }
  /** Closes the connection before any answer. */
  | { readonly type: 'hangUp' }

export type StreamStep =
  | { readonly type: 'write'; readonly bytes: Buffer }
  /** Null waits for ever. */
  | { readonly type: 'wait'; readonly until: Promise<unknown> | null }
  | { readonly type: 'sleep'; readonly ms: number }
  /** Breaks the connection; without it the stream ends in order. */
  | { readonly type: 'breakOff' }

/** All events at once, in one write: the quickest a server can be. */
export function stream(events: readonly SseEvent[]): Reply {
  return { type: 'stream', steps: [write(events)] }
}

/** One write for each event, `ms` apart. */
export function slowly(events: readonly SseEvent[], ms: number): Reply {
  return { type: 'stream', steps: events.flatMap((event) => [write([event]), pause(ms)]) }
}

export function steps(...all: readonly StreamStep[]): Reply {
  return { type: 'stream', steps: all }
}

export function write(events: readonly SseEvent[]): StreamStep {
  return writeText(events.map(sse).join(''))
}

export function writeText(text: string): StreamStep {
  return { type: 'write', bytes: Buffer.from(text) }
}

export function waitFor(until: Promise<unknown> | null): StreamStep {
  return { type: 'wait', until }
}

export function pause(ms: number): StreamStep {
  return { type: 'sleep', ms }
}

export const breakOff: StreamStep = { type: 'breakOff' }
export const silence: Reply = { type: 'silence' }
export const hangUp: Reply = { type: 'hangUp' }

/** A refusal; `body` is sent as JSON unless it is text. */
export function status(
  code: number,
  body: unknown = '',
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/plain' : 'application/json'
  return { type: 'status', status: code, body: text, headers: { 'content-type': type, ...headers } }
}

/** The text of one event as it goes over the wire. */
export function sse(event: SseEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

export interface RecordedRequest {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  /** Parsed JSON. */
  readonly body: RequestBody
  /** Milliseconds since 1970 with fractions: when the request had arrived, and when its answer had been written. */
  readonly arrivedAtMs: number
  readonly answeredAtMs: number | null
  /** Settles when the connection of this request is closed or its answer has ended. */
  readonly closed: Promise<void>
}

export interface RequestBody {
  readonly model: string
  readonly input: readonly Readonly<Record<string, unknown>>[]
  readonly [key: string]: unknown
}

export interface ResponsesServer {
  /** For `base_url`. */
  readonly url: string
  readonly requests: readonly RecordedRequest[]
  /** Replies for the coming requests, one each, in order. */
  script(...replies: readonly Reply[]): void
  /** What answers requests that no scripted reply is left for; without it they get a 500. */
  otherwise(reply: Reply | ((request: RecordedRequest) => Reply)): void
  /** Resolves with request number `count` (the first is 1) once it arrived. */
  waitForRequest(count: number): Promise<RecordedRequest>
  /** Number of TCP connections so far. */
  readonly connections: number
  /** Breaks what is open and stops. */
  close(): Promise<void>
}

export async function startResponsesServer(): Promise<ResponsesServer> {
  const replies: Reply[] = []
  const requests: RecordedRequest[] = []
  const waiting: { count: number; resolve: (request: RecordedRequest) => void }[] = []
  let fallback: (request: RecordedRequest) => Reply = () =>
    status(500, 'responses server: no reply left')
  let connections = 0

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await readBody(incoming)
    const closed = new Promise<void>((resolve) => outgoing.once('close', () => resolve()))
    const request: RecordedRequest & { answeredAtMs: number | null } = {
      url: incoming.url ?? '',
      headers: incoming.headers,
      body: JSON.parse(body),
      arrivedAtMs: now(),
      answeredAtMs: null,
      closed,
    }
    requests.push(request)
    for (const waiter of waiting) if (waiter.count === requests.length) waiter.resolve(request)
    await answer(replies.shift() ?? fallback(request), outgoing, closed)
    request.answeredAtMs = now()
  }

  const server = createServer((incoming, outgoing) => {
    // A client that goes away in the middle is part of what is tested.
    handle(incoming, outgoing).catch(() => outgoing.destroy())
  })
  server.on('connection', (socket) => {
    connections++
    socket.setNoDelay(true)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    script: (...more) => void replies.push(...more),
    otherwise(reply) {
      fallback = typeof reply === 'function' ? reply : () => reply
    },
    waitForRequest(count) {
      const request = requests[count - 1]
      if (request) return Promise.resolve(request)
      return new Promise((resolve) => waiting.push({ count, resolve }))
    },
    get connections() {
      return connections
    },
    async close() {
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await stopped
    },
  }
}

async function answer(reply: Reply, outgoing: ServerResponse, closed: Promise<void>) {
  switch (reply.type) {
    case 'silence':
      return closed
    case 'hangUp':
      outgoing.destroy()
      return
    case 'status':
      outgoing.writeHead(reply.status, reply.headers).end(reply.body)
      return
    case 'stream':
      return streamSteps(reply.steps, outgoing, closed)
  }
}

async function streamSteps(
  all: readonly StreamStep[],
  outgoing: ServerResponse,
  closed: Promise<void>,
): Promise<void> {
  outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
  const [only] = all
  if (all.length === 1 && only?.type === 'write') return void outgoing.end(only.bytes)
  outgoing.flushHeaders()
  for (const step of all) {
    if (outgoing.destroyed) return
    if (step.type === 'write') await Promise.race([closed, written(step.bytes, outgoing)])
    else if (step.type === 'breakOff') return void outgoing.destroy()
    else await Promise.race([closed, waited(step)])
  }
  outgoing.end()
}

/** Resolves when the bytes have left this process, so that breaking off afterwards does not swallow them. */
function written(bytes: Buffer, outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => outgoing.write(bytes, () => resolve()))
}

function waited(step: Extract<StreamStep, { type: 'wait' | 'sleep' }>): Promise<unknown> {
  if (step.type === 'sleep') return new Promise((resolve) => setTimeout(resolve, step.ms))
  return step.until ?? new Promise(() => undefined)
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function now(): number {
  return performance.timeOrigin + performance.now()
}
