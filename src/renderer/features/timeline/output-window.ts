// Which lines of a long output are shown: its head and its tail, more on demand, and never too many.
import type { TerminalText } from './terminal-text.ts'

const HEAD_LINES = 40
const TAIL_LINES = 200
/** Never more than this in the page, also when all is asked for. */
export const LINES_MAX = 5000

/** An output whose middle was left out is two texts; a whole one is the same text twice. */
export interface OutputParts {
  readonly head: TerminalText
  readonly tail: TerminalText
}

export interface OutputWindow {
  readonly head: readonly string[]
  readonly tail: readonly string[]
  /** Number of the first line of `tail` in the output. */
  readonly tailFrom: number
  /** Lines between the two. */
  readonly hidden: number
}

export function outputWindow({ head, tail }: OutputParts, isWhole: boolean): OutputWindow {
  const isOne = head === tail
  const total = isOne ? head.lineCount : head.lineCount + tail.lineCount
  const headCount = Math.min(head.lineCount, isWhole ? LINES_MAX - TAIL_LINES : HEAD_LINES)
  const tailStart = Math.max(isOne ? headCount : 0, tail.lineCount - TAIL_LINES)
  const tailCount = tail.lineCount - tailStart
  return {
    head: head.slice(0, headCount),
    tail: tail.slice(tailStart, tail.lineCount),
    tailFrom: total - tailCount,
    hidden: total - headCount - tailCount,
  }
}
