// A few words around a match.
import type { MatchRange } from '../../../protocol/index.ts'

const SNIPPET_LENGTH_MAX = 160
const LENGTH_BEFORE_MAX = 48

export interface Snippet {
  readonly snippet: string
  readonly range: MatchRange | null
}

/** Lower case of the same length, so that places in it are places in the text. */
export function folded(text: string): string {
  const lower = text.toLowerCase()
  if (lower.length === text.length) return lower
  const same = (unit: string): string => {
    const small = unit.toLowerCase()
    return small.length === unit.length ? small : unit
  }
  return Array.from(text, same).join('')
}

/** One line, as snippets show it. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Around the first of `terms` that is in the line; its beginning when none is. */
export function snippetOf(line: string, terms: readonly string[]): Snippet {
  const text = folded(line)
  const found = terms.flatMap((term) => {
    const needle = folded(oneLine(term))
    const at = needle === '' ? -1 : text.indexOf(needle)
    return at === -1 ? [] : [{ start: at, end: at + needle.length }]
  })
  found.sort((left, right) => left.start - right.start)
  const [first] = found
  if (first) return cut(line, first)
  return { snippet: cut(line, { start: 0, end: 0 }).snippet, range: null }
}

/** Never ends in half a character. */
export function cut(line: string, match: MatchRange): { snippet: string; range: MatchRange } {
  const start = wholeFrom(line, Math.max(0, match.start - LENGTH_BEFORE_MAX))
  const end = wholeFrom(line, Math.min(line.length, start + SNIPPET_LENGTH_MAX))
  const before = start > 0 ? '… ' : ''
  const shift = before.length - start
  return {
    snippet: `${before}${ownCopy(line.slice(start, end))}${end < line.length ? ' …' : ''}`,
    range: { start: match.start + shift, end: Math.min(match.end, end) + shift },
  }
}

/** A piece of a string keeps all of it in memory: a page of hits would hold every text that it was found in. */
function ownCopy(piece: string): string {
  return Buffer.from(piece, 'utf16le').toString('utf16le')
}

/** Moves out of the middle of a surrogate pair. */
function wholeFrom(text: string, index: number): number {
  return /[\uDC00-\uDFFF]/.test(text.charAt(index)) && index > 0 ? index - 1 : index
}
