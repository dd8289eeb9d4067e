// Follows, as a client of its own, which threads run, wait for a person or have just ended: what a desktop
// tells people who look elsewhere.
import type { Notification, ThreadGoal, ThreadId, ThreadStatus } from '../../protocol/index.ts'
import type { Server } from '../api/server.ts'

/** What happened to a thread; `settled` takes back what it waited for. */
export type AttentionKind =
  | 'needsApproval'
  | 'needsAnswer'
  | 'finished'
  | 'failed'
  /** A goal came to its end, or cannot go on by itself; the turns in between are never told. */
  | 'goalReached'
  | 'goalStopped'
  | 'settled'

export interface Attention {
  /** Threads with a turn under way. */
  running(): number
  /** Threads that wait for a person. */
  waiting(): number
  /** The thread's name, or the beginning of what was first asked. */
  titleOf(threadId: ThreadId): Promise<string>
  close(): void
}

export function followAttention(
  server: Server,
  version: string,
  onChange: (threadId: ThreadId, kind: AttentionKind) => void,
): Attention {
  const active = new Map<ThreadId, AttentionKind | 'running'>()
  /** Threads whose goal is active, and those whose goal has just been told of. */
  const goals = new Set<ThreadId>()
  const told = new Set<ThreadId>()
  const connection = server.connect({ notify: hear, ask: () => undefined })
  connection.request('initialize', { clientInfo: { name: 'skein-desktop', version } }, () => {})

  function hearGoal({ threadId, status, skein }: ThreadGoal): void {
    const wasActive = goals.delete(threadId)
    if (status === 'active') goals.add(threadId)
    else if (wasActive && skein.actor !== 'user') {
      told.add(threadId)
      onChange(threadId, status === 'complete' ? 'goalReached' : 'goalStopped')
    }
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
    const isGoals = goals.has(threadId) || told.delete(threadId)
    if (!isGoals) onChange(threadId, status.type === 'systemError' ? 'failed' : 'finished')
  }

  function hear({ method, params }: Notification): void {
    if (method === 'thread/goal/updated') hearGoal(params.goal)
    if (method === 'thread/goal/cleared') goals.delete(params.threadId)
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
    close: () => connection.close(),
  }
}

interface ReadAnswer {
  readonly thread: { readonly name: string | null; readonly preview: string }
}

function stateOf(status: ThreadStatus): 'running' | 'needsApproval' | 'needsAnswer' | null {
  if (status.type !== 'active') return null
  if (status.activeFlags.includes('waitingOnApproval')) return 'needsApproval'
  return status.activeFlags.includes('waitingOnUserInput') ? 'needsAnswer' : 'running'
}
