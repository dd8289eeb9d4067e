// One client of the app: its handshake, its way in, its way out, and the questions it was asked.
import type {
  Notification,
  ServerRequest,
  ServerRequestMethod,
  ThreadId,
} from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { ClientConnection, RequestContext } from './client-connection.ts'
import { answerInitialize, canBeHeader } from './handshake.ts'
import { dispatch, type Handlers, parseParams, parseRequest, ResultText } from './router.ts'
import { type Answer, type Connection, type Outgoing, WINDOW_CLIENT } from './server.ts'
import { toWireError } from './wire-errors.ts'

export interface ConnectionPorts {
  readonly home: string
  readonly version: string
  /** Settles when requests may be handled: the store is open and repaired. */
  readonly ready: Promise<void>
  readonly handlers: Handlers
  onInitialized(connection: ClientConnection): void
  onClosed(connection: ClientConnection): void
  /** `answer` as the client sent it; undefined for an error. */
  answer(threadId: ThreadId, approvalId: string, answer: unknown): Promise<boolean>
}

/** Requests of one client that may be under way at a time. */
export const REQUESTS_MAX = 4096

export function createConnection(outgoing: Outgoing, ports: ConnectionPorts): Connection {
  let client: { readonly name: string; readonly version: string } | null = null
  let experimental = false
  let optedOut: ReadonlySet<string> = new Set()
  let nextId = 0
  let underWay = 0
  let holds = 0
  let held: Notification[] = []
  const questions = new Map<number, { threadId: ThreadId; approvalId: string }>()

  function send(notification: Notification): void {
    if (holds > 0) held.push(notification)
    else outgoing.notify(notification)
  }

  const inside: ClientConnection = {
    get experimental() {
      return experimental
    },
    get clientName() {
      return client?.name ?? null
    },
    get clientVersion() {
      return client?.version ?? null
    },
    get isWindow() {
      return client?.name === WINDOW_CLIENT
    },
    notify(notification) {
      if (!optedOut.has(notification.method)) send({ ...notification, emittedAtMs: Date.now() })
    },
    ask(approval, threadId, isAgain = false) {
      const { approvalId, method, params } = approval
      if (inside.isWindow && !windowQuestions.has(method)) return
      const open = [...questions].find(([, question]) => question.approvalId === approvalId)?.[0]
      if (open !== undefined && (inside.isWindow || !isAgain)) return
      const id = open ?? nextId++
      questions.set(id, { threadId, approvalId })
      outgoing.ask({ id, method, params } as ServerRequest)
    },
    settle(approvalId) {
      for (const [requestId, question] of questions) {
        if (question.approvalId !== approvalId) continue
        questions.delete(requestId)
        const { threadId } = question
        inside.notify({ method: 'serverRequest/resolved', params: { threadId, requestId } })
      }
    },
  }

  function initialize(raw: unknown) {
    const { clientInfo, capabilities } = parseParams('initialize', raw)
    if (client) throw new SkeinError('conflict', 'Already initialized')
    if (!canBeHeader(clientInfo.name))
      throw new SkeinError(
        'invalidParams',
        `Invalid clientInfo.name: '${clientInfo.name}'. Must be a valid HTTP header value.`,
        { field: 'clientInfo.name' },
      )
    client = clientInfo
    experimental = capabilities?.experimentalApi ?? false
    optedOut = new Set(capabilities?.optOutNotificationMethods ?? [])
    return answerInitialize({ home: ports.home, version: ports.version, client: clientInfo })
  }

  function release(own: number): void {
    holds -= own
    if (holds > 0) return
    const waiting = held
    held = []
    for (const notification of waiting) outgoing.notify(notification)
  }

  async function handle(
    method: string,
    params: unknown,
    request: RequestContext,
  ): Promise<unknown> {
    const parsed = parseRequest(method, params)
    if (!client) throw new SkeinError('conflict', 'Not initialized')
    if (underWay >= REQUESTS_MAX)
      throw new SkeinError('overloaded', 'Server overloaded; retry later.')
    underWay++
    try {
      await ports.ready
      return await dispatch(ports.handlers, parsed, request)
    } finally {
      underWay--
    }
  }

  return {
    request(method, params, reply) {
      if (method === 'initialize') {
        reply(attempt(() => initialize(params)))
        if (client) ports.onInitialized(inside)
        return
      }
      let own = 0
      const holdUntilReplied = (): void => {
        own++
        holds++
      }
      handle(method, params, { connection: inside, holdUntilReplied }).then(
        (result) => {
          reply(result instanceof ResultText ? { resultText: result.json } : { result })
          release(own)
        },
        (error: unknown) => {
          reply({ error: toWireError(error) })
          release(own)
        },
      )
    },
    answer(id, answer) {
      const question = questions.get(id)
      if (!question) return
      const result = 'error' in answer ? undefined : answer.result
      void ports.answer(question.threadId, question.approvalId, result)
    },
    close() {
      questions.clear()
      ports.onClosed(inside)
    },
  }
}

/** What a window can put before a person; tools of a client are that client's. */
const windowQuestions: ReadonlySet<ServerRequestMethod> = new Set<ServerRequestMethod>([
  'item/commandExecution/requestApproval',
  'item/fileChange/requestApproval',
  'item/permissions/requestApproval',
  'item/tool/requestUserInput',
  'mcpServer/elicitation/request',
])

function attempt(work: () => unknown): Answer {
  try {
    return { result: work() }
  } catch (error) {
    return { error: toWireError(error) }
  }
}
