// Takes threads out of memory some time after the last subscriber left, if nothing goes on in them.
import type { Notification, ThreadId } from '../../protocol/index.ts'
import { messageOf } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'

/** A client that comes back within this time finds its thread as it was. */
export const IDLE_UNLOAD_MS = 30 * 60_000

export interface IdleUnloadPorts {
  readonly afterMs: number
  readonly logger: Logger
  /** True while the thread works, waits, or has something to do without anybody looking. */
  isBusy(threadId: ThreadId): boolean
  isWatched(threadId: ThreadId): boolean
  /** False when it was not loaded. */
  unload(threadId: ThreadId): Promise<boolean>
  broadcast(notification: Notification): void
}

export interface IdleUnload {
  /** Nobody is subscribed any more. */
  left(threadId: ThreadId): void
  stop(): void
}

export function createIdleUnload(ports: IdleUnloadPorts): IdleUnload {
  const timers = new Map<ThreadId, NodeJS.Timeout>()

  function left(threadId: ThreadId): void {
    clearTimeout(timers.get(threadId))
    const timer = setTimeout(() => void due(threadId), ports.afterMs)
    timer.unref()
    timers.set(threadId, timer)
  }

  async function due(threadId: ThreadId): Promise<void> {
    timers.delete(threadId)
    if (ports.isWatched(threadId)) return
    if (ports.isBusy(threadId)) return left(threadId)
    try {
      if (await ports.unload(threadId))
        ports.broadcast({ method: 'thread/closed', params: { threadId } })
    } catch (error) {
      const fields = { threadId, error: messageOf(error) }
      ports.logger.log('error', 'an idle thread could not be unloaded', fields)
    }
  }

  return {
    left,
    stop() {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}
