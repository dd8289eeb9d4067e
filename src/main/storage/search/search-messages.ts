// What the app and the search worker say to each other.
import type { SearchProgress } from '../../../protocol/index.ts'
import type { ThrownOverThere } from '../worker-messages.ts'
import type { OccurrencesQuery, SearchQuery } from './search.ts'

export type ToSearch =
  | { readonly op: 'find'; readonly id: number; readonly query: SearchQuery }
  | { readonly op: 'occurrences'; readonly id: number; readonly query: OccurrencesQuery }
  | { readonly op: 'touched'; readonly threadId: string }
  | { readonly op: 'packed' }
  | { readonly op: 'close' }

export type FromSearch =
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly error: ThrownOverThere }
  | { readonly type: 'progress'; readonly progress: SearchProgress }
  | { readonly type: 'log'; readonly message: string }
