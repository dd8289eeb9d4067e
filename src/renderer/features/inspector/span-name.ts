// How turns that ran under the same settings are named together.
import type { SnapshotSpan } from '../../../protocol/index.ts'

/** `numberOf` gives null for a turn that is not loaded; its neighbours tell its number where they can. */
export function spanName(
  { firstTurnId, lastTurnId, turns }: SnapshotSpan,
  numberOf: (turnId: string) => number | null,
): string {
  const last = numberOf(lastTurnId)
  if (turns === 1) return last === null ? 'An earlier turn' : `Turn ${last}`
  const first = numberOf(firstTurnId) ?? (last === null ? null : last - turns + 1)
  if (last !== null && first !== null) return `Turns ${first}–${last}`
  return `${turns} earlier turns`
}
