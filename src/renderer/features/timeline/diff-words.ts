// Which words changed inside of a changed line: removed lines are set against the added ones that follow them.
import { diffWordsWithSpace } from 'diff'
import type { DiffLine } from './parse-diff.ts'

export interface DiffPiece {
  readonly text: string
  readonly isChanged: boolean
}

/** Longer lines and larger groups are shown as they are: what is compared there costs more than it tells. */
const LINE_CHARS_MAX = 400
const GROUP_LINES_MAX = 12
/** When less than this share of a line stays, marking the rest is noise. */
const SAME_SHARE_MIN = 0.3

/** Pieces by the index of their line; lines without a counterpart are missing. */
export function changedWords(
  lines: readonly DiffLine[],
): ReadonlyMap<number, readonly DiffPiece[]> {
  const pieces = new Map<number, readonly DiffPiece[]>()
  let index = 0
  while (index < lines.length) {
    const removed = runOf(lines, index, 'removed')
    const added = runOf(lines, index + removed, 'added')
    if (removed > 0 && removed === added && removed <= GROUP_LINES_MAX) {
      for (let offset = 0; offset < removed; offset++) {
        compare(lines, index + offset, index + removed + offset, pieces)
      }
    }
    index += Math.max(1, removed + added)
  }
  return pieces
}

function runOf(lines: readonly DiffLine[], from: number, kind: DiffLine['kind']): number {
  let length = 0
  while (lines[from + length]?.kind === kind) length += 1
  return length
}

function compare(
  lines: readonly DiffLine[],
  removedAt: number,
  addedAt: number,
  pieces: Map<number, readonly DiffPiece[]>,
): void {
  const before = lines[removedAt]?.text ?? ''
  const after = lines[addedAt]?.text ?? ''
  if (Math.max(before.length, after.length) > LINE_CHARS_MAX) return
  const changes = diffWordsWithSpace(before, after)
  const same = changes
    .filter((change) => !change.added && !change.removed)
    .reduce((sum, change) => sum + change.value.trim().length, 0)
  if (same < SAME_SHARE_MIN * Math.max(before.trim().length, after.trim().length)) return
  const side = (other: 'added' | 'removed') =>
    changes
      .filter((change) => !change[other])
      .map((change) => ({ text: change.value, isChanged: change.added || change.removed }))
  pieces.set(removedAt, side('added'))
  pieces.set(addedAt, side('removed'))
}
