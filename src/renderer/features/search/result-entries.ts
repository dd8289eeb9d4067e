// The hits of a search as one list of entries, grouped by thread.
import type { SearchHit } from '../../../protocol/index.ts'
import type { FoundThread } from '../../state/search.ts'
import { titleOf } from '../../state/thread-state.ts'

export interface ResultEntry {
  readonly id: string
  readonly thread: FoundThread['thread']
  readonly hit: SearchHit
}

export interface ResultGroup {
  readonly threadId: string
  readonly title: string
  readonly entries: readonly ResultEntry[]
}

export const kindNames: Readonly<Record<SearchHit['kind'], string>> = {
  title: 'Title',
  user: 'You',
  agent: 'Agent',
  command: 'Command',
  output: 'Output',
  file: 'File',
  error: 'Error',
}

export function resultGroups(found: readonly FoundThread[]): readonly ResultGroup[] {
  return found.map(({ thread, skein }) => ({
    threadId: thread.id,
    title: titleOf(thread),
    entries: (skein?.hits ?? []).map((hit, index) => ({
      id: `${thread.id}-${index}`,
      thread,
      hit,
    })),
  }))
}
