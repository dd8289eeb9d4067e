// The lines of a short file, most of them only outlined.
import { type LineOutline, room, scanLines } from './line-scanner/scan-lines.ts'
import { type BadLine, nothing, parseLine, type RolloutLine } from './rollout-line.ts'

/**
 * As `eachLine`, of the first so many bytes of the scanner's room; of a payload there is no more than its outline
 * where that is enough.
 */
export function eachScannedLine(
  bytes: number,
  take: (line: RolloutLine) => unknown,
  tellBad: (line: BadLine) => void,
  isEnough: (outline: LineOutline) => boolean,
): void {
  let number = 0
  scanLines(bytes, (start, end, outline, atMs) => {
    number += 1
    const line =
      outline && isEnough(outline)
        ? { type: outline.type, payload: outline.payload, atMs, ordinal: undefined }
        : parseLine(room.toString('utf8', start, end))
    if (typeof line === 'object') return take(line) !== false
    if (line !== nothing && end < bytes) tellBad({ line: number, reason: String(line) })
    return true
  })
}
