// The processes of all threads by session number: found again by later calls, limited in number, ended together.
import { randomInt } from 'node:crypto'
import { messageOf } from '../../lib/errors.ts'
import type { Logger } from '../../lib/logger.ts'
import { killMarked, THREAD_MARK } from './process-signals.ts'
import type { RunningProcess } from './running-process.ts'

/** Per thread. */
export const PROCESSES_MAX = 64
/** From this many on the model is told. */
export const PROCESSES_WARN = 60
/** The most recently used ones are not ended to make room. */
const RECENT_KEPT = 8
const SESSION_ID_MIN = 1000
const SESSION_ID_END = 100_000
const SESSION_ID_STEP_MAX = 500

export interface ProcessTable {
  /** A number that no process of any thread has. */
  newSessionId(): number
  /** Makes room first: at the limit the least recently used one is ended, exited ones before all others. */
  add(process: RunningProcess): void
  remove(process: RunningProcess): void
  /** Removes it and ends it in the background. */
  end(process: RunningProcess): void
  /** Counts as use. */
  find(threadId: string, sessionId: number): RunningProcess | undefined
  count(threadId: string): number
  /** In order of use, the latest last. */
  all(threadId: string): readonly RunningProcess[]
  /** Unconfined commands may leave strays that only their marks tell. */
  noteUnconfined(threadId: string): void
  clean(threadId: string): Promise<void>
  cleanAll(): Promise<void>
}

export function createProcessTable(logger: Logger): ProcessTable {
  /** Per thread in order of use, the latest last. */
  const threads = new Map<string, Map<number, RunningProcess>>()
  let lastId = randomInt(SESSION_ID_MIN, SESSION_ID_END)
  const unconfined = new Set<string>()

  function makeRoom(processes: Map<number, RunningProcess>): void {
    if (processes.size < PROCESSES_MAX) return
    const inOrder = [...processes.values()]
    const victim =
      inOrder.find((process) => process.exitCode !== null) ??
      inOrder.slice(0, inOrder.length - RECENT_KEPT).find((process) => !process.isAwaited)
    if (!victim) return
    end(victim)
  }

  function end(process: RunningProcess): void {
    threads.get(process.threadId)?.delete(process.sessionId)
    process.terminate().catch((error: unknown) =>
      logger.log('error', 'a process could not be ended', {
        threadId: process.threadId,
        error: messageOf(error),
      }),
    )
  }

  async function clean(threadId: string): Promise<void> {
    const processes = [...(threads.get(threadId)?.values() ?? [])]
    threads.delete(threadId)
    await Promise.all(processes.map((process) => process.terminate()))
    if (unconfined.delete(threadId)) await killMarked({ [THREAD_MARK]: threadId })
  }

  return {
    newSessionId() {
      do lastId = nextId(lastId)
      while ([...threads.values()].some((processes) => processes.has(lastId)))
      return lastId
    },
    add(process) {
      const processes = threads.get(process.threadId) ?? new Map<number, RunningProcess>()
      threads.set(process.threadId, processes)
      makeRoom(processes)
      processes.set(process.sessionId, process)
    },
    remove: (process) => void threads.get(process.threadId)?.delete(process.sessionId),
    end,
    find(threadId, sessionId) {
      const processes = threads.get(threadId)
      const process = processes?.get(sessionId)
      if (!processes || !process) return undefined
      processes.delete(sessionId)
      processes.set(sessionId, process)
      return process
    },
    all: (threadId) => [...(threads.get(threadId)?.values() ?? [])],
    count: (threadId) => threads.get(threadId)?.size ?? 0,
    noteUnconfined: (threadId) => void unconfined.add(threadId),
    clean,
    async cleanAll() {
      await Promise.all([...new Set([...threads.keys(), ...unconfined])].map(clean))
    },
  }
}

/** Random, yet never one that was given out just now and is not in the table yet. */
function nextId(last: number): number {
  const range = SESSION_ID_END - SESSION_ID_MIN
  return SESSION_ID_MIN + ((last - SESSION_ID_MIN + randomInt(1, SESSION_ID_STEP_MAX)) % range)
}
