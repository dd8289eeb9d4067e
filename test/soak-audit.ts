// Reads what one life of the app told its client of goals and their turns, and finds what must not be.
import type { GoalStatus, Notification, Turn } from '../src/protocol/index.ts'

interface RunningTurn {
  readonly threadId: string
  readonly turnId: string
}

/** Automatic turns that began and have not ended, oldest first. */
export function runningGoalTurns(notifications: readonly Notification[]): readonly RunningTurn[] {
  const running = new Map<string, RunningTurn>()
  for (const { method, params } of notifications) {
    if (method === 'turn/started' && params.turn.skein?.trigger === 'goal')
      running.set(params.turn.id, { threadId: params.threadId, turnId: params.turn.id })
    if (method === 'turn/completed') running.delete(params.turn.id)
  }
  return [...running.values()]
}

export interface LifeAudit {
  /** Automatic turns at the same time. */
  readonly mostAtOnce: number
  /** Automatic turns that began though the goal was not active as last told. */
  readonly withoutGoal: readonly string[]
  /** Turns during which the goal changed its status: only a part of them is charged. */
  readonly disturbed: ReadonlySet<string>
  /** Turns that a person stopped, and those that still ran when the life ended. */
  readonly cut: readonly string[]
}

/** `before`: the statuses as this life found them. */
export function auditLife(
  notifications: readonly Notification[],
  before: ReadonlyMap<string, GoalStatus>,
): LifeAudit {
  const statuses = new Map(before)
  const running = new Map<string, string>()
  const automatic = new Set<string>()
  const withoutGoal: string[] = []
  const disturbed = new Set<string>()
  const stopped: string[] = []
  let mostAtOnce = 0

  function goalUpdated(threadId: string, status: GoalStatus): void {
    const turnId = running.get(threadId)
    if (turnId !== undefined && statuses.get(threadId) !== status) disturbed.add(turnId)
    statuses.set(threadId, status)
  }

  function turnStarted(threadId: string, turn: Turn): void {
    running.set(threadId, turn.id)
    if (turn.skein?.trigger !== 'goal') return
    automatic.add(turn.id)
    mostAtOnce = Math.max(mostAtOnce, automatic.size)
    if (statuses.get(threadId) !== 'active') withoutGoal.push(turn.id)
  }

  for (const { method, params } of notifications) {
    if (method === 'thread/goal/updated') goalUpdated(params.threadId, params.goal.status)
    if (method === 'turn/started') turnStarted(params.threadId, params.turn)
    if (method === 'turn/completed') {
      running.delete(params.threadId)
      automatic.delete(params.turn.id)
      if (params.turn.status === 'interrupted') stopped.push(params.turn.id)
    }
  }
  return { mostAtOnce, withoutGoal, disturbed, cut: [...stopped, ...running.values()] }
}
