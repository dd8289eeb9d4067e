// What a turn does: it answers, or it does one of the things that have turns of their own.
import type { ReviewRequest } from '../../instructions/review-instructions.ts'

export interface ShellTask {
  readonly type: 'shell'
  readonly command: string
  /** Null: one hour. */
  readonly timeoutMs: number | null
}

export type TurnTask =
  | { readonly type: 'regular' }
  | { readonly type: 'compact' }
  | ({ readonly type: 'review' } & ReviewRequest)
  | ShellTask

/** A turn of its own that replaces a running one. */
export type ReplacingTask = Extract<TurnTask, { type: 'compact' | 'review' }>
