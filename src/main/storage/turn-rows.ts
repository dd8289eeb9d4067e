// How a turn's row reads on the wire.
import type { ItemsView, ThreadItem, Turn, TurnError, TurnExtras } from '../../protocol/index.ts'
import { toUnixSeconds } from '../lib/clock.ts'
import { triggerOf } from './thread-event.ts'

export interface TurnRow {
  readonly pk: number
  readonly thread_pk: number
  readonly id: string
  readonly ord: number
  readonly number: number
  readonly kind: string
  readonly status: string
  readonly error_json: string | null
  readonly config_hash: string | null
  readonly root_turn_id: string | null
  readonly started_ms: number | null
  readonly ended_ms: number | null
  readonly duration_ms: number | null
  readonly only_this_turn: string | null
  /** Read for full views alone. */
  readonly plan_json?: string | null
}

/** Without the diff, which no list shows, and the plan, which only a full view does. */
export const turnColumns = `pk, thread_pk, id, ord, number, kind, status, error_json, config_hash, root_turn_id, started_ms,
  ended_ms, duration_ms, only_this_turn`

export function turnStatusOf(status: string): Turn['status'] {
  return status === 'in_progress' ? 'inProgress' : (status as Turn['status'])
}

export function turnOf(
  row: TurnRow,
  itemsView: ItemsView,
  items: readonly ThreadItem[],
  error: TurnError | null,
  plan: TurnExtras['plan'],
): Turn {
  return {
    id: row.id,
    rootTurnId: row.root_turn_id ?? row.id,
    items: [...items],
    itemsView,
    status: turnStatusOf(row.status),
    error: error && { ...error, misalignment: null },
    startedAt: row.started_ms === null ? null : toUnixSeconds(row.started_ms),
    completedAt: row.ended_ms === null ? null : toUnixSeconds(row.ended_ms),
    durationMs: row.duration_ms,
    skein: {
      snapshotId: row.config_hash,
      number: row.number,
      trigger: triggerOf(row.kind),
      onlyThisTurn: row.only_this_turn === null ? [] : row.only_this_turn.split(','),
      ...(plan && { plan }),
    },
  }
}
