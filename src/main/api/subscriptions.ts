// Who hears what: notifications of a thread go to its subscribers, those that lists are made of to everyone.
import { globalNotifications, type Notification, type ThreadId } from '../../protocol/index.ts'
import type { NumberedEvent, StoredApproval } from '../storage/thread-event.ts'
import type { ThreadSignal } from '../threads/thread-signal.ts'
import type { ClientConnection } from './client-connection.ts'
import { present } from './present.ts'

export interface Subscriptions {
  opened(connection: ClientConnection): void
  closed(connection: ClientConnection): void
  subscribe(threadId: ThreadId, connection: ClientConnection): void
  /** False when it was not subscribed. */
  unsubscribe(threadId: ThreadId, connection: ClientConnection): boolean
  /** Everything a thread says, in order. */
  publish(threadId: ThreadId, signal: ThreadSignal): void
  broadcast(notification: Notification): void
  /** To whoever watches the thread, or to everyone without one, but not to who caused it. */
  tellOthers(threadId: ThreadId | null, notification: Notification, cause: ClientConnection): void
  /** Puts a question to whoever watches the thread. */
  ask(threadId: ThreadId, question: StoredApproval): void
  /** The question is settled, wherever it was asked. */
  withdraw(approvalId: string): void
  isWatched(threadId: ThreadId): boolean
}

/** `onLeft`: the last subscriber of a thread has gone. */
export function createSubscriptions(onLeft: (threadId: ThreadId) => void): Subscriptions {
  const everyone = new Set<ClientConnection>()
  const byThread = new Map<ThreadId, Set<ClientConnection>>()

  function subscribersOf(threadId: ThreadId): ReadonlySet<ClientConnection> {
    return byThread.get(threadId) ?? nobody
  }

  function unsubscribe(threadId: ThreadId, connection: ClientConnection): boolean {
    const subscribers = byThread.get(threadId)
    const was = subscribers?.delete(connection) ?? false
    if (subscribers?.size === 0) {
      byThread.delete(threadId)
      onLeft(threadId)
    }
    return was
  }

  function broadcast(notification: Notification): void {
    for (const connection of everyone) connection.notify(notification)
  }

  /** A question goes out as a server request to whoever watches the thread, and is withdrawn everywhere. */
  function followQuestions(threadId: ThreadId, event: NumberedEvent): void {
    if (event.type === 'approvalRequested') ask(threadId, event.approval)
    if (event.type === 'approvalDecided') withdraw(event.approvalId)
  }

  function ask(threadId: ThreadId, question: StoredApproval): void {
    for (const connection of subscribersOf(threadId)) connection.ask(question, threadId)
  }

  function withdraw(approvalId: string): void {
    for (const connection of everyone) connection.settle(approvalId)
  }

  return {
    opened: (connection) => void everyone.add(connection),
    closed(connection) {
      everyone.delete(connection)
      for (const threadId of [...byThread.keys()]) unsubscribe(threadId, connection)
    },
    subscribe(threadId, connection) {
      const subscribers = byThread.get(threadId)
      if (subscribers) subscribers.add(connection)
      else byThread.set(threadId, new Set([connection]))
    },
    unsubscribe,
    publish(threadId, signal) {
      for (const notification of present(threadId, signal)) {
        const isGlobal = globalNotifications.has(notification.method)
        for (const connection of isGlobal ? everyone : subscribersOf(threadId))
          connection.notify(notification)
      }
      if (signal.type === 'recorded') followQuestions(threadId, signal.event)
    },
    broadcast,
    tellOthers(threadId, notification, cause) {
      for (const connection of threadId === null ? everyone : subscribersOf(threadId))
        if (connection !== cause) connection.notify(notification)
    },
    ask,
    withdraw,
    isWatched: (threadId) => subscribersOf(threadId).size > 0,
  }
}

const nobody: ReadonlySet<ClientConnection> = new Set()
