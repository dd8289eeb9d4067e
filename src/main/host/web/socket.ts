// The WebSocket of a browser window: the messages of the stdio envelope, notifications in batches.
import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Server } from '../../api/server.ts'
import type { Logger } from '../../lib/logger.ts'
import { readMessage, writeReply, writeServerRequest } from '../envelope.ts'
import { connectWindow } from '../window-peer.ts'
import type { Access } from './access.ts'

const MESSAGE_BYTES_MAX = 8 * 1024 * 1024
/** Sent but not yet taken by the browser; batches wait while there is more. */
const BUFFERED_BYTES_MAX = 1024 * 1024
/** A browser that answers no ping for this long is gone. */
const PING_EVERY_MS = 30_000

interface WindowOptions {
  readonly server: Server
  readonly version: string
  readonly logger: Logger
}

/** Takes over the upgrades of `http` at /ws. */
export function acceptWindows(
  http: HttpServer,
  access: Access,
  options: WindowOptions,
): { close(): void } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  })
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, access)
    if (refusal !== undefined) {
      socket.on('error', () => {}) // the browser may be gone before it reads the refusal
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => attach(accepted, options))
  })
  return {
    close() {
      for (const client of sockets.clients) client.terminate()
      sockets.close()
    },
  }
}

function refusalOf(request: IncomingMessage, access: Access): string | undefined {
  if (!access.isOwnHost(request.headers.host)) return '421 Misdirected Request'
  if (!access.isOwnOrigin(request.headers.origin)) return '403 Forbidden'
  if (!access.hasSession(request.headers.cookie)) return '403 Forbidden'
  return request.url === '/ws' ? undefined : '404 Not Found'
}

function attach(socket: WebSocket, { server, version, logger }: WindowOptions): void {
  const peer = connectWindow(server, version, {
    send: (text) => socket.send(text, () => peer.resume()),
    hasRoom: () => socket.bufferedAmount < BUFFERED_BYTES_MAX,
    ask: (request) => socket.send(writeServerRequest(request)),
  })
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? undefined : readMessage(data.toString())
    switch (message?.type) {
      case 'request':
        peer.request(message.method, message.params, (reply) =>
          socket.send(writeReply(message.id, reply)),
        )
        return
      case 'answer':
        peer.answer(message.id, message.answer)
        return
      case 'notification':
        return // the handshake is the host's; a window has nothing else to notify of
      default:
        logger.log('warn', 'dropped a message of a window that is no message')
    }
  })
  let isAlive = true
  socket.on('pong', () => {
    isAlive = true
  })
  const pings = setInterval(() => {
    if (!isAlive) socket.terminate()
    isAlive = false
    socket.ping()
  }, PING_EVERY_MS)
  socket.on('error', (error) => logger.log('warn', `a window's socket: ${error.message}`))
  socket.on('close', () => {
    clearInterval(pings)
    peer.close()
  })
}
