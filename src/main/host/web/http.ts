// The web host: serves the window to a browser on this machine, over 127.0.0.1 alone.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Server } from '../../api/server.ts'
import type { Logger } from '../../lib/logger.ts'
import { createStaticFiles, type StaticAnswer, textAnswer } from '../static-files.ts'
import { type Access, createAccess } from './access.ts'
import { acceptWindows } from './socket.ts'

export interface WebHostOptions {
  readonly server: Server
  readonly version: string
  /** The folder of the renderer's build. */
  readonly root: string
  /** 0 takes any free port. */
  readonly port: number
  readonly logger: Logger
  /** Called with the address to open, and again with a new one as soon as that was used. */
  announce(url: string): void
}

export interface WebHost {
  /** Closes every window's connection and stops listening. Does not shut the server down. */
  close(): Promise<void>
}

/** Rejects when the port cannot be had. */
export async function serveWeb(options: WebHostOptions): Promise<WebHost> {
  const http = createServer()
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(options.port, '127.0.0.1', resolve)
  })
  const access = createAccess((http.address() as AddressInfo).port)
  const answer = createAnswers(access, options)
  http.on('request', (request, response) => {
    void answer(request).then((content) => respond(request, response, content))
  })
  const windows = acceptWindows(http, access, options)
  options.announce(access.address())
  return {
    async close() {
      windows.close()
      const closed = new Promise<void>((resolve) => http.close(() => resolve()))
      http.closeAllConnections()
      await closed
    },
  }
}

function createAnswers(
  access: Access,
  options: WebHostOptions,
): (request: IncomingMessage) => Promise<StaticAnswer> {
  const files = createStaticFiles(options.root)
  return async (request) => {
    // Another name for this address means that a foreign page had its DNS name pointed here.
    if (!access.isOwnHost(request.headers.host)) return textAnswer(421, 'Unknown host')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return textAnswer(405, 'Only GET and HEAD')
    }
    if (!request.url?.startsWith('/')) return textAnswer(400, 'Not a path')
    const url = new URL(`http://127.0.0.1${request.url}`)
    const token = url.searchParams.get('token')
    const cookie = token === null ? undefined : access.redeem(token)
    if (cookie !== undefined) {
      options.announce(access.address())
      const answer = textAnswer(302, 'Go on')
      return { ...answer, headers: { ...answer.headers, Location: '/', 'Set-Cookie': cookie } }
    }
    if (!access.hasSession(request.headers.cookie)) {
      return textAnswer(401, 'Open the address that Skein printed last; each one works once.')
    }
    return files(url.pathname)
  }
}

function respond(request: IncomingMessage, response: ServerResponse, answer: StaticAnswer): void {
  response.writeHead(answer.status, { ...answer.headers, 'Content-Length': answer.body.length })
  response.end(request.method === 'HEAD' ? undefined : answer.body)
}
