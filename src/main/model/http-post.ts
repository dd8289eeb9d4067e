// One POST over HTTP. By node:http: fetch parses answers in WebAssembly, which is compiled in the background during
// the first turns of a process, and costs a multiple per request.
import type { IncomingMessage } from 'node:http'

/** The system would try for minutes. */
const CONNECT_MS_MAX = 10_000

export interface HttpAnswer {
  readonly status: number
  readonly statusText: string
  /** Null for a header that is not there; names in small letters. */
  readonly headers: { get(name: string): string | null }
  /** As it arrives. Whoever stops reading it early closes the connection. */
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * Redirects are answers like others. Rejects with what went wrong on the way. When `signal` aborts the connection is
 * closed: what is awaited then rejects as if it had broken.
 */
export async function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  // Loaded with the first request: otherwise each start of the app would wait for it.
  const { request } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'))
  signal.throwIfAborted()
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers }, resolve)
    // Without a reason: a connection whose answer came whole is nobody's by then, and its error would be uncaught.
    const abort = (): void => void outgoing.destroy()
    signal.addEventListener('abort', abort, { once: true })
    outgoing.on('close', () => signal.removeEventListener('abort', abort))
    outgoing.on('socket', (socket) => {
      if (!socket.connecting) return
      const late = new Error(`no connection within ${CONNECT_MS_MAX / 1000} seconds`)
      const timer = setTimeout(() => outgoing.destroy(late), CONNECT_MS_MAX)
      for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(timer))
    })
    outgoing.on('error', reject).end(body)
  })
  incoming.on('error', () => undefined) // whoever reads learns of it; maybe nobody does any more
  return {
    status: incoming.statusCode ?? 0,
    statusText: incoming.statusMessage ?? '',
    headers: {
      get(name) {
        const value = incoming.headers[name]
        return Array.isArray(value) ? value.join(', ') : (value ?? null)
      },
    },
    body: incoming,
  }
}
