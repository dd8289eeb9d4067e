// One line of a rollout file, as far as every kind of line is alike.
import { type Json, number, record, text } from './json.ts'

export interface RolloutLine {
  readonly type: string
  readonly payload: Json
  readonly atMs: number
  /** Paginated files number their lines; legacy ones do not. */
  readonly ordinal: number | undefined
}

/** Kinds that neither the model nor a person sees: not worth parsing. */
const skipped = /^\{"timestamp":"[^"]{1,40}",(?:"ordinal":\d+,)?"type":"world_state"/
/** Accepted and without content, like a blank line. */
export const nothing = Symbol('nothing')

/** A line, `nothing`, or why it cannot be used. */
export function parseLine(line: string): RolloutLine | typeof nothing | string {
  if (skipped.test(line)) return nothing
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
