// The change of one file as unified diff hunks with one line of context, made from the known replacements: its cost
// depends on what changed, not on how long the file is.
import { diffArrays } from 'diff'
import type { Replacement } from './match-lines.ts'
import { dominantEnd, type TextFile } from './text-file.ts'

const CONTEXT_LINES = 1
const NO_NEWLINE = '\\ No newline at end of file'
/** Longest time spent on comparing one replacement. */
const COMPARE_MS_MAX = 100

interface Change {
  /** Index of the first old line it stands for. */
  readonly start: number
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

/** `replacements` in order of their place. Carriage returns are shown. Empty when nothing differs. */
export function unifiedDiff(file: TextFile, replacements: readonly Replacement[]): string {
  const changes = replacements.flatMap((replacement) => changesOf(file.lines, replacement))
  const hunks: Change[][] = []
  for (const change of changes) {
    const hunk = hunks.at(-1)
    const last = hunk?.at(-1)
    const isNear = last && change.start - (last.start + last.removed.length) <= 2 * CONTEXT_LINES
    if (hunk && isNear) hunk.push(change)
    else hunks.push([change])
  }
  let shift = 0
  return hunks
    .map((hunk) => {
      const text = hunkText(file, hunk, shift)
      for (const { removed, added } of hunk) shift += added.length - removed.length
      return text
    })
    .join('')
}

/** The parts of a replacement that really differ. */
function changesOf(lines: readonly string[], replacement: Replacement): readonly Change[] {
  const { start, oldCount, newLines } = replacement
  const oldLines = lines.slice(start, start + oldCount)
  const parts = diffArrays([...oldLines], [...newLines], { timeout: COMPARE_MS_MAX })
  if (!parts) return [{ start, removed: oldLines, added: newLines }]
  const changes: Change[] = []
  let at = start
  for (const { added, removed, value } of parts) {
    if (added) changes.push({ start: at, removed: [], added: value })
    if (removed) changes.push({ start: at, removed: value, added: [] })
    if (!added) at += value.length
  }
  return changes
}

function hunkText(file: TextFile, hunk: readonly Change[], shift: number): string {
  const { lines, ends } = file
  const first = hunk[0]?.start ?? 0
  const last = hunk.at(-1)
  const from = Math.max(0, first - CONTEXT_LINES)
  const until = Math.min(
    lines.length,
    (last ? last.start + last.removed.length : 0) + CONTEXT_LINES,
  )
  const body: string[] = []
  const shown = (mark: string, at: number, until: number): void => {
    for (let line = at; line < until; line++)
      body.push(`${mark}${lines[line]}${ends[line] === '\r\n' ? '\r' : ''}`)
  }
  const newEnd = dominantEnd(ends) === '\r\n' ? '\r' : ''
  let at = from
  let growth = 0
  for (const { start, removed, added } of hunk) {
    shown(' ', at, start)
    at = start + removed.length
    shown('-', start, at)
    if (removed.length > 0 && ends[at - 1] === '') body.push(NO_NEWLINE)
    body.push(...added.map((line) => `+${line}${newEnd}`))
    growth += added.length - removed.length
  }
  shown(' ', at, until)
  const oldRange = range(from, until - from)
  const newRange = range(from + shift, until - from + growth)
  return `@@ -${oldRange} +${newRange} @@\n${body.join('\n')}\n`
}

/** 1-based; an empty range names the line before it. */
function range(from: number, count: number): string {
  return count === 0 ? `${from},0` : count === 1 ? `${from + 1}` : `${from + 1},${count}`
}
