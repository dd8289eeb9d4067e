// Changes of files as lines to show: from the diff of one change, or from the diff of a whole turn.
import { parsePatch, type StructuredPatch, type StructuredPatchHunk } from 'diff'
import type { FileChange } from '../../../protocol/index.ts'

export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'context' | 'hunk' | 'note'
  /** Without the sign. */
  readonly text: string
  readonly oldNumber: number | null
  readonly newNumber: number | null
}

export interface FileDiff {
  readonly path: string
  readonly kind: 'add' | 'delete' | 'update'
  /** Where the file was before, if it moved. */
  readonly movedFrom: string | null
  readonly added: number
  readonly removed: number
  readonly lines: readonly DiffLine[]
}

export function fileDiffOf(change: FileChange): FileDiff {
  const { path, kind, diff } = change
  if (kind.type === 'update') {
    const movedTo = kind.move_path
    const lines = linesOfPatch(diff)
    const paths = movedTo ? { path: movedTo, movedFrom: path } : { path, movedFrom: null }
    return { ...paths, kind: 'update', ...counted(lines), lines }
  }
  const lines = wholeFile(diff, kind.type === 'add')
  return { path, kind: kind.type, movedFrom: null, ...counted(lines), lines }
}

/** The files of a unified diff, in its order. What cannot be parsed is one file of plain lines. */
export function fileDiffsOf(diff: string): readonly FileDiff[] {
  const patches = parsed(diff)
  if (!patches) {
    const lines = roughLines(diff)
    return [{ path: '', kind: 'update', movedFrom: null, ...counted(lines), lines }]
  }
  return patches.filter((patch) => patch.hunks.length > 0 || patch.isGit).map(fileOfPatch)
}

export function totalsOf(files: readonly FileDiff[]): { added: number; removed: number } {
  return {
    added: files.reduce((sum, file) => sum + file.added, 0),
    removed: files.reduce((sum, file) => sum + file.removed, 0),
  }
}

function fileOfPatch(patch: StructuredPatch): FileDiff {
  const before = pathOf(patch.oldFileName)
  const after = pathOf(patch.newFileName)
  const lines = patch.hunks.flatMap(linesOfHunk)
  const isMoved = before !== null && after !== null && before !== after
  return {
    path: after ?? before ?? '',
    kind: before === null ? 'add' : after === null ? 'delete' : 'update',
    movedFrom: isMoved ? before : null,
    ...counted(lines),
    lines: lines.length > 0 ? lines : [note('Nothing to show: no text, or no change in it')],
  }
}

/** Null for the file that is not there. */
function pathOf(name: string | undefined): string | null {
  if (name === undefined || name === '/dev/null') return null
  return name.replace(/^[ab]\//, '')
}

function parsed(diff: string): StructuredPatch[] | undefined {
  try {
    return parsePatch(diff)
  } catch {
    return undefined // The text was made by a model's tool: showing it as it is beats showing nothing.
  }
}

function linesOfPatch(diff: string): readonly DiffLine[] {
  if (diff.trim() === '') return []
  const hunks = parsed(diff)?.flatMap((patch) => patch.hunks)
  return hunks && hunks.length > 0 ? hunks.flatMap(linesOfHunk) : roughLines(diff)
}

function linesOfHunk(hunk: StructuredPatchHunk): DiffLine[] {
  const { oldStart, oldLines, newStart, newLines } = hunk
  const title = `@@ -${rangeOf(oldStart, oldLines)} +${rangeOf(newStart, newLines)} @@`
  const lines: DiffLine[] = [{ kind: 'hunk', text: title, oldNumber: null, newNumber: null }]
  let oldNumber = oldStart
  let newNumber = newStart
  for (const signed of hunk.lines) {
    const text = signed.slice(1)
    if (signed.startsWith('+')) {
      lines.push({ kind: 'added', text, oldNumber: null, newNumber: newNumber++ })
    } else if (signed.startsWith('-')) {
      lines.push({ kind: 'removed', text, oldNumber: oldNumber++, newNumber: null })
    } else if (signed.startsWith('\\')) {
      lines.push(note(text.trim()))
    } else {
      lines.push({ kind: 'context', text, oldNumber: oldNumber++, newNumber: newNumber++ })
    }
  }
  return lines
}

/** The parser counts the start of an empty range one line further than diffs write it. */
function rangeOf(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`
}

function note(text: string): DiffLine {
  return { kind: 'note', text, oldNumber: null, newNumber: null }
}

function wholeFile(content: string, isAdded: boolean): readonly DiffLine[] {
  if (content === '') return []
  const texts = (content.endsWith('\n') ? content.slice(0, -1) : content).split('\n')
  return texts.map((text, index) =>
    isAdded
      ? { kind: 'added', text, oldNumber: null, newNumber: index + 1 }
      : { kind: 'removed', text, oldNumber: index + 1, newNumber: null },
  )
}

/** By their first letter alone; no numbers, because they cannot be trusted. */
function roughLines(diff: string): readonly DiffLine[] {
  return diff.split('\n').map((line) => {
    const isHeader = line.startsWith('+++') || line.startsWith('---')
    if (line.startsWith('@@')) return { ...note(line), kind: 'hunk' }
    if (line.startsWith('+') && !isHeader) return { ...note(line.slice(1)), kind: 'added' }
    if (line.startsWith('-') && !isHeader) return { ...note(line.slice(1)), kind: 'removed' }
    return { ...note(line.replace(/^ /, '')), kind: isHeader ? 'note' : 'context' }
  })
}

function counted(lines: readonly DiffLine[]): { added: number; removed: number } {
  let added = 0
  let removed = 0
  for (const { kind } of lines) {
    if (kind === 'added') added += 1
    else if (kind === 'removed') removed += 1
  }
  return { added, removed }
}
