// Tells people who look elsewhere that a thread needs them or has ended: system notifications and the badge.
import { app, BrowserWindow, Notification } from 'electron'
import type { ThreadId } from '../../../protocol/index.ts'
import type { Server } from '../../api/server.ts'
import { type Attention, type AttentionKind, followAttention } from '../attention.ts'

const TEXTS: Record<Exclude<AttentionKind, 'settled'>, string> = {
  needsApproval: 'Waits for your approval',
  needsAnswer: 'Waits for your answer',
  finished: 'The turn has ended',
  failed: 'The turn failed',
  goalReached: 'The goal is complete',
  goalStopped: 'The goal has stopped and needs you',
  goalSpent: 'The goal has used up its budget',
}

export interface NotificationsOptions {
  readonly server: Server
  readonly version: string
  /** Brings this thread before the person. */
  open(threadId: ThreadId): void
}

/** One notification a thread at most: a newer one takes its place, and what was answered elsewhere goes. */
export function notifyPeople({ server, version, open }: NotificationsOptions): Attention {
  const shown = new Map<ThreadId, Notification>()

  function withdraw(threadId: ThreadId): void {
    shown.get(threadId)?.close()
    shown.delete(threadId)
  }

  async function show(threadId: ThreadId, kind: keyof typeof TEXTS): Promise<void> {
    if (!Notification.isSupported() || BrowserWindow.getFocusedWindow()) return
    const notification = new Notification({
      title: await attention.titleOf(threadId),
      body: TEXTS[kind],
      // Where the system shows no buttons, a click opens the thread, whose goal bar has the same one.
      actions: kind === 'goalSpent' ? [{ type: 'button', text: 'Top up 50% and resume' }] : [],
    })
    notification.on('click', () => open(threadId))
    notification.on('action', () => attention.topUp(threadId))
    notification.on('close', () => {
      if (shown.get(threadId) === notification) shown.delete(threadId)
    })
    withdraw(threadId)
    shown.set(threadId, notification)
    notification.show()
  }

  const attention = followAttention(server, version, (threadId, kind) => {
    app.setBadgeCount(attention.waiting())
    if (kind === 'settled') withdraw(threadId)
    else void show(threadId, kind)
  })
  return attention
}
