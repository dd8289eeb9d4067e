// Stands in for the app while it is being loaded: a plain `initialize` is answered at once, the rest waits.
import { answerInitialize, canBeHeader, type Greeting } from './handshake.ts'
import type { Connection, Server } from './server.ts'

/** How long a client may take to say its first word before the app is loaded all the same. */
export const FIRST_WORD_MS_MAX = 100

/**
 * Calls `load` once: when the answer to the client's first request has left, because loading takes the thread for a
 * while, or when it said nothing for a moment. It rejects when there will be no app; requests that wait then stay
 * unanswered, as the process ends.
 */
export function lateServer(
  load: () => Promise<Server>,
  { home, version }: Pick<Greeting, 'home' | 'version'>,
): Server {
  const start = Promise.withResolvers<void>()
  const loading = start.promise.then(load)
  const patience = setTimeout(start.resolve, FIRST_WORD_MS_MAX)

  /** A host sends what is to go out in the next round of the event loop; this comes after it. */
  function loadNext(): void {
    clearTimeout(patience)
    setImmediate(start.resolve)
  }

  return {
    connect(outgoing) {
      let connection: Connection | undefined
      let waiting: ((app: Connection) => void)[] = []
      let isGreeted = false

      function pass(act: (app: Connection) => void): void {
        if (connection) act(connection)
        else waiting.push(act)
      }

      void loading.then(
        (server) => {
          connection = server.connect(outgoing)
          const held = waiting
          waiting = []
          for (const act of held) act(connection)
        },
        () => {
          waiting = []
        },
      )

      return {
        request(method, params, reply) {
          const client =
            method === 'initialize' && !connection && !isGreeted ? plainClient(params) : null
          if (client) {
            isGreeted = true
            reply({ result: answerInitialize({ home, version, client }) })
          }
          pass((app) => app.request(method, params, client ? () => {} : reply))
          if (!connection) loadNext()
        },
        answer: (id, answer) => pass((app) => app.answer(id, answer)),
        close: () => pass((app) => app.close()),
      }
    },
    ready: loading.then((server) => server.ready),
    shutdown() {
      loadNext()
      return loading.then((server) => server.shutdown())
    },
  }
}

/** The client of an `initialize` in which nothing can be wrong; null leaves the judgement to the app. */
function plainClient(params: unknown): Greeting['client'] | null {
  if (!isRecord(params) || !isRecord(params.clientInfo)) return null
  const { name, version, title } = params.clientInfo
  const capabilities = params.capabilities ?? {}
  if (!isRecord(capabilities)) return null
  const { experimentalApi, requestAttestation, optOutNotificationMethods, ...others } = capabilities
  const isPlain =
    params.capabilities !== null &&
    (title === undefined || title === null || typeof title === 'string') &&
    [experimentalApi, requestAttestation].every(isFlag) &&
    isListOfWords(optOutNotificationMethods ?? []) &&
    Object.keys(others).length === 0
  if (!isPlain || typeof name !== 'string' || typeof version !== 'string') return null
  if (!canBeHeader(name)) return null
  return { name, version }
}

function isFlag(value: unknown): boolean {
  return value === undefined || typeof value === 'boolean'
}

function isListOfWords(value: unknown): boolean {
  return Array.isArray(value) && value.every((word) => typeof word === 'string')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
