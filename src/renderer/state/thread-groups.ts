// How the thread list is cut into groups: who needs the person first, then by the day of the last activity.
import type { Thread, ThreadStatus } from '../../protocol/index.ts'

export interface ThreadGroup {
  readonly name: string
  readonly threads: readonly Thread[]
}

const DAY_MS = 86_400_000

/** True while the thread waits for a person, or its last turn failed. */
export function needsPerson(thread: Pick<Thread, 'status'>): boolean {
  const { status } = thread
  return (
    status.type === 'systemError' || (status.type === 'active' && status.activeFlags.length > 0)
  )
}

/** When something last happened in it, in milliseconds since 1970. */
export function lastActivityMs(thread: Pick<Thread, 'recencyAt' | 'updatedAt'>): number {
  return (thread.recencyAt ?? thread.updatedAt) * 1000
}

/** Groups without threads are left out; the order inside a group is the one given. */
export function groupThreads(threads: readonly Thread[], nowMs: number): readonly ThreadGroup[] {
  const startOfToday = new Date(nowMs).setHours(0, 0, 0, 0)
  const groups = new Map<string, Thread[]>([
    ['Needs you', []],
    ['Today', []],
    ['Yesterday', []],
    ['Last 7 days', []],
    ['Older', []],
  ])
  for (const thread of threads) groups.get(groupOf(thread, startOfToday))?.push(thread)
  return [...groups]
    .filter(([, members]) => members.length > 0)
    .map(([name, members]) => ({ name, threads: members }))
}

function groupOf(thread: Thread, startOfToday: number): string {
  if (needsPerson(thread)) return 'Needs you'
  const atMs = lastActivityMs(thread)
  if (atMs >= startOfToday) return 'Today'
  if (atMs >= startOfToday - DAY_MS) return 'Yesterday'
  return atMs >= startOfToday - 7 * DAY_MS ? 'Last 7 days' : 'Older'
}

/** The status in words, as screen readers and tooltips give it. */
export function statusWords(status: ThreadStatus): string {
  switch (status.type) {
    case 'notLoaded':
      return 'not loaded'
    case 'idle':
      return 'idle'
    case 'systemError':
      return 'failed'
    case 'active':
      if (status.activeFlags.includes('waitingOnApproval')) return 'waiting for approval'
      if (status.activeFlags.includes('waitingOnUserInput')) return 'waiting for answer'
      return 'running'
  }
}
