// One line of a rollout file, as far as every kind of line is alike.
import { type Json, number, record, text } from './json.ts'
import type { Lines } from './line-reader.ts'

export interface RolloutLine {
  readonly type: string
  readonly payload: Json
  readonly atMs: number
  /** Paginated files number their lines; legacy ones do not. */
  readonly ordinal: number | undefined
}

export interface BadLine {
  readonly line: number
  readonly reason: string
}

/** A line, `nothing`, or why it cannot be used. */
type ReadResult = RolloutLine | typeof nothing | string

/** `take` gets those that say something, until it answers false; `tellBad` what is none, but for half of one at the end. */
export function eachLine(
  texts: Iterable<Lines>,
  take: (line: RolloutLine) => unknown,
  tellBad: (line: BadLine) => void,
): void {
  let number = 0

  /** False once no more are wanted. */
  function readOne(text: string, from: number, to: number, isWhole: boolean): boolean {
    number += 1
    const parsed = parseLine(text, from, to)
    if (typeof parsed === 'object') return take(parsed) !== false
    // Half of a line at the end of a file is what a crash leaves: nothing that was ever complete is lost.
    if (parsed !== nothing && isWhole) tellBad({ line: number, reason: String(parsed) })
    return true
  }

  for (const text of texts) {
    if (text === null) {
      number += 1
      tellBad({ line: number, reason: 'longer than 64 MiB' })
      continue
    }
    for (let at = 0; at < text.length; ) {
      const newline = text.indexOf('\n', at)
      const end = newline === -1 ? text.length : newline
      if (!readOne(text, at, end, newline !== -1)) return
      at = end + 1
    }
  }
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

export function parseLine(text: string, from = 0, to = text.length): ReadResult {
  return parseUsual(text, from, to) ?? parseAny(text.slice(from, to))
}

/** Undefined for a line that is written differently, or not well: this way spares most of the work, not the check. */
function parseUsual(
  text: string,
  from: number,
  to: number,
): RolloutLine | typeof nothing | undefined {
  if (!text.startsWith(START, from)) return undefined
  const stampEnd = from + STAMP_END
  const isNumbered = text.startsWith(ORDINAL, stampEnd)
  const numberEnd = isNumbered ? text.indexOf(',', stampEnd + ORDINAL.length) : stampEnd + 1
  if (!text.startsWith(TYPE, numberEnd + 1)) return undefined
  const typeStart = numberEnd + 1 + TYPE.length
  const typeEnd = text.indexOf('"', typeStart)
  const payloadStart = typeEnd + PAYLOAD.length
  const end = text[to - 1] === '\r' ? to - 2 : to - 1
  if (!text.startsWith(PAYLOAD, typeEnd) || payloadStart > end) return undefined
  const atMs = timeAt(text, from + START.length)
  if (Number.isNaN(atMs)) return undefined
  const type = text.slice(typeStart, typeEnd)
  if (type === SKIPPED) return nothing
  const ordinal = isNumbered ? Number(text.slice(stampEnd + ORDINAL.length, numberEnd)) : undefined
  if (Number.isNaN(ordinal)) return undefined
  const payloadText = text.slice(payloadStart, end)
  if (text[end] !== '}' || payloadText.indexOf(MORE, payloadText.length - MORE_CHARS_MAX) !== -1)
    return undefined
  try {
    const payload = record(JSON.parse(payloadText))
    return payload && { type, payload, atMs, ordinal }
  } catch {
    return undefined
  }
}

/** What other programs put before a text, and a power loss before the lines that came after it. */
const BEFORE = /^[\uFEFF\0]+/

function parseAny(line: string): RolloutLine | typeof nothing | string {
  let json: Json | undefined
  try {
    json = record(JSON.parse(line.replace(BEFORE, '')))
  } catch {
    return line.trim() === '' ? nothing : 'not JSON'
  }
  const type = text(json?.type)
  if (!json || type === undefined) return 'not a rollout line'
  const atMs = Date.parse(text(json.timestamp) ?? '')
  if (Number.isNaN(atMs)) return 'no timestamp'
  const payload = record(json.payload)
  if (!payload) return 'no payload'
  return { type, payload, atMs, ordinal: number(json.ordinal) }
}

const STAMP = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/y
const STAMP_CHARS = '2026-01-01T00:00:00.000Z'.length
const MINUTE_CHARS = '2026-01-01T00:00'.length
/** Most lines are of the same minute as the one before. NaN where milliseconds cannot just be added. */
let minute = { text: '2026-01-01T00:00', ms: Date.UTC(2026) }

/** `Date.parse`, which costs as much as the rest of a short line. */
function timeAt(text: string, from: number): number {
  STAMP.lastIndex = from
  if (!STAMP.test(text)) return parseTime(text, from)
  if (!text.startsWith(minute.text, from)) minute = minuteAt(text, from)
  const second = 10 * digit(text, from + 17) + digit(text, from + 18)
  const milliseconds =
    100 * digit(text, from + 20) + 10 * digit(text, from + 21) + digit(text, from + 22)
  const atMs = minute.ms + 1000 * second + milliseconds
  return second > 59 || Number.isNaN(atMs) ? parseTime(text, from) : atMs
}

function minuteAt(text: string, from: number): typeof minute {
  const start = text.slice(from, from + MINUTE_CHARS)
  // The end of a day may be called its hour 24, but no time after it.
  return { text: start, ms: start.includes('T24') ? Number.NaN : Date.parse(`${start}:00.000Z`) }
}

function parseTime(text: string, from: number): number {
  return Date.parse(text.slice(from, from + STAMP_CHARS))
}

function digit(text: string, at: number): number {
  return text.charCodeAt(at) - 48
}
