// Reads one thread from its files: its header, what it was forked or reverted from, and its lines in order.

import type { TurnContext } from './build-rows.ts'
import type { RolloutFile } from './discover.ts'
import { type Json, number, record, text } from './json.ts'
import { HEAD_SLICE_BYTES, readLines } from './line-reader.ts'
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
  /** The base could not be found: what is here is the thread's own part alone. */
  readonly isBaseMissing: boolean
}

/** Finds the file with the part of `threadId` that goes up to `endOrdinal`, written before `before`. */
export type FindBase = (base: HistoryBase, before: RolloutFile) => RolloutFile | undefined

/** Why a file is no thread; expected, and told to the person. */
export class NotAThread extends Error {}

/** Only its first lines are read. */
export function readHead(path: string): RolloutHead {
  for (const { text: line, number: at } of readLines(path, HEAD_SLICE_BYTES)) {
    const parsed = line === null ? 'too long' : parseLine(line)
    if (typeof parsed === 'object' && parsed.type === 'session_meta') return headOf(parsed)
    if (at >= HEAD_LINES_MAX) break
  }
  return { meta: {}, id: undefined, firstOrdinal: undefined, base: undefined }
}

const HEAD_LINES_MAX = 20

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
  const head = readHead(file.path)
  const mode = head.meta.history_mode ?? 'legacy'
  if (mode !== 'legacy' && mode !== 'paginated')
    throw new NotAThread(`unknown history mode ${JSON.stringify(mode)}`)
  const id = head.id ?? file.namedId
  if (id === undefined) throw new NotAThread('there is no session_meta line that names the thread')
  const builder = createThreadBuilder(id, mode === 'legacy')
  const bad: BadLine[] = []
  let badCount = 0
  let lines = 0

  function feed(path: string, endOrdinal: number, isOwn: boolean): void {
    for (const parsed of usableLines(path, (line) => {
      badCount += 1
      if (isOwn && bad.length < BAD_LINES_TOLD_MAX) bad.push(line)
    })) {
      if ((parsed.ordinal ?? -1) >= endOrdinal) return
      lines += 1
      builder.add(parsed)
    }
  }

  const chain = chainOf(file, head, findBase)
  for (const part of chain.parts) feed(part.path, part.endOrdinal, false)
  feed(file.path, Number.POSITIVE_INFINITY, true)
  if (lines === 0) throw new NotAThread('the file is empty, or nothing of it can be read')
  const built = builder.finish((context) => snapshotOf(context, head.meta))
  if (head.id === undefined && built.turns === 0 && built.rows.length === 0)
    throw new NotAThread('there is no session_meta line that names the thread')
  return {
    id,
    meta: head.meta,
    historyMode: mode,
    built,
    badLines: bad,
    badCount,
    isBaseMissing: chain.isBroken,
  }
}

/** What comes before a file, oldest first. */
function chainOf(file: RolloutFile, head: RolloutHead, findBase: FindBase) {
  const parts: { path: string; endOrdinal: number }[] = []
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

function* usableLines(path: string, tellBad: (line: BadLine) => void): Generator<RolloutLine> {
  for (const { text: line, number: at, isWhole } of readLines(path)) {
    const parsed = line === null ? 'longer than 64 MiB' : parseLine(line)
    if (typeof parsed === 'object') yield parsed
    // Half of a line at the end of a file is what a crash leaves: nothing that was ever complete is lost.
    else if (parsed !== nothing && isWhole) tellBad({ line: at, reason: String(parsed) })
  }
}
