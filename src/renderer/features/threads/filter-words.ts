// The filters that are set, in words: for their chips, and for an empty list that says what hides the rest.
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { StatusFilter, ThreadFilter } from '../../state/thread-filter.ts'
import { folderName } from './folder-name.ts'
import { useProviderNames } from './use-provider-names.ts'

export const statusFilterNames: Readonly<Record<StatusFilter, string>> = {
  needsYou: 'Needs you',
  running: 'Running',
  failed: 'Failed',
  unread: 'Unread',
}

export const dateFilterNames: Readonly<Record<NonNullable<ThreadFilter['days']>, string>> = {
  1: 'last day',
  7: 'last 7 days',
  30: 'last 30 days',
  365: 'last year',
}

export const originNames: Readonly<Record<NonNullable<ThreadFilter['origin']>, string>> = {
  native: 'begun here',
  import: 'imported',
  fork: 'forked',
}

export interface FilterWords {
  readonly part: keyof ThreadFilter
  readonly name: string
  readonly value: string
  /** In full, where the value is short for something. */
  readonly detail?: string
}

export function useFilterWords(): readonly FilterWords[] {
  const { threadList, arrangement } = useStores()
  const filter = useSelector(threadList, (state) => state.filter)
  const projects = useSelector(arrangement, (state) => state.projects)
  const providers = useProviderNames()
  const words: FilterWords[] = []
  const add = <V>(
    part: keyof ThreadFilter,
    name: string,
    chosen: V | null,
    wordOf: (chosen: V) => string,
    detail?: string,
  ) => {
    if (chosen === null) return
    words.push({ part, name, value: wordOf(chosen), ...(detail !== undefined && { detail }) })
  }
  const { status, folder, project, provider, model, days, changes, goal, origin } = filter
  add('status', 'Status', status, (each) => statusFilterNames[each])
  add('folder', 'Folder', folder, folderName, folder ?? undefined)
  add('project', 'Project', project, (id) => projects.find((each) => each.id === id)?.name ?? id)
  add('provider', 'Provider', provider, (id) => providers.get(id) ?? id)
  add('model', 'Model', model, (each) => each)
  add('days', 'Active', days, (each) => dateFilterNames[each])
  add('changes', 'Files', changes, (each) => (each ? 'changed' : 'unchanged'))
  add('goal', 'Goal', goal, (each) => (each ? 'set' : 'none'))
  add('origin', 'Origin', origin, (each) => originNames[each])
  return words
}
