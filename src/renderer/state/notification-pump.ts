// Hands what the bridge reports to the stores once per frame, so that a burst costs one drawing and not many.
import type { Bridge, Notification } from '../../protocol/index.ts'

/** Runs the function soon, once; in a window before the next frame is drawn. */
export type Schedule = (run: () => void) => void

export interface NotificationPump {
  /** Called with everything of a frame, in order. Returns the function that ends the subscription. */
  subscribe(listener: (batch: readonly Notification[]) => void): () => void
  /** Delivers now what has arrived so far: before an answer that came after it is looked at. */
  flush(): void
}

export function createNotificationPump(bridge: Bridge, schedule: Schedule): NotificationPump {
  const listeners = new Set<(batch: readonly Notification[]) => void>()
  let waiting: Notification[] = []

  function flush(): void {
    if (waiting.length === 0) return
    const batch = waiting
    waiting = []
    for (const listener of listeners) listener(batch)
  }

  bridge.onNotifications((batch) => {
    const isFirst = waiting.length === 0
    for (const notification of batch) waiting.push(notification)
    if (isFirst) schedule(flush)
  })

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    flush,
  }
}

/** Hidden windows get no frames, and have no hurry. */
const HIDDEN_DELAY_MS = 250

export const beforeNextFrame: Schedule = (run) => {
  if (document.hidden) setTimeout(run, HIDDEN_DELAY_MS)
  else requestAnimationFrame(run)
}
