// What an export is made of: the rows of a thread, in its order.
import type { ThreadItem, TurnError } from '../../protocol/index.ts'
import type { ModelItem } from '../model/model-item.ts'

/** One stored row of a thread. `turn` is the id of its turn. */
export type ExportRow =
  | {
      readonly k: 'turn'
      readonly ord: number
      readonly id: string
      readonly kind: string
      readonly status: string
      readonly reason: string | null
      readonly error: TurnError | null
      readonly snapshotId: string | null
      readonly rootTurnId: string | null
      readonly startedMs: number | null
      readonly endedMs: number | null
      readonly durationMs: number | null
    }
  | { readonly k: 'end'; readonly ord: number; readonly turn: string }
  /** From here on the model reads a sum of what was before. */
  | { readonly k: 'compaction'; readonly ord: number }
  | { readonly k: 'item'; readonly ord: number; readonly turn: string; readonly item: ThreadItem }
  | {
      readonly k: 'model'
      readonly ord: number
      readonly turn: string | null
      readonly item: ModelItem
    }

export interface ExportPage {
  readonly rows: readonly ExportRow[]
  /** Where the next page starts; null behind the last row. */
  readonly next: number | null
}
