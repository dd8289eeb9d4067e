// What a host sees of the app: it connects, passes requests and answers in, and is handed what goes out.
import type { Notification, ServerRequest, WireError } from '../../protocol/index.ts'

/** The way out, implemented by a host. Both functions return at once; batching and back pressure are the host's. */
export interface Outgoing {
  notify(notification: Notification): void
  ask(request: ServerRequest): void
}

export type Answer = { result: unknown } | { error: WireError }

/** `resultText` is a result that is JSON already. */
export type Reply = Answer | { resultText: string }

/** One client: a window, a WebSocket, the stdio peer. */
export interface Connection {
  /**
   * Handles one request; calls `reply` exactly once, never throws. Notifications that the request caused for
   * this connection leave after the reply where the protocol asks for it.
   */
  request(method: string, params: unknown, reply: (reply: Reply) => void): void
  /** The answer to a server request; an error counts as a refusal, a late one is ignored. */
  answer(id: number, answer: Answer): void
  /** The peer is gone. Its open server requests stay open for others. */
  close(): void
}

/** The name a host gives the windows it speaks for. */
export const WINDOW_CLIENT = 'skein-window'

export interface Server {
  connect(outgoing: Outgoing): Connection
  /** Settles when the store is open, or rejects with a SkeinError that says why it cannot be (profile locked …). */
  readonly ready: Promise<void>
  /** Interrupts running turns, makes everything durable, closes the store. Safe to call twice. */
  shutdown(): Promise<void>
}
