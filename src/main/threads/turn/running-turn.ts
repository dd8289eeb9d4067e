// The turn under way as its runner holds it: the task, its end, and the input that was steered in meanwhile.
import type { ClientMetadata } from '../../../protocol/index.ts'
import type { SkeinError } from '../../lib/errors.ts'
import type { TurnLineage } from '../../model/model-client.ts'
import type { PendingSteer } from '../../storage/thread-event.ts'
import type { ConfigSnapshot } from '../config-snapshot.ts'
import type { TurnExtensions } from '../extensions/thread-extensions.ts'
import type { TurnTask } from './turn-task.ts'

export interface RunningTurn {
  readonly id: string
  readonly doing: TurnTask
  readonly outputSchema: unknown
  /** For the provider's records; what joins the turn may add to it. */
  metadata: ClientMetadata
  /** Where its work comes from, if its client said so. */
  readonly lineage: TurnLineage | undefined
  /** The settings the model was told of last before it. */
  readonly previous: ConfigSnapshot | null
  /** Length of the history before it. */
  readonly historyStart: number
  /** Where its own input begins in it. */
  readonly inputStart: number
  readonly extensions: TurnExtensions
  readonly abort: AbortController
  task: Promise<void>
  /** Commands of the person that run beside it. */
  beside: Promise<unknown>
  /** No more input fits in: its end is being recorded. */
  closing: boolean
  aborting: Promise<void> | null
  readonly ended: Promise<void>
  readonly markEnded: () => void
  /** Rejects when the disk refuses to record the end: nobody should wait for it, though it is tried again. */
  readonly endRefused: Promise<never>
  readonly markEndRefused: (refusal: SkeinError) => void
  /** Accepted at once, recorded right after. */
  steers: PendingSteer[]
}

export function openRunningTurn(
  start: Pick<
    RunningTurn,
    | 'id'
    | 'doing'
    | 'outputSchema'
    | 'metadata'
    | 'lineage'
    | 'previous'
    | 'historyStart'
    | 'inputStart'
    | 'extensions'
  >,
): RunningTurn {
  const { promise: ended, resolve: markEnded } = withResolvers<void>()
  const { promise: endRefused, reject: markEndRefused } = withResolvers<never>()
  endRefused.catch(() => undefined) // maybe nobody waits
  return {
    ...start,
    abort: new AbortController(),
    task: Promise.resolve(),
    beside: Promise.resolve(),
    closing: false,
    aborting: null,
    ended,
    markEnded,
    endRefused,
    markEndRefused,
    steers: [],
  }
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined
  let reject: (reason: Error) => void = () => undefined
  const promise = new Promise<T>((give, refuse) => {
    resolve = give
    reject = refuse
  })
  return { promise, resolve, reject }
}
