// What the thread list is narrowed to: by the app, which knows every thread, and by status, which is of now.
import type { Project, Thread, ThreadListFilter } from '../../protocol/index.ts'
import { lastActivityMs, needsPerson } from './thread-groups.ts'

export const statusFilters = ['needsYou', 'running', 'failed', 'unread'] as const
export type StatusFilter = (typeof statusFilters)[number]

/** Days back from now. */
export const dateFilters = [1, 7, 30, 365] as const

/** Null: not narrowed by it. */
export interface ThreadFilter {
  readonly status: StatusFilter | null
  readonly folder: string | null
  readonly project: string | null
  readonly provider: string | null
  readonly model: string | null
  readonly days: (typeof dateFilters)[number] | null
  readonly changes: boolean | null
  readonly goal: boolean | null
  readonly origin: 'native' | 'import' | 'fork' | null
}

export const noFilter: ThreadFilter = {
  status: null,
  folder: null,
  project: null,
  provider: null,
  model: null,
  days: null,
  changes: null,
  goal: null,
  origin: null,
}

const DAY_MS = 86_400_000

export function narrows(filter: ThreadFilter): boolean {
  return Object.values(filter).some((value) => value !== null)
}

/** The members of thread/list that ask for it. */
export function askedFor(filter: ThreadFilter, nowMs: number) {
  const { folder, project, provider, model, days, changes, goal, origin } = filter
  const own: ThreadListFilter = {
    ...(model !== null && { model }),
    ...(days !== null && { afterMs: nowMs - days * DAY_MS }),
    ...(changes !== null && { hasChanges: changes }),
    ...(goal !== null && { hasGoal: goal }),
    ...(origin !== null && { origin }),
  }
  return {
    ...(folder !== null && { cwd: folder }),
    ...(project !== null && { projectId: project }),
    ...(provider !== null && { modelProviders: [provider] }),
    own,
  }
}

/** What a row itself tells; where it came from only the app knows: such a list takes no row in by itself. */
export function isOfPlace(thread: Thread, filter: ThreadFilter, nowMs: number): boolean {
  const { folder, project, provider, model, days, changes, goal, origin } = filter
  const { files, goalStatus } = thread.skein ?? {}
  const hasChanges = (files?.added ?? 0) + (files?.removed ?? 0) > 0
  return (
    (folder === null || folder === thread.cwd) &&
    (project === null || project === thread.projectId) &&
    (provider === null || provider === thread.modelProvider) &&
    (model === null || model === thread.model) &&
    (days === null || lastActivityMs(thread) >= nowMs - days * DAY_MS) &&
    (changes === null || changes === hasChanges) &&
    (goal === null || goal === (goalStatus != null)) &&
    origin === null
  )
}

export function hasStatus(thread: Thread, status: StatusFilter | null): boolean {
  switch (status) {
    case null:
      return true
    case 'needsYou':
      return needsPerson(thread)
    case 'running':
      return thread.status.type === 'active'
    case 'failed':
      return thread.status.type === 'systemError'
    case 'unread':
      return (thread.skein?.unread ?? 0) > 0
  }
}

/** The project whose folder this is, or lies in; the closest one. */
export function projectOfFolder(projects: readonly Project[], folder: string): Project | undefined {
  const lengthOf = ({ roots }: Project) =>
    Math.max(0, ...roots.map(({ path }) => (`${folder}/`.startsWith(`${path}/`) ? path.length : 0)))
  const [closest] = projects.toSorted((left, right) => lengthOf(right) - lengthOf(left))
  return closest && lengthOf(closest) > 0 ? closest : undefined
}
