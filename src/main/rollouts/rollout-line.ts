// One line of a rollout file, as far as every kind of line is alike.
import { type Json, number, record, text } from './json.ts'

export interface RolloutLine {
  readonly type: string
  readonly payload: Json
  readonly atMs: number
  /** Paginated files number their lines; legacy ones do not. */
  readonly ordinal: number | undefined
}

/** Accepted and without content, like a blank line. */
export const nothing = Symbol('nothing')

/** How writers put a line together: its payload goes up to the last brace. */
const START = '{"timestamp":"'
const STAMP_END = START.length + '2026-01-01T00:00:00.000Z'.length
const ORDINAL = '","ordinal":'
const TYPE = '"type":"'
const PAYLOAD = '","payload":'
/** Neither the model nor a person sees it: not worth parsing. */
const SKIPPED = 'world_state'
/** Some lines have something short behind their payload. */
const MORE = ',"metadata":{'
const MORE_CHARS_MAX = 1024

/** A line, `nothing`, or why it cannot be used. */
export function parseLine(line: string): RolloutLine | typeof nothing | string {
  return parseUsual(line) ?? parseAny(line)
}

/** Undefined for a line that is written differently, or not well: this way spares most of the work, not the check. */
function parseUsual(line: string): RolloutLine | typeof nothing | undefined {
  if (!line.startsWith(START)) return undefined
  const isNumbered = line.startsWith(ORDINAL, STAMP_END)
  const numberEnd = isNumbered ? line.indexOf(',', STAMP_END + ORDINAL.length) : STAMP_END + 1
  if (!line.startsWith(TYPE, numberEnd + 1)) return undefined
  const typeStart = numberEnd + 1 + TYPE.length
  const typeEnd = line.indexOf('"', typeStart)
  if (!line.startsWith(PAYLOAD, typeEnd)) return undefined
  const atMs = timeOf(line.slice(START.length, STAMP_END))
  if (Number.isNaN(atMs)) return undefined
  const type = line.slice(typeStart, typeEnd)
  if (type === SKIPPED) return nothing
  const end = line.endsWith('\r') ? line.length - 2 : line.length - 1
  if (line[end] !== '}' || line.indexOf(MORE, end - MORE_CHARS_MAX) !== -1) return undefined
  const ordinal = isNumbered ? Number(line.slice(STAMP_END + ORDINAL.length, numberEnd)) : undefined
  if (Number.isNaN(ordinal)) return undefined
  try {
    const payload = record(JSON.parse(line.slice(typeEnd + PAYLOAD.length, end)))
    return payload && { type, payload, atMs, ordinal }
  } catch {
    return undefined
  }
}

function parseAny(line: string): RolloutLine | typeof nothing | string {
  let json: Json | undefined
  try {
    json = record(JSON.parse(line))
  } catch {
    return line.trim() === '' ? nothing : 'not JSON'
  }
  const type = text(json?.type)
  if (!json || type === undefined) return 'not a rollout line'
  const atMs = timeOf(text(json.timestamp) ?? '')
  if (Number.isNaN(atMs)) return 'no timestamp'
  const payload = record(json.payload)
  if (!payload) return 'no payload'
  return { type, payload, atMs, ordinal: number(json.ordinal) }
}

const wholeSecond = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/
const milliseconds = /^\.\d{3}Z$/
let second = { text: '', ms: 0 }

/** `Date.parse`, which costs as much as the rest of a short line; many lines are of the same second. */
function timeOf(stamp: string): number {
  const start = stamp.slice(0, 19)
  const rest = stamp.slice(19)
  if (!milliseconds.test(rest)) return Date.parse(stamp)
  if (second.text !== start) {
    if (!wholeSecond.test(start)) return Date.parse(stamp)
    second = { text: start, ms: Date.parse(`${start}Z`) }
  }
  return second.ms + Number(rest.slice(1, 4))
}
