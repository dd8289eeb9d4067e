// Long work that clients can watch and stop: every import, export, backup and index run is a task while it lasts.
import type { Task } from '../../protocol/index.ts'
import type { Clock } from '../lib/clock.ts'
import { messageOf } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'

/** Ended tasks that are still listed; older ones are forgotten. */
const ENDED_MAX = 50
/** At most four notifications a second of one task, and one at its end. */
const NOTIFY_MS_MIN = 250

export interface RunningTask {
  readonly signal: AbortSignal
  progress(done: number, total: number | null, message?: string): void
}

export interface TaskCenter {
  /**
   * Runs `work` as a task. What it resolves with or throws is handed on; a task whose signal was aborted ends as
   * `cancelled`, whatever its work says.
   */
  run<T>(kind: Task['kind'], unit: string, work: (task: RunningTask) => Promise<T>): Promise<T>
  list(): Task[]
  /** False when no such task runs. */
  cancel(id: string): boolean
  /** Cancels everything and waits for its end. */
  stop(): Promise<void>
}

interface Entry {
  task: Task
  readonly abort: AbortController
  ended: Promise<unknown>
  notifiedMs: number
  timer: NodeJS.Timeout | undefined
}

export function createTaskCenter(clock: Clock, notify: (task: Task) => void): TaskCenter {
  const entries = new Map<string, Entry>()

  function announce(entry: Entry): void {
    clearTimeout(entry.timer)
    entry.timer = undefined
    entry.notifiedMs = clock.now()
    notify(entry.task)
  }

  function announceSoon(entry: Entry): void {
    if (entry.timer) return
    const wait = entry.notifiedMs + NOTIFY_MS_MIN - clock.now()
    if (wait <= 0) announce(entry)
    else entry.timer = setTimeout(announce, wait, entry).unref()
  }

  function end(entry: Entry, status: Task['status'], message: string | null): void {
    entry.task = { ...entry.task, status, message, endedAtMs: clock.now() }
    announce(entry)
    const ended = [...entries.values()].filter(({ task }) => task.status !== 'running')
    for (const { task } of ended.slice(0, Math.max(0, ended.length - ENDED_MAX)))
      entries.delete(task.id)
  }

  async function perform<T>(entry: Entry, work: (task: RunningTask) => Promise<T>): Promise<T> {
    const { signal } = entry.abort
    const finalStatus = (status: Task['status']) => (signal.aborted ? 'cancelled' : status)
    try {
      const value = await work({
        signal,
        progress(done, total, message) {
          entry.task = { ...entry.task, done, total, message: message ?? entry.task.message }
          announceSoon(entry)
        },
      })
      end(entry, finalStatus('completed'), entry.task.message)
      return value
    } catch (thrown) {
      end(entry, finalStatus('failed'), messageOf(thrown))
      throw thrown
    }
  }

  return {
    run(kind, unit, work) {
      const entry: Entry = {
        task: {
          id: newId(),
          kind,
          status: 'running',
          done: 0,
          total: null,
          unit,
          message: null,
          startedAtMs: clock.now(),
          endedAtMs: null,
        },
        abort: new AbortController(),
        ended: Promise.resolve(),
        notifiedMs: 0,
        timer: undefined,
      }
      entries.set(entry.task.id, entry)
      announce(entry)
      const working = perform(entry, work)
      entry.ended = working.catch(() => undefined)
      return working
    },
    list: () => [...entries.values()].map(({ task }) => task),
    cancel(id) {
      const entry = entries.get(id)
      if (entry?.task.status !== 'running') return false
      entry.abort.abort()
      return true
    },
    async stop() {
      for (const entry of entries.values()) entry.abort.abort()
      await Promise.all([...entries.values()].map(({ ended }) => ended))
    },
  }
}
