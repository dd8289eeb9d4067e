// Reads one thread from its files: its header, what it was forked or reverted from, and its lines in order.
import { hash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import type { TurnContext } from './build-rows.ts'
import type { RolloutFile } from './discover.ts'
import { type Json, number, record, text } from './json.ts'
import type { KeptLines } from './kept-lines.ts'
import {
  DamagedContent,
  HEAD_SLICE_BYTES,
  isCompressed,
  readInto,
  readLines,
} from './line-reader.ts'
import { type LineOutline, question, room } from './line-scanner/scan-lines.ts'
import { type BadLine, eachLine, type RolloutLine } from './rollout-line.ts'
import { eachScannedLine } from './scanned-lines.ts'
import { type BuiltThread, createThreadBuilder, type ThreadBuilder } from './thread-builder.ts'

/** Forks of forks of forks; a longer chain is a circle. */
const CHAIN_MAX = 64
/** Lines that are reported of one file; how many there were is counted on. */
const BAD_LINES_TOLD_MAX = 20

export interface RolloutHead {
  /** Of the first `session_meta`; {} when the file has none. */
  readonly meta: Json
  readonly id: string | undefined
  readonly firstOrdinal: number | undefined
  readonly base: HistoryBase | undefined
}

export interface HistoryBase {
  readonly threadId: string
  readonly endOrdinal: number
}

export interface ReadRollout {
  readonly id: string
  readonly meta: Json
  readonly historyMode: 'legacy' | 'paginated'
  readonly built: Omit<BuiltThread, 'rows'>
  readonly content: ReadContent
  readonly badLines: readonly BadLine[]
  readonly badCount: number
  /** Why the rest of the file could not be read; undefined when all of it was. */
  readonly cutBy: string | undefined
  /** Of the file's first bytes: tells one that grew from one that was replaced. */
  readonly headHash: string
  /** The base could not be found: what is here is the thread's own part alone. */
  readonly isBaseMissing: boolean
}

/** Valid until another file is read. Of a short file by itself all lines, because its rows were only counted. */
export type ReadContent =
  | { readonly form: 'lines'; readonly lines: KeptLines }
  | { readonly form: 'rows'; readonly rows: BuiltThread['rows'] }

/** Finds the file with the part of `threadId` that goes up to `endOrdinal`, written before `before`. */
export type FindBase = (base: HistoryBase, before: RolloutFile) => RolloutFile | undefined

/** Why a file is no thread; expected, and told to the person. */
export class NotAThread extends Error {}

/** Only its first lines are read. */
export function readHead(path: string): RolloutHead {
  const first: RolloutLine[] = []
  const take = (line: RolloutLine): boolean => {
    first.push(line)
    return !isHeadRead(first)
  }
  eachLine(readLines(path, HEAD_SLICE_BYTES), take, () => undefined)
  return headAmong(first)
}

/** Where a `session_meta` may stand: files that begin with something else are damaged. */
const HEAD_LINES_MAX = 20

function isHeadRead(first: readonly RolloutLine[]): boolean {
  return first.at(-1)?.type === 'session_meta' || first.length >= HEAD_LINES_MAX
}

function headAmong(lines: readonly RolloutLine[]): RolloutHead {
  const last = lines.at(-1)
  if (last?.type === 'session_meta') return headOf(last)
  return { meta: {}, id: undefined, firstOrdinal: undefined, base: undefined }
}

function headOf({ payload, ordinal }: RolloutLine): RolloutHead {
  const base = record(payload.history_base)
  const threadId = text(base?.thread_id)
  const endOrdinal = number(base?.end_ordinal_exclusive)
  return {
    meta: payload,
    id: text(payload.id)?.toLowerCase(),
    firstOrdinal: ordinal,
    base: threadId === undefined || endOrdinal === undefined ? undefined : { threadId, endOrdinal },
  }
}

/** Throws NotAThread, or the file system's error. */
export function readRollout(
  file: RolloutFile,
  findBase: FindBase,
  snapshotOf: (context: TurnContext, meta: Json) => string,
): ReadRollout {
  const bad: BadLine[] = []
  let badCount = 0
  const short = isCompressed(file.path) ? undefined : readInto(room, file.path)
  const headHash = short ? hashOf(short) : headHashOf(file.path)
  const countBad = (): void => {
    badCount += 1
  }
  const tellBad = (line: BadLine): void => {
    countBad()
    if (bad.length < BAD_LINES_TOLD_MAX) bad.push(line)
  }
  const first: RolloutLine[] = []
  let begun: Begun | undefined

  /** The header decides what is read before the rest of the file. */
  function begin(): Begun {
    const head = headAmong(first)
    const historyMode = modeOf(head)
    const id = head.id ?? file.namedId
    if (id === undefined) throw new NotAThread(NAMELESS)
    const builder = createThreadBuilder(id, historyMode === 'legacy')
    const chain = chainOf(file, head, findBase)
    // What is wrong in another file is told of that file, and only counted here.
    for (const part of chain.parts) linesBefore(part, builder.add, countBad)
    for (const line of first) builder.add(line)
    return { id, head, historyMode, builder, chain }
  }

  /** What stands on another file is made rows of: its lines alone do not say what they are. */
  function isEnough(outline: LineOutline): boolean {
    if (!begun || begun.head.base) return false
    return outline !== question || begun.builder.hasPreview()
  }

  function take(line: RolloutLine): void {
    if (begun) begun.builder.add(line)
    else first.push(line)
    if (!begun && isHeadRead(first)) begun = begin()
  }

  const cutBy = readWhatCanBeRead(() => {
    if (short) eachScannedLine(short.length, take, tellBad, isEnough)
    else eachLine(readLines(file.path), take, tellBad)
  })
  begun ??= begin()
  const { id, head, historyMode, builder, chain } = begun
  const kept = head.base ? undefined : short
  if (first.length === 0 && chain.parts.length === 0)
    throw new NotAThread(cutBy ?? 'the file is empty, or nothing of it can be read')
  const built = builder.finish((context) => snapshotOf(context, head.meta))
  if (head.id === undefined && built.turns === 0 && built.rowCount === 0)
    throw new NotAThread(NAMELESS)
  return {
    id,
    meta: head.meta,
    historyMode,
    built,
    content: kept
      ? {
          form: 'lines',
          lines: { threadId: id, historyMode, snapshotIds: built.snapshotIds, bytes: kept },
        }
      : { form: 'rows', rows: built.rows },
    badLines: bad,
    badCount,
    cutBy,
    headHash,
    isBaseMissing: chain.isBroken,
  }
}

/** Answers with what is wrong with the rest. */
function readWhatCanBeRead(read: () => void): string | undefined {
  try {
    read()
    return undefined
  } catch (thrown) {
    if (thrown instanceof DamagedContent) return thrown.message
    throw thrown
  }
}

interface Begun {
  readonly id: string
  readonly head: RolloutHead
  readonly historyMode: ReadRollout['historyMode']
  readonly builder: ThreadBuilder
  readonly chain: Chain
}

const NAMELESS = 'there is no session_meta line that names the thread'

function modeOf({ meta }: RolloutHead): ReadRollout['historyMode'] {
  const mode = meta.history_mode ?? 'legacy'
  if (mode === 'legacy' || mode === 'paginated') return mode
  throw new NotAThread(`unknown history mode ${JSON.stringify(mode)}`)
}

interface ChainPart {
  readonly path: string
  readonly endOrdinal: number
}

interface Chain {
  /** What comes before a file, oldest first. */
  readonly parts: readonly ChainPart[]
  readonly isBroken: boolean
}

function chainOf(file: RolloutFile, head: RolloutHead, findBase: FindBase): Chain {
  const parts: ChainPart[] = []
  const seen = new Set([file.path])
  let at = file
  for (let { base } = head; base; ) {
    const found = findBase(base, at)
    if (!found || seen.has(found.path) || seen.size > CHAIN_MAX) return { parts, isBroken: true }
    seen.add(found.path)
    parts.unshift({ path: found.path, endOrdinal: base.endOrdinal })
    at = found
    base = readHead(found.path).base
  }
  return { parts, isBroken: false }
}

function linesBefore(
  { path, endOrdinal }: ChainPart,
  add: (line: RolloutLine) => void,
  tellBad: () => void,
): void {
  const take = (line: RolloutLine): boolean => {
    if ((line.ordinal ?? -1) >= endOrdinal) return false
    add(line)
    return true
  }
  if (readWhatCanBeRead(() => eachLine(readLines(path), take, tellBad)) !== undefined) tellBad()
}

/** Enough to tell files apart, whatever they grow by. */
const HEAD_BYTES = 4096

function hashOf(bytes: Buffer): string {
  return hash('sha256', bytes.subarray(0, HEAD_BYTES), 'hex')
}

/** As in `ReadRollout`, without reading the file. */
export function headHashOf(path: string): string {
  const head = Buffer.alloc(HEAD_BYTES)
  const fd = openSync(path, 'r')
  try {
    return hashOf(head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0)))
  } finally {
    closeSync(fd)
  }
}
