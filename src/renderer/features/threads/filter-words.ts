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

export interface FilterWords {
  readonly part: keyof ThreadFilter
  readonly name: string
  readonly value: string
  /** In full, where the value is short for something. */
  readonly detail?: string
}

export function useFilterWords(): readonly FilterWords[] {
  const { threadList } = useStores()
  const { status, folder, provider } = useSelector(threadList, (state) => state.filter)
  const providers = useProviderNames()
  const words: FilterWords[] = []
  if (status !== null) {
    words.push({ part: 'status', name: 'Status', value: statusFilterNames[status] })
  }
  if (folder !== null) {
    words.push({ part: 'folder', name: 'Folder', value: folderName(folder), detail: folder })
  }
  if (provider !== null) {
    const value = providers.get(provider) ?? provider
    words.push({ part: 'provider', name: 'Provider', value })
  }
  return words
}
