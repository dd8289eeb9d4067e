// What a patch is going to change, while the model still writes it: read line by line, each line once. Shows
// intentions alone; whether they fit the files is known when the patch is whole.
import type { FileChange } from '../../../protocol/index.ts'
import type { CallPreview } from '../tool.ts'
import {
  ADD,
  BEGIN,
  DELETE,
  END,
  END_OF_FILE,
  HEREDOC,
  MOVE,
  problemOfPath,
  UPDATE,
} from './patch-marks.ts'

/** Characters of a patch that are shown before it is whole: each look at it is sent as a whole. */
const SHOWN_CHARS_MAX = 256 * 1024

interface DraftChange {
  readonly type: 'add' | 'delete' | 'update'
  readonly path: string
  movePath: string | null
  readonly lines: string[]
}

const headers = [
  [ADD, 'add'],
  [DELETE, 'delete'],
  [UPDATE, 'update'],
] as const

/** Paths are as the patch writes them; the diff of an update has its lines as they are written. */
export function createPatchPreview(): CallPreview {
  const drafts: DraftChange[] = []
  let state: 'before' | 'within' | 'over' = 'before'
  let unfinished = ''
  let chars = 0

  function readLine(line: string): void {
    if (state === 'before') state = beginning(line.trim())
    else if (state === 'within' && !(isMark(line) ? readMark(line.trim()) : readContent(line)))
      state = 'over'
  }

  /** A line of a file may look like a mark behind its sign. */
  function isMark(line: string): boolean {
    const isSigned = /^[ +-]/.test(line) && drafts.at(-1)?.type === 'update'
    const words = line.trim()
    return !isSigned && (words === END || headers.some(([mark]) => words.startsWith(mark)))
  }

  /** False at the end, and for a path that cannot be. */
  function readMark(words: string): boolean {
    const [mark, type] = headers.find(([mark]) => words.startsWith(mark)) ?? []
    if (!mark) return false
    const path = words.slice(mark.length).trim()
    if (problemOfPath(path) !== null) return false
    drafts.push({ type, path, movePath: null, lines: [] })
    return true
  }

  /** False when the line cannot stand where it does: the patch is not going to work. */
  function readContent(line: string): boolean {
    const draft = drafts.at(-1)
    if (line.trim() === '' && draft?.type !== 'update') return true
    if (draft?.type === 'add' && line.startsWith('+')) draft.lines.push(line.slice(1))
    else if (draft?.type !== 'update') return false
    else if (line.startsWith(MOVE) && draft.lines.length === 0) return readMove(draft, line)
    else if (line === '' || /^[ +-]|^@@/.test(line)) draft.lines.push(line)
    else return line.trim() === END_OF_FILE
    return true
  }

  function readMove(draft: DraftChange, line: string): boolean {
    const path = line.slice(MOVE.length).trim()
    if (problemOfPath(path) !== null) return false
    draft.movePath = path
    return true
  }

  return {
    feed(piece) {
      chars += piece.length
      if (state === 'over' || chars > SHOWN_CHARS_MAX) return
      const lines = (unfinished + piece).split('\n')
      unfinished = lines.pop() ?? ''
      for (const line of lines) readLine(line.replace(/\r$/, ''))
    },
    changes: () => drafts.map(changeOf).sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

function beginning(words: string): 'before' | 'within' | 'over' {
  if (words === BEGIN) return 'within'
  return words === '' || HEREDOC.test(words) ? 'before' : 'over'
}

function changeOf({ type, path, movePath, lines }: DraftChange): FileChange {
  const diff = lines.map((line) => `${line}\n`).join('')
  return { path, diff, kind: type === 'update' ? { type, move_path: movePath } : { type } }
}
