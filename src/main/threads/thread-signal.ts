// What a live thread says: recorded facts with their number, and the volatile things between them.
import type {
  FileChange,
  Notification,
  RateLimits,
  Seq,
  ThreadItem,
  ThreadStatus,
  TurnError,
} from '../../protocol/index.ts'
import type { NumberedEvent } from '../storage/thread-event.ts'
import type { ActiveTurn, ThreadState } from './thread-state.ts'

/** A streamed piece of an open item. Indexes count the parts of a reasoning item. */
export type Delta =
  | { readonly kind: 'text'; readonly text: string }
  /** Of a proposed plan. */
  | { readonly kind: 'plan'; readonly text: string }
  | { readonly kind: 'summaryPart'; readonly index: number }
  | { readonly kind: 'summary'; readonly index: number; readonly text: string }
  | { readonly kind: 'content'; readonly index: number; readonly text: string }
  | { readonly kind: 'output'; readonly text: string }

export type ThreadSignal =
  | {
      readonly type: 'recorded'
      readonly event: NumberedEvent
      readonly seq: Seq
      readonly atMs: number
      /** After the event. */
      readonly state: ThreadState
      /** The turn it belongs to, also when the event ended it. */
      readonly turn: ActiveTurn | null
    }
  | { readonly type: 'status'; readonly status: ThreadStatus }
  | {
      readonly type: 'streamStarted'
      readonly turnId: string
      readonly item: ThreadItem
      readonly atMs: number
    }
  | {
      readonly type: 'delta'
      readonly turnId: string
      readonly itemId: string
      readonly delta: Delta
    }
  | {
      readonly type: 'terminalInteraction'
      readonly turnId: string
      readonly itemId: string
      readonly processId: string
      readonly stdin: string
    }
  | {
      readonly type: 'toolProgress'
      readonly turnId: string
      readonly itemId: string
      readonly message: string
    }
  /** A patch that the model is still writing: all of it so far. None: nothing came of it. */
  | {
      readonly type: 'patchWritten'
      readonly turnId: string
      readonly itemId: string
      readonly changes: readonly FileChange[]
    }
  /** A stream broke and is tried again. */
  | { readonly type: 'retrying'; readonly turnId: string; readonly error: TurnError }
  | { readonly type: 'rateLimits'; readonly provider: string; readonly limits: RateLimits }
  | { readonly type: 'warning'; readonly message: string }
  /** What an extension has to say, in the words of the wire. */
  | { readonly type: 'told'; readonly notification: Notification }
