// Reads the patch language: which files are added, deleted or updated, and with which lines. Touches no file.
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

export interface PatchChunk {
  /** Lines that say where: each is looked for behind the one before. */
  readonly contexts: readonly string[]
  /** Context and removed lines, in order: what must be there. */
  readonly oldLines: readonly string[]
  /** Context and added lines, in order: what replaces them. */
  readonly newLines: readonly string[]
  readonly isEndOfFile: boolean
}

export type PatchOperation =
  | { readonly type: 'add'; readonly path: string; readonly lines: readonly string[] }
  | { readonly type: 'delete'; readonly path: string }
  | {
      readonly type: 'update'
      readonly path: string
      readonly movePath: string | null
      readonly chunks: readonly PatchChunk[]
    }

/** The patch cannot be read or does not fit the files; the text is for the model. */
export class PatchError extends Error {}

/** A heredoc around a patch has at least these lines: its mark twice, and the patch's first and last. */
const HEREDOC_LINES_MIN = 4

/** Throws PatchError, with a line number where one helps. */
export function parsePatch(text: string): readonly PatchOperation[] {
  const lines = unwrapped(linesOf(text))
  if (lines[0]?.trim() !== BEGIN)
    throw new PatchError(`invalid patch: the first line must be '${BEGIN}'`)
  if (lines.length < 2 || lines.at(-1)?.trim() !== END)
    throw new PatchError(`invalid patch: the last line must be '${END}'`)
  const reader = new Reader(lines.slice(0, -1))
  reader.next()
  const operations: PatchOperation[] = []
  while (reader.skipBlank()) operations.push(operation(reader))
  if (operations.length === 0) throw new PatchError('invalid patch: it changes no file')
  return operations
}

function linesOf(text: string): readonly string[] {
  const lines = text.trim().split('\n')
  return lines[0]?.endsWith('\r') ? lines.map((line) => line.replace(/\r$/, '')) : lines
}

/** Takes away `<<'EOF'` … `EOF` around the whole. */
function unwrapped(lines: readonly string[]): readonly string[] {
  const isWrapped =
    lines.length >= HEREDOC_LINES_MIN &&
    HEREDOC.test(lines[0]?.trim() ?? '') &&
    lines.at(-1)?.trim().endsWith('EOF')
  return isWrapped ? lines.slice(1, -1) : lines
}

class Reader {
  readonly #lines: readonly string[]
  #at = 0

  constructor(lines: readonly string[]) {
    this.#lines = lines
  }

  get line(): string | undefined {
    return this.#lines[this.#at]
  }

  /** 1-based. */
  get number(): number {
    return this.#at + 1
  }

  next(): void {
    this.#at++
  }

  /** False at the end. */
  skipBlank(): boolean {
    while (this.line !== undefined && this.line.trim() === '') this.#at++
    return this.line !== undefined
  }

  fail(problem: string): never {
    throw new PatchError(`invalid hunk at line ${this.number}: ${problem}`)
  }
}

function operation(reader: Reader): PatchOperation {
  const header = reader.line?.trim() ?? ''
  for (const [mark, read] of readers)
    if (header.startsWith(mark)) {
      const path = pathOf(reader, header.slice(mark.length))
      reader.next()
      return read(reader, path)
    }
  return reader.fail(
    `'${header}' is not a hunk header; valid headers are '${ADD}{path}', '${DELETE}{path}' and '${UPDATE}{path}'`,
  )
}

const readers: readonly (readonly [string, (reader: Reader, path: string) => PatchOperation])[] = [
  [ADD, readAdd],
  [DELETE, (_reader, path) => ({ type: 'delete', path })],
  [UPDATE, readUpdate],
]

function pathOf(reader: Reader, text: string): string {
  const path = text.trim()
  const problem = problemOfPath(path)
  return problem === null ? path : reader.fail(problem)
}

function readAdd(reader: Reader, path: string): PatchOperation {
  const lines: string[] = []
  for (; reader.line?.startsWith('+'); reader.next()) lines.push(reader.line.slice(1))
  return { type: 'add', path, lines }
}

function readUpdate(reader: Reader, path: string): PatchOperation {
  const headerLine = reader.number - 1
  let movePath: string | null = null
  if (reader.line?.startsWith(MOVE)) {
    movePath = pathOf(reader, reader.line.slice(MOVE.length))
    reader.next()
  }
  const chunks: PatchChunk[] = []
  while (reader.skipBlank() && !isHeader(reader.line))
    chunks.push(readChunk(reader, chunks.length === 0))
  if (chunks.length === 0)
    throw new PatchError(
      `invalid hunk at line ${headerLine}: the update of '${path}' changes no lines`,
    )
  return { type: 'update', path, movePath, chunks }
}

function isHeader(line: string | undefined): boolean {
  return line?.startsWith('***') === true && line.trim() !== END_OF_FILE
}

function readChunk(reader: Reader, isFirst: boolean): PatchChunk {
  const contexts = readContexts(reader, isFirst)
  const oldLines: string[] = []
  const newLines: string[] = []
  let count = 0
  for (; isChunkLine(reader.line); reader.next(), count++) {
    const line = reader.line ?? ''
    const text = line.slice(1)
    if (!line.startsWith('+')) oldLines.push(text)
    if (!line.startsWith('-')) newLines.push(text)
  }
  const isEndOfFile = reader.line?.trim() === END_OF_FILE
  if (count === 0)
    reader.fail(
      `unexpected line in an update: '${reader.line ?? END}'; lines start with ' ', '-', '+' or '@@'`,
    )
  if (isEndOfFile) reader.next()
  else if (reader.line !== undefined && !reader.line.startsWith('@@') && !isHeader(reader.line))
    reader.fail(
      `unexpected line in an update: '${reader.line}'; lines start with ' ', '-', '+' or '@@'`,
    )
  return { contexts, oldLines, newLines, isEndOfFile }
}

/** An empty line is a context line whose one blank got lost. */
function isChunkLine(line: string | undefined): boolean {
  return line !== undefined && (line === '' || /^[ +-]/.test(line))
}

function readContexts(reader: Reader, isFirst: boolean): readonly string[] {
  const contexts: string[] = []
  let marks = 0
  for (
    ;
    reader.line !== undefined && /^@@( |$)/.test(reader.line.trimEnd());
    reader.next(), marks++
  ) {
    const context = reader.line.slice(3)
    if (context.trim() !== '') contexts.push(context)
  }
  if (marks === 0 && !isFirst)
    reader.fail(`unexpected line in an update: '${reader.line}'; a further chunk starts with '@@'`)
  return contexts
}
