// What a turn may begin with, and the operation that begins it.
import type { ClientMetadata, UserInput } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { TurnLineage } from '../../model/model-client.ts'
import type { ModelItem } from '../../model/model-item.ts'
import type { TurnKind } from '../../storage/thread-event.ts'
import type { ConfigSnapshot } from '../config-snapshot.ts'
import type { StartTurn } from '../decisions.ts'
import type { ThreadState } from '../thread-state.ts'
import type { TurnTask } from './turn-task.ts'

export interface TurnInput {
  readonly input: readonly UserInput[]
  readonly clientId: string | null
  /** The settings from now on, computed from those in force. */
  readonly settings: (current: ConfigSnapshot) => ConfigSnapshot
  /** Of this turn alone, from those of the thread; such input starts a turn of its own or is refused. */
  readonly turnSettings?: (current: ConfigSnapshot) => ConfigSnapshot
  readonly onlyThisTurn?: readonly string[]
  /** Input that joins a running turn goes without its turn settings, rather than being refused. */
  readonly mayJoin?: boolean
  readonly outputSchema?: unknown
  /** What the client wants to be found in the provider's records of the turn. */
  readonly metadata?: ClientMetadata
  /** Of a turn that this input begins; what joins a turn belongs to that one's chain. */
  readonly lineage?: TurnLineage
  readonly queuedId?: string
  /** Of the submission it comes from, if it starts a turn of its own. */
  readonly turnId?: string
  /** Who began it, when it was neither a person nor the queue. */
  readonly kind?: TurnKind
  /** What the model reads before the input, without a card. */
  readonly items?: readonly ModelItem[]
  /** What the turn does instead of answering. */
  readonly task?: TurnTask
}

/** A turn that does something else: without input, under the settings as they are. */
export function taskInput(task: Exclude<TurnTask, { type: 'regular' }>): TurnInput {
  return { input: [], clientId: null, settings: (current) => current, kind: task.type, task }
}

/** Refuses input that was taken back or started by somebody meanwhile: it must not be said twice. */
export function checkQueued(state: ThreadState, { queuedId }: TurnInput): void {
  if (queuedId !== undefined && !state.queue.some(({ id }) => id === queuedId))
    throw new SkeinError('conflict', `queued submission not found: ${queuedId}`)
}

/** Begun by an extension. */
export function isOwn({ kind, task }: TurnInput): boolean {
  return kind !== undefined && task === undefined
}

export function startOf(
  op: TurnInput,
  turnId: string,
  model: ModelItem | null,
  context: readonly ModelItem[],
  state: ThreadState,
): StartTurn {
  const { input, clientId, queuedId, kind, onlyThisTurn, lineage } = op
  const snapshot = op.settings(state.snapshot)
  const turnSnapshot = op.turnSettings?.(snapshot)
  return {
    turnId,
    itemId: newId(),
    kind: kind ?? (queuedId === undefined ? 'user' : 'queue'),
    clientId,
    input,
    model,
    snapshot,
    context,
    ...(turnSnapshot && { turnSnapshot }),
    ...(onlyThisTurn && { onlyThisTurn }),
    ...(lineage?.rootTurnId && { rootTurnId: lineage.rootTurnId }),
    ...(queuedId !== undefined && { queuedId }),
  }
}
