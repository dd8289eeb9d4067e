// A server without an app behind it: answers what a test scripts and keeps what came in.
import type { Connection, Outgoing, Reply, Server } from '../src/main/api/server.ts'

export interface FakeClient {
  /** The way out to this client. */
  readonly outgoing: Outgoing
  readonly requests: { method: string; params: unknown }[]
  readonly answers: { id: number; answer: Reply }[]
  isClosed: boolean
}

export interface FakeServer extends Server {
  readonly clients: FakeClient[]
  shutdowns: number
}

export type FakeAnswer = (method: string, params: unknown) => Reply | Promise<Reply>

/** Answers every request with `{ echo: method }` unless told otherwise. */
export function fakeServer(
  answer: FakeAnswer = (method) => ({ result: { echo: method } }),
): FakeServer {
  const clients: FakeClient[] = []
  const server: FakeServer = {
    clients,
    shutdowns: 0,
    ready: Promise.resolve(),
    connect(outgoing): Connection {
      const client: FakeClient = {
        outgoing,
        requests: [],
        answers: [],
        isClosed: false,
      }
      clients.push(client)
      return {
        request(method, params, reply) {
          client.requests.push({ method, params })
          const given = answer(method, params)
          if (given instanceof Promise) void given.then(reply)
          else reply(given)
        },
        answer: (id, given) => void client.answers.push({ id, answer: given }),
        close: () => {
          client.isClosed = true
        },
      }
    },
    async shutdown() {
      server.shutdowns += 1
    },
  }
  return server
}
