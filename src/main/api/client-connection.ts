// A connection from the inside: what handlers and subscriptions may do with it.
import type { Notification, ThreadId } from '../../protocol/index.ts'
import type { StoredApproval } from '../storage/thread-event.ts'

/** The inside of a connection, as handlers and subscriptions see it. */
export interface ClientConnection {
  readonly experimental: boolean
  readonly clientName: string | null
  readonly clientVersion: string | null
  readonly isWindow: boolean
  notify(notification: Notification): void
  /**
   * Asks once per approval; the answer goes to `answer`. With `isAgain` a program is sent a question that it has not
   * answered once more, under the same id.
   */
  ask(approval: StoredApproval, threadId: ThreadId, isAgain?: boolean): void
  /** The question was settled: tells the client with the id its request had. */
  settle(approvalId: string): void
}

/** One request under way. */
export interface RequestContext {
  readonly connection: ClientConnection
  /** From now until the answer has left, notifications for this connection wait behind it. */
  holdUntilReplied(): void
}
