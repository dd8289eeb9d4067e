// The bridge of a browser window: the messages of the stdio envelope over one WebSocket, alone or as a
// batch. The host makes the handshake. A broken connection is opened again with growing pauses.
import type {
  Bridge,
  BridgeError,
  CallParams,
  MethodName,
  Notification,
  Result,
  ServerRequest,
} from '../../protocol/index.ts'
import { BridgeFailure, CONNECTION_LOST } from './bridge-failure.ts'
import { parseResult } from './parse-result.ts'

const RETRY_DELAY_MS_MIN = 250
const RETRY_DELAY_MS_MAX = 5_000

/** The part of a browser's WebSocket that is used here. */
export interface Socket {
  addEventListener(type: 'open' | 'close', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  send(data: string): void
}

export interface WebSocketBridgeOptions {
  connect(): Socket
  openExternal(url: string): void
  openWindow(address: string): void
  /** Calls `then` after that time, unless the function it returns was called before. */
  delay(milliseconds: number, then: () => void): () => void
}

interface Pending {
  method: MethodName
  resolve(result: never): void
  reject(error: Error): void
}

type Incoming =
  | { kind: 'response'; id: number; result: unknown; error: BridgeError | undefined }
  | { kind: 'request'; request: ServerRequest }
  | { kind: 'notification'; notification: Notification }

export function createWebSocketBridge(options: WebSocketBridgeOptions): Bridge {
  const pending = new Map<number, Pending>()
  const notificationListeners = new Set<(batch: readonly Notification[]) => void>()
  const requestListeners = new Set<
    (request: ServerRequest, answer: (result: unknown) => void) => void
  >()
  const connectionListeners = new Set<(state: 'open' | 'lost') => void>()
  /** Requests made before the first connection stood. */
  const unsent: string[] = []
  let nextId = 1
  let retryDelayMs = RETRY_DELAY_MS_MIN
  let state: 'connecting' | 'open' | 'lost' = 'connecting'
  let socket = open()
  let cancelRetry: (() => void) | undefined

  function open(): Socket {
    const opened = options.connect()
    opened.addEventListener('open', () => {
      retryDelayMs = RETRY_DELAY_MS_MIN
      const wasLost = state === 'lost'
      state = 'open'
      for (const message of unsent.splice(0)) opened.send(message)
      if (wasLost) for (const listener of connectionListeners) listener('open')
    })
    opened.addEventListener('close', () => lose(opened))
    opened.addEventListener('message', (event) => receive(opened, event.data))
    return opened
  }

  function lose(closed: Socket): void {
    if (closed !== socket) return // a socket that was given up for a newer one
    if (state !== 'lost') {
      state = 'lost'
      unsent.length = 0
      rejectPending()
      for (const listener of connectionListeners) listener('lost')
    }
    cancelRetry = options.delay(retryDelayMs, retry)
    retryDelayMs = Math.min(retryDelayMs * 2, RETRY_DELAY_MS_MAX)
  }

  function retry(): void {
    cancelRetry?.()
    cancelRetry = undefined
    socket = open()
  }

  function rejectPending(): void {
    const lost = [...pending.values()]
    pending.clear()
    for (const request of lost) request.reject(connectionLost())
  }

  function receive(from: Socket, data: unknown): void {
    let batch: Notification[] = []
    const flush = () => {
      if (batch.length === 0) return
      const notifications = batch
      batch = []
      for (const listener of notificationListeners) listener(notifications)
    }
    // Order is kept: an answer is seen only after the notifications that left before it.
    for (const incoming of readMessages(data)) {
      if (incoming.kind === 'notification') {
        batch.push(incoming.notification)
        continue
      }
      flush()
      if (incoming.kind === 'response') settle(incoming)
      else ask(from, incoming.request)
    }
    flush()
  }

  function settle(response: Extract<Incoming, { kind: 'response' }>): void {
    const request = pending.get(response.id)
    if (!request) return
    pending.delete(response.id)
    if (response.error) {
      request.reject(new BridgeFailure(response.error))
      return
    }
    try {
      request.resolve(parseResult(request.method, response.result) as never)
    } catch (error) {
      request.reject(error as Error)
    }
  }

  function ask(from: Socket, request: ServerRequest): void {
    const answer = (result: unknown) => {
      // The id means something on the connection it came by, and nowhere else.
      if (from === socket && state === 'open') from.send(JSON.stringify({ id: request.id, result }))
    }
    for (const listener of requestListeners) listener(request, answer)
  }

  return {
    host: 'web',
    request<M extends MethodName>(method: M, params: CallParams<M>): Promise<Result<M>> {
      if (state === 'lost') return Promise.reject(connectionLost())
      const id = nextId++
      const message = JSON.stringify({ id, method, params })
      return new Promise<Result<M>>((resolve, reject) => {
        pending.set(id, { method, resolve, reject })
        if (state === 'open') socket.send(message)
        else unsent.push(message)
      })
    },
    onNotifications: (listener) => subscribe(notificationListeners, listener),
    onServerRequest: (listener) => subscribe(requestListeners, listener),
    onConnection: (listener) => subscribe(connectionListeners, listener),
    reconnect() {
      if (state === 'lost' && cancelRetry) retry()
    },
    async openExternal(url) {
      options.openExternal(url)
    },
    openWindow: (address) => options.openWindow(address),
  }
}

function subscribe<L>(listeners: Set<L>, listener: L): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function connectionLost(): BridgeFailure {
  return new BridgeFailure({
    code: CONNECTION_LOST,
    message: 'The connection to Skein was lost before it answered.',
  })
}

/** One message or an array of them; what is no message is left out. */
function readMessages(data: unknown): Incoming[] {
  if (typeof data !== 'string') return []
  let parsed: unknown
  try {
    parsed = JSON.parse(data)
  } catch {
    return [] // not JSON: dropped, as every host does with its own input
  }
  return (Array.isArray(parsed) ? parsed : [parsed]).flatMap(readMessage)
}

function readMessage(raw: unknown): Incoming[] {
  if (typeof raw !== 'object' || raw === null) return []
  const message = raw as { id?: unknown; method?: unknown; result?: unknown; error?: BridgeError }
  if (typeof message.method === 'string') {
    return message.id === undefined
      ? [{ kind: 'notification', notification: raw as Notification }]
      : [{ kind: 'request', request: raw as ServerRequest }]
  }
  if (typeof message.id !== 'number') return []
  return [{ kind: 'response', id: message.id, result: message.result, error: message.error }]
}
