// One window as a client of the server, the same in Electron and in a browser: the host makes the
// handshake for it, batches what it hears and keeps answers behind the notifications before them.
import type { ServerRequest } from '../../protocol/index.ts'
import { type Answer, type Reply, type Server, WINDOW_CLIENT } from '../api/server.ts'
import { type BatchChannel, createBatcher } from './batching.ts'

export interface WindowChannel extends BatchChannel {
  ask(request: ServerRequest): void
}

export interface WindowPeer {
  /** Calls `reply` exactly once, unless the window closed before. Waits for the handshake. */
  request(method: string, params: unknown, reply: (reply: Reply) => void): void
  answer(id: number, answer: Answer): void
  /** The channel has room again. */
  resume(): void
  close(): void
}

export function connectWindow(server: Server, version: string, channel: WindowChannel): WindowPeer {
  const batcher = createBatcher(channel)
  let isClosed = false
  /** Requests made before the handshake was done. */
  let waiting: (() => void)[] | undefined = []

  const connection = server.connect({
    notify(notification) {
      if (!isClosed) batcher.push(notification)
    },
    ask(request) {
      if (isClosed) return
      batcher.flush()
      channel.ask(request)
    },
  })

  connection.request(
    'initialize',
    {
      clientInfo: { name: WINDOW_CLIENT, title: 'Skein', version },
      capabilities: { experimentalApi: true },
    },
    () => {
      const held = waiting ?? []
      waiting = undefined
      for (const pass of held) pass()
    },
  )

  return {
    request(method, params, reply) {
      const pass = () =>
        connection.request(method, params, (answer) => {
          if (isClosed) return
          batcher.flush()
          reply(answer)
        })
      if (waiting) waiting.push(pass)
      else pass()
    },
    answer: (id, answer) => connection.answer(id, answer),
    resume: () => batcher.resume(),
    close() {
      if (isClosed) return
      isClosed = true
      waiting = []
      batcher.close()
      connection.close()
    },
  }
}
