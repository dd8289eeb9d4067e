// Reads one thread from its files: its header, what it was forked or reverted from, and its lines in order.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import type { TurnContext } from './build-rows.ts'
import type { RolloutFile } from './discover.ts'
import { type Json, number, record, text } from './json.ts'
import { HEAD_SLICE_BYTES, type ReadLinesOptions, readLines } from './line-reader.ts'
import { nothing, parseLine, type RolloutLine } from './rollout-line.ts'
import { type BuiltThread, createThreadBuilder } from './thread-builder.ts'

/** Forks of forks of forks; a longer chain is a circle. */
const CHAIN_MAX = 64
/** Lines that are reported of one file; how many there were is counted on. */
const BAD_LINES_TOLD_MAX = 20

export interface BadLine {
  readonly line: number
  readonly reason: string
}

interface RolloutHead {
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
  readonly built: BuiltThread
  readonly badLines: readonly BadLine[]
  readonly badCount: number
  /** Of the file's first bytes: tells one that grew from one that was replaced. */
  readonly headHash: string
  /** The base could not be found: what is here is the thread's own part alone. */
  readonly isBaseMissing: boolean
}

/** Finds the file with the part of `threadId` that goes up to `endOrdinal`, written before `before`. */
export type FindBase = (base: HistoryBase, before: RolloutFile) => RolloutFile | undefined

/** Why a file is no thread; expected, and told to the person. */
export class NotAThread extends Error {}

/** Only its first lines are read. */
export function readHead(path: string): RolloutHead {
  const lines = usableLines(path, () => undefined, { sliceBytes: HEAD_SLICE_BYTES })
  try {
    return headAmong(firstLines(lines))
  } finally {
    lines.return(undefined)
  }
}

/** Where a `session_meta` may stand: files that begin with something else are damaged. */
const HEAD_LINES_MAX = 20

/** Up to the header, or as many as it may have before it. Leaves the rest to be read. */
function firstLines(lines: Iterator<RolloutLine>): RolloutLine[] {
  const first: RolloutLine[] = []
  for (let next = lines.next(); !next.done; next = lines.next()) {
    first.push(next.value)
    if (next.value.type === 'session_meta' || first.length >= HEAD_LINES_MAX) break
  }
  return first
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
  let headHash = ''
  const countBad = (): void => {
    badCount += 1
  }
  const tellBad = (line: BadLine): void => {
    countBad()
    if (bad.length < BAD_LINES_TOLD_MAX) bad.push(line)
  }
  // Opened once: the header decides what is read before the rest of the file.
  const lines = usableLines(file.path, tellBad, {
    head: (bytes) => {
      headHash = hashOf(bytes)
    },
  })
  try {
    const first = firstLines(lines)
    const head = headAmong(first)
    const historyMode = modeOf(head)
    const id = head.id ?? file.namedId
    if (id === undefined) throw new NotAThread(NAMELESS)
    const builder = createThreadBuilder(id, historyMode === 'legacy')
    const chain = chainOf(file, head, findBase)
    // What is wrong in another file is told of that file, and only counted here.
    for (const part of chain.parts)
      for (const line of linesBefore(part, countBad)) builder.add(line)
    for (const line of first) builder.add(line)
    for (let next = lines.next(); !next.done; next = lines.next()) builder.add(next.value)
    if (first.length === 0 && chain.parts.length === 0)
      throw new NotAThread('the file is empty, or nothing of it can be read')
    const built = builder.finish((context) => snapshotOf(context, head.meta))
    if (head.id === undefined && built.turns === 0 && built.rows.length === 0)
      throw new NotAThread(NAMELESS)
    const { meta } = head
    const isBaseMissing = chain.isBroken
    return { id, meta, historyMode, built, badLines: bad, badCount, headHash, isBaseMissing }
  } finally {
    lines.return(undefined)
  }
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

/** What comes before a file, oldest first. */
function chainOf(file: RolloutFile, head: RolloutHead, findBase: FindBase) {
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

function* linesBefore(
  { path, endOrdinal }: ChainPart,
  tellBad: () => void,
): Generator<RolloutLine> {
  for (const line of usableLines(path, tellBad)) {
    if ((line.ordinal ?? -1) >= endOrdinal) return
    yield line
  }
}

function* usableLines(
  path: string,
  tellBad: (line: BadLine) => void,
  options?: ReadLinesOptions,
): Generator<RolloutLine> {
  for (const { text: line, number: at, isWhole } of readLines(path, options)) {
    const parsed = line === null ? 'longer than 64 MiB' : parseLine(line)
    if (typeof parsed === 'object') yield parsed
    // Half of a line at the end of a file is what a crash leaves: nothing that was ever complete is lost.
    else if (parsed !== nothing && isWhole) tellBad({ line: at, reason: String(parsed) })
  }
}

/** Enough to tell files apart, whatever they grow by. */
const HEAD_BYTES = 4096

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes.subarray(0, HEAD_BYTES)).digest('hex')
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
