// Follows, as a client of its own, which threads run, wait for a person or have just ended: what a desktop
// tells people who look elsewhere.
import {
  type GoalNotify,
  type GoalStatus,
  goalTopUp,
  type Notification,
  type ThreadGoal,
  type ThreadId,
  type ThreadStatus,
} from '../../protocol/index.ts'
import type { Server } from '../api/server.ts'

/** What happened to a thread; `settled` takes back what it waited for. */
export type AttentionKind =
  | 'needsApproval'
  | 'needsAnswer'
  | 'finished'
  | 'failed'
  /** A goal came to its end, or cannot go on by itself; the turns in between are told only if that was chosen. */
  | 'goalReached'
  | 'goalStopped'
  /** The same, and more of its budget sets it going. */
  | 'goalSpent'
  | 'settled'

export interface Attention {
  /** Threads with a turn under way. */
  running(): number
  /** Threads that wait for a person. */
  waiting(): number
  /** The thread's name, or the beginning of what was first asked. */
  titleOf(threadId: ThreadId): Promise<string>
  /** Half more of every used-up budget of the thread's goal, and on; nothing where it is not limited by one. */
  topUp(threadId: ThreadId): void
  close(): void
}

export function followAttention(
  server: Server,
  version: string,
  onChange: (threadId: ThreadId, kind: AttentionKind) => void,
): Attention {
  const active = new Map<ThreadId, AttentionKind | 'running'>()
  /** Threads whose goal is active, with what is told of it; those whose goal stopped with their turn; used-up ones. */
  const goals = new Map<ThreadId, GoalNotify>()
  const stopped = new Set<ThreadId>()
  const spent = new Map<ThreadId, ThreadGoal>()
  const connection = server.connect({ notify: hear, ask: () => undefined })
  connection.request('initialize', { clientInfo: { name: 'skein-desktop', version } }, () => {})

  function hearGoal(goal: ThreadGoal): void {
    const { threadId, status, skein } = goal
    const wasActive = goals.delete(threadId)
    spent.delete(threadId)
    if (status === 'active') goals.set(threadId, skein.notify)
    if (status === 'budgetLimited') spent.set(threadId, goal)
    if (status === 'active' || !wasActive || skein.actor === 'user') return
    stopped.add(threadId)
    if (skein.notify !== 'none') onChange(threadId, endOf(status))
  }

  function hearStatus(threadId: ThreadId, status: ThreadStatus): void {
    const before = active.get(threadId)
    const now = stateOf(status)
    if (now === null) active.delete(threadId)
    else active.set(threadId, now)
    if (now === before || (now === null && before === undefined)) return
    if (before !== undefined && before !== 'running') onChange(threadId, 'settled')
    if (now === null) ended(threadId, status)
    else if (now !== 'running') onChange(threadId, now)
  }

  function ended(threadId: ThreadId, status: ThreadStatus): void {
    const isGoals = stopped.delete(threadId) || (goals.get(threadId) ?? 'turns') !== 'turns'
    if (!isGoals) onChange(threadId, status.type === 'systemError' ? 'failed' : 'finished')
  }

  function hear({ method, params }: Notification): void {
    if (method === 'thread/goal/updated') hearGoal(params.goal)
    if (method === 'thread/goal/cleared') {
      goals.delete(params.threadId)
      spent.delete(params.threadId)
    }
    if (method === 'thread/status/changed') hearStatus(params.threadId, params.status)
  }

  return {
    running: () => active.size,
    waiting: () => [...active.values()].filter((state) => state !== 'running').length,
    titleOf: (threadId) =>
      new Promise((resolve) => {
        connection.request('thread/read', { threadId }, (reply) => {
          const thread = 'result' in reply ? (reply.result as ReadAnswer).thread : undefined
          resolve(thread?.name || thread?.preview || 'Untitled thread')
        })
      }),
    topUp(threadId) {
      const goal = spent.get(threadId)
      if (goal) connection.request('thread/goal/set', goalTopUp(goal), () => undefined)
    },
    close: () => connection.close(),
  }
}

function endOf(status: GoalStatus): AttentionKind {
  if (status === 'complete') return 'goalReached'
  return status === 'budgetLimited' ? 'goalSpent' : 'goalStopped'
}

interface ReadAnswer {
  readonly thread: { readonly name: string | null; readonly preview: string }
}

function stateOf(status: ThreadStatus): 'running' | 'needsApproval' | 'needsAnswer' | null {
  if (status.type !== 'active') return null
  if (status.activeFlags.includes('waitingOnApproval')) return 'needsApproval'
  return status.activeFlags.includes('waitingOnUserInput') ? 'needsAnswer' : 'running'
}
