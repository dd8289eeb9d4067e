// What the thread list is narrowed to: by folder and provider, which the app does, and by status, which is of now.
import type { Thread } from '../../protocol/index.ts'
import { needsPerson } from './thread-groups.ts'

export const statusFilters = ['needsYou', 'running', 'failed', 'unread'] as const
export type StatusFilter = (typeof statusFilters)[number]

/** Null: not narrowed by it. */
export interface ThreadFilter {
  readonly status: StatusFilter | null
  readonly folder: string | null
  readonly provider: string | null
}

export const noFilter: ThreadFilter = { status: null, folder: null, provider: null }

export function narrows({ status, folder, provider }: ThreadFilter): boolean {
  return status !== null || folder !== null || provider !== null
}

/** What the app filters by; a status changes too often to be asked for. */
export function isOfPlace(thread: Thread, { folder, provider }: ThreadFilter): boolean {
  return (
    (folder === null || folder === thread.cwd) &&
    (provider === null || provider === thread.modelProvider)
  )
}

export function hasStatus(thread: Thread, status: StatusFilter | null, unread: number): boolean {
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
      return unread > 0
  }
}
