// How the thread list is cut into groups: who needs the person first, what was pinned, the person's own sections,
// then the rest by day, project or status.
import type { Project, Thread, ThreadSection, ThreadStatus } from '../../protocol/index.ts'

export interface ThreadGroup {
  /** Apart from all others of the list. */
  readonly key: string
  readonly name: string
  /** The section it is; null for groups that nobody can put threads into. */
  readonly sectionId: string | null
  readonly threads: readonly Thread[]
}

export const groupings = ['time', 'project', 'status', 'none'] as const
export type Grouping = (typeof groupings)[number]

export interface GroupOptions {
  readonly grouping: Grouping
  readonly sections: readonly ThreadSection[]
  readonly projects: readonly Project[]
  /** Sections without threads are shown, so that something can be put there. */
  readonly withEmptySections?: boolean
}

export const plainGroups: GroupOptions = { grouping: 'time', sections: [], projects: [] }

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

export function isSnoozed(thread: Pick<Thread, 'skein'>, nowMs: number): boolean {
  return (thread.skein?.snoozedUntilMs ?? 0) > nowMs
}

/** Groups without threads are left out; the order inside a group is the one given. */
export function groupThreads(
  threads: readonly Thread[],
  nowMs: number,
  options: GroupOptions = plainGroups,
): readonly ThreadGroup[] {
  const startOfToday = new Date(nowMs).setHours(0, 0, 0, 0)
  const groups = new Map<string, Heading & { threads: Thread[] }>()
  for (const heading of headingsOf(options)) groups.set(heading.key, { ...heading, threads: [] })
  for (const thread of threads) {
    const heading = headingOf(thread, nowMs) ?? placeOf(thread, startOfToday, options)
    const group = groups.get(heading.key) ?? { ...heading, threads: [] }
    groups.set(heading.key, group)
    group.threads.push(thread)
  }
  const all = [...groups.values()].filter(
    ({ sectionId, threads: members }) =>
      members.length > 0 || (options.withEmptySections === true && sectionId !== null),
  )
  const isLast = ({ key }: Heading) => key === snoozed.key
  return [...all.filter((group) => !isLast(group)), ...all.filter(isLast)]
}

type Heading = Pick<ThreadGroup, 'key' | 'name' | 'sectionId'>

const needsYou: Heading = { key: 'needsYou', name: 'Needs you', sectionId: null }
const pinned: Heading = { key: 'pinned', name: 'Pinned', sectionId: null }
const snoozed: Heading = { key: 'snoozed', name: 'Snoozed', sectionId: null }

/** Those whose order does not depend on the threads. */
function headingsOf({ grouping, sections, projects }: GroupOptions): readonly Heading[] {
  const named = (key: string, name = key, sectionId: string | null = null): Heading => ({
    key,
    name,
    sectionId,
  })
  const rest = {
    time: days.map((name) => named(name)),
    project: projects.map(({ id, name }) => named(`project ${id}`, name)),
    status: standings.map((name) => named(name)),
    none: [],
  }
  const ofSections = sections.map(({ id, name }) => named(`section ${id}`, name, id))
  return [needsYou, pinned, ...ofSections, ...rest[grouping]]
}

/** What goes before every other grouping; who needs the person is never asleep. */
function headingOf(thread: Thread, nowMs: number): Heading | undefined {
  if (needsPerson(thread)) return needsYou
  if (isSnoozed(thread, nowMs)) return snoozed
  return thread.skein?.pinned ? pinned : undefined
}

const days = ['Today', 'Yesterday', 'Last 7 days']
const standings = ['Running', 'Idle', 'Not loaded']

function placeOf(
  thread: Thread,
  startOfToday: number,
  { grouping, sections, projects }: GroupOptions,
): Heading {
  const section = sections.find(({ id }) => id === thread.section?.id)
  if (section) return { key: `section ${section.id}`, name: section.name, sectionId: section.id }
  const project = projects.find(({ id }) => id === thread.projectId)
  const name = {
    time: dayOf(lastActivityMs(thread), startOfToday),
    project: project?.name ?? 'No project',
    status: standing(thread),
    none: 'Threads',
  }[grouping]
  const key = grouping === 'project' ? `project ${project?.id}` : name
  return { key, name, sectionId: null }
}

/** Older ones go by their month. */
function dayOf(atMs: number, startOfToday: number): string {
  if (atMs >= startOfToday) return 'Today'
  if (atMs >= startOfToday - DAY_MS) return 'Yesterday'
  if (atMs >= startOfToday - 7 * DAY_MS) return 'Last 7 days'
  return monthName.format(atMs)
}

const monthName = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric' })

function standing({ status }: Thread): string {
  if (status.type === 'active') return 'Running'
  return status.type === 'notLoaded' ? 'Not loaded' : 'Idle'
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
