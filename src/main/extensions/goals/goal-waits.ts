// Waits of parked goals, without asking a model: a time, the end of a process, a change of a file, a command.
import path from 'node:path'
import { watch } from 'chokidar'
import type { GoalWait } from '../../../protocol/index.ts'
import { messageOf } from '../../lib/errors.ts'
import { changeEntry } from './goal-change.ts'
import type { GoalDesk } from './goal-desk.ts'
import type { GoalHolds } from './goal-holds.ts'
import type { GoalsPorts } from './goals-ports.ts'

export interface GoalWaits {
  /** Watches what the goal of this thread waits for now, and nothing else. */
  follow(desk: GoalDesk): void
  drop(desk: GoalDesk): void
}

const PROCESS_POLL_MS = 1_000
const TIMER_MS_MAX = 2 ** 31 - 1

export function createGoalWaits(
  ports: GoalsPorts,
  all: { readonly holds: GoalHolds; woken(desk: GoalDesk): void },
): GoalWaits {
  const watching = new Map<string, { readonly wait: string; readonly stop: () => void }>()

  function drop({ threadId }: GoalDesk): void {
    watching.get(threadId)?.stop()
    watching.delete(threadId)
  }

  function follow(desk: GoalDesk): void {
    const goal = desk.known()
    const isWatched = goal?.status === 'active' && goal.wait !== null && desk.control !== null
    const isHeld = all.holds.pausedAll || all.holds.sinceStart.has(desk.threadId)
    if (!isWatched || isHeld) {
      drop(desk)
      return
    }
    const wait = JSON.stringify(goal.wait)
    if (watching.get(desk.threadId)?.wait === wait) return
    drop(desk)
    const stop = watchFor(desk, goal.wait, (why) => {
      drop(desk)
      void wake(desk, wait, why).catch((error: unknown) =>
        ports.logger.log('error', 'a parked goal could not wake', { error: messageOf(error) }),
      )
    })
    watching.set(desk.threadId, { wait, stop })
  }

  async function wake(desk: GoalDesk, wait: string, why: string): Promise<void> {
    await desk.locked(async () => {
      const goal = await desk.read()
      if (!goal || JSON.stringify(goal.wait) !== wait) return
      const nowMs = ports.clock.now()
      const awake = { ...goal, wait: null, updatedMs: nowMs, rev: goal.rev + 1 }
      const entry = changeEntry(goal, awake, 'wait', 'system', nowMs)
      await desk.commit({ goal: awake, log: [{ ...entry, note: why }] })
    })
    all.woken(desk)
  }

  /** Calls `wake` once, at the deadline at the latest. */
  function watchFor(desk: GoalDesk, wait: GoalWait, wake: (why: string) => void): () => void {
    const stops: (() => void)[] = []
    const after = (ms: number, call: () => void): void => {
      stops.push(ports.timers.after(Math.min(Math.max(0, ms), TIMER_MS_MAX), call))
    }
    if (wait.deadlineAtMs !== undefined)
      after(wait.deadlineAtMs - ports.clock.now(), () => wake('the deadline has passed'))
    switch (wait.type) {
      case 'timer':
        after(wait.untilMs - ports.clock.now(), () => wake('the time has come'))
        break
      case 'processExit': {
        const look = (): void => {
          if (isAlive(wait.pid)) after(PROCESS_POLL_MS, look)
          else wake(`process ${wait.pid} has ended`)
        }
        look()
        break
      }
      case 'fileChange': {
        const cwd = desk.control?.state().snapshot.values.cwd ?? '.'
        const watcher = watch(path.resolve(cwd, wait.path), { ignoreInitial: true })
        watcher.once('all', () => wake(`${wait.path} has changed`))
        stops.push(() => void watcher.close())
        break
      }
      case 'command': {
        const abort = new AbortController()
        stops.push(() => abort.abort())
        const look = async (): Promise<void> => {
          const settings = desk.control?.state().snapshot
          if (!settings) return
          const { exitCode } = await ports.runCommand(wait.command, settings, abort.signal)
          if (abort.signal.aborted) return
          if (exitCode === wait.expectedExitCode) wake('the command ended as expected')
          else after(wait.intervalMs, () => void look())
        }
        void look()
      }
    }
    return () => {
      for (const stop of stops) stop()
    }
  }

  return { follow, drop }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
