// A text file as lines that remember how each of them ended, so that a patch changes nothing it does not name.
import type { Replacement } from './match-lines.ts'

export interface TextFile {
  /** Without their line ends. */
  readonly lines: readonly string[]
  /** The end of each line: "\n", "\r\n", or "" for a last line without one. */
  readonly ends: readonly string[]
  readonly hasMark: boolean
}

const BYTE_ORDER_MARK = '\ufeff'

export function readText(content: string): TextFile {
  const hasMark = content.startsWith(BYTE_ORDER_MARK)
  const lines: string[] = []
  const ends: string[] = []
  for (let at = hasMark ? 1 : 0; at < content.length; ) {
    const newline = content.indexOf('\n', at)
    const until = newline < 0 ? content.length : newline
    const isCrlf = newline > at && content[newline - 1] === '\r'
    lines.push(content.slice(at, isCrlf ? until - 1 : until))
    ends.push(newline < 0 ? '' : isCrlf ? '\r\n' : '\n')
    at = until + 1
  }
  return { lines, ends, hasMark }
}

/** The content with the replacements made. New lines end as most lines of the file do; the last one always ends. */
export function replaced(file: TextFile, replacements: readonly Replacement[]): string {
  const end = dominantEnd(file.ends)
  const parts: string[] = file.hasMark ? [BYTE_ORDER_MARK] : []
  let at = 0
  const keep = (until: number): void => {
    for (; at < until; at++) parts.push(file.lines[at] ?? '', file.ends[at] || end)
  }
  for (const { start, oldCount, newLines } of inOrder(replacements)) {
    keep(start)
    for (const line of newLines) parts.push(line, end)
    at = start + oldCount
  }
  keep(file.lines.length)
  return parts.join('')
}

/** Insertions at the end may have been found before a replacement further up. */
export function inOrder(replacements: readonly Replacement[]): readonly Replacement[] {
  return [...replacements].sort((a, b) => a.start - b.start)
}

/** How most of the lines end. */
export function dominantEnd(ends: readonly string[]): string {
  const crlf = ends.filter((end) => end === '\r\n').length
  return crlf * 2 > ends.length ? '\r\n' : '\n'
}
