// The messages of the wire as JSON text, the same for stdio and WebSocket: no `jsonrpc` member, the id of
// an answer equals the id of its request in value and type.
import type { Notification, ServerRequest, WireError } from '../../protocol/index.ts'
import type { Answer, Reply } from '../api/server.ts'

export type Incoming =
  | { type: 'request'; id: RequestId; method: string; params: unknown }
  | { type: 'notification'; method: string }
  | { type: 'answer'; id: number; answer: Answer }

export type RequestId = string | number

/** What a line of text says, or undefined when it is not JSON or JSON that is no message. */
export function readMessage(text: string): Incoming | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined // the caller drops the line; nobody could be answered
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const message = value as Record<string, unknown>
  return typeof message.method === 'string'
    ? readCall(message, message.method)
    : readAnswer(message)
}

function readCall(message: Record<string, unknown>, method: string): Incoming | undefined {
  const id = message.id
  if (id === undefined) return { type: 'notification', method }
  if (typeof id !== 'string' && (typeof id !== 'number' || !Number.isInteger(id))) return undefined
  return { type: 'request', id, method, params: message.params }
}

function readAnswer(message: Record<string, unknown>): Incoming | undefined {
  const { id, result, error } = message
  if (typeof id !== 'number') return undefined
  if (error !== undefined && error !== null) {
    return { type: 'answer', id, answer: { error: readError(error) } }
  }
  return 'result' in message ? { type: 'answer', id, answer: { result } } : undefined
}

/** Clients are careless with errors they send; any of them means that the request was refused. */
function readError(error: unknown): WireError {
  const { code, message, data } = error as Record<string, unknown>
  return {
    code: typeof code === 'number' ? code : 0,
    message: typeof message === 'string' ? message : '',
    ...(data === undefined ? {} : { data }),
  }
}

export function writeReply(id: RequestId, reply: Reply): string {
  if ('resultText' in reply) return `{"id":${JSON.stringify(id)},"result":${reply.resultText}}`
  return JSON.stringify({ id, ...reply })
}

export function writeServerRequest(request: ServerRequest): string {
  return JSON.stringify({ id: request.id, method: request.method, params: request.params })
}

/** `nowMs` is used where the notification does not say when it was emitted. */
export function writeNotification(notification: Notification, nowMs: number): string {
  const { method, params, seq, emittedAtMs = nowMs } = notification
  return JSON.stringify({ method, params, ...(seq === undefined ? {} : { seq }), emittedAtMs })
}
