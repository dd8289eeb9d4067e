// From the parameters of thread/list to what the store is asked.
import path from 'node:path'
import type {
  Params,
  ThreadId,
  ThreadListFilter,
  ThreadStatusFilter,
} from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { StoredFilter, ThreadPageQuery } from '../../storage/store.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import { interactiveSources, limitOf } from './paging.ts'

type LoadedThreads = Pick<ThreadManager, 'loadedIds' | 'find'>

/** Throws SkeinError `invalidParams` for a combination that cannot be meant. */
export function threadPageQuery(
  params: Params<'thread/list'>,
  loaded: LoadedThreads,
): ThreadPageQuery {
  const { cwd, sourceKinds, skein } = params
  const sortKey = skein?.sortKey ?? params.sortKey ?? 'created_at'
  if (sortKey === 'section_position' && typeof params.sectionId !== 'string')
    throw new SkeinError('invalidParams', 'section-position sorting requires a section filter')
  const isUpwards = sortKey === 'section_position' || sortKey === 'title' || sortKey === 'manual'
  return {
    cursor: params.cursor,
    limit: limitOf(params.limit),
    sortKey,
    sortDirection: params.sortDirection ?? (isUpwards ? 'asc' : 'desc'),
    archived: params.archived ?? false,
    modelProviders: params.modelProviders ?? [],
    sources: sourceKinds && sourceKinds.length > 0 ? sourceKinds : interactiveSources,
    cwds: [cwd ?? []].flat().map((folder) => path.resolve(folder)),
    searchTerm: params.searchTerm,
    excluded: params.excludedThreadIds ?? [],
    sectionId: params.sectionId,
    projectId: params.projectId,
    ...(skein?.filter && { filter: storedFilter(skein.filter, loaded) }),
  }
}

/** How a thread stands is known of loaded ones here, and of no row: a status becomes the ids that have it. */
function storedFilter(filter: ThreadListFilter, loaded: LoadedThreads): StoredFilter {
  const { status, model, origin } = filter
  return {
    ...(status && { anyOf: whoHave(new Set([status].flat()), loaded) }),
    ...(model && { models: [model].flat() }),
    ...(origin && { origins: [origin].flat() }),
    ...given('afterMs', filter.afterMs),
    ...given('beforeMs', filter.beforeMs),
    ...given('hasChanges', filter.hasChanges),
    ...given('hasGoal', filter.hasGoal),
    ...given('pinned', filter.pinned),
    ...given('snoozed', filter.snoozed),
  }
}

function given<K extends string, V>(key: K, value: V | null | undefined): { [P in K]?: V } {
  return value === null || value === undefined ? {} : ({ [key]: value } as { [P in K]: V })
}

function whoHave(
  statuses: ReadonlySet<ThreadStatusFilter>,
  { loadedIds, find }: LoadedThreads,
): NonNullable<StoredFilter['anyOf']> {
  const ids = loadedIds()
  return {
    ids: ids.filter((threadId) => statusesOf(threadId, find).some((each) => statuses.has(each))),
    otherThan: statuses.has('notLoaded') ? ids : null,
    unread: statuses.has('unread'),
  }
}

function statusesOf(
  threadId: ThreadId,
  find: LoadedThreads['find'],
): readonly ThreadStatusFilter[] {
  const status = find(threadId)?.actor.status()
  if (!status) return []
  return status.type === 'active' ? ['active', ...status.activeFlags] : [status.type]
}
