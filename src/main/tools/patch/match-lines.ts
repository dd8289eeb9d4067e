// Finds the lines a patch expects, exactly or nearly, and computes the file with them replaced. Pure.
import { type PatchChunk, PatchError } from './parse-patch.ts'

/** Lines `start` to `start + oldCount` of the old file give way to `newLines`. In order, not overlapping. */
export interface Replacement {
  readonly start: number
  readonly oldCount: number
  readonly newLines: readonly string[]
}

/** From strict to lenient; each is tried over the whole range before the next. */
const LEVELS: readonly ((line: string) => string)[] = [
  (line) => line,
  (line) => line.trimEnd(),
  (line) => line.trim(),
  (line) => plainTypography(line).trim(),
]

function plainTypography(line: string): string {
  return line
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u2018-\u201b]/g, "'")
    .replace(/[\u201c-\u201f]/g, '"')
    .replace(/[\u00a0\u2002-\u200a\u202f\u205f\u3000]/g, ' ')
}

/** Where `wanted` stands in `lines` at or behind `from`; -1 when it does not. */
function find(lines: readonly string[], wanted: readonly string[], from: number): number {
  for (const level of LEVELS) {
    const expected = wanted.map(level)
    for (let at = from; at + expected.length <= lines.length; at++)
      if (expected.every((line, index) => line === level(lines[at + index] ?? ''))) return at
  }
  return -1
}

/** Throws PatchError naming `file` and what was looked for. */
export function replacementsOf(
  lines: readonly string[],
  chunks: readonly PatchChunk[],
  file: string,
): readonly Replacement[] {
  const replacements: Replacement[] = []
  let cursor = 0
  for (const chunk of chunks) {
    cursor = afterContexts(lines, chunk, cursor, file)
    const replacement = replacementOf(lines, chunk, cursor, file)
    replacements.push(replacement)
    // What was appended at the end does not say where the next chunk is.
    if (chunk.oldLines.length > 0) cursor = replacement.start + replacement.oldCount
  }
  return replacements
}

function afterContexts(
  lines: readonly string[],
  { contexts }: PatchChunk,
  from: number,
  file: string,
): number {
  let cursor = from
  for (const context of contexts) {
    const at = find(lines, [context], cursor)
    if (at < 0) throw new PatchError(`failed to find context '${context}' in ${file}`)
    cursor = at + 1
  }
  return cursor
}

function replacementOf(
  lines: readonly string[],
  chunk: PatchChunk,
  cursor: number,
  file: string,
): Replacement {
  if (chunk.oldLines.length === 0)
    return { start: insertionPoint(lines, chunk, cursor), oldCount: 0, newLines: chunk.newLines }
  for (const { oldLines, newLines } of variantsOf(chunk)) {
    const last = lines.length - oldLines.length
    const atEnd = chunk.isEndOfFile && last >= cursor ? find(lines, oldLines, last) : -1
    const start = atEnd >= 0 ? atEnd : find(lines, oldLines, cursor)
    if (start >= 0) return { start, oldCount: oldLines.length, newLines }
  }
  throw new PatchError(`failed to find expected lines in ${file}:\n${chunk.oldLines.join('\n')}`)
}

/** As written, and without an empty last line: that often stands for the end of the file. */
function variantsOf({
  oldLines,
  newLines,
}: PatchChunk): readonly Pick<PatchChunk, 'oldLines' | 'newLines'>[] {
  if (oldLines.length < 2 || oldLines.at(-1) !== '') return [{ oldLines, newLines }]
  const shorter = newLines.at(-1) === '' ? newLines.slice(0, -1) : newLines
  return [
    { oldLines, newLines },
    { oldLines: oldLines.slice(0, -1), newLines: shorter },
  ]
}

/** Behind the context that was given, else at the end of the file, before an empty last line. */
function insertionPoint(
  lines: readonly string[],
  { contexts }: PatchChunk,
  cursor: number,
): number {
  if (contexts.length > 0) return cursor
  return lines.at(-1) === '' ? lines.length - 1 : lines.length
}
