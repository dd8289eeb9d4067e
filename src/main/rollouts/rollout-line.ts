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
  if (line.trim() === '' || skipped.test(line)) return nothing
  let json: Json | undefined
  try {
    json = record(JSON.parse(line))
  } catch {
    return 'not JSON'
  }
  const type = text(json?.type)
  if (!json || type === undefined) return 'not a rollout line'
  const atMs = Date.parse(text(json.timestamp) ?? '')
  if (Number.isNaN(atMs)) return 'no timestamp'
  const payload = record(json.payload)
  if (!payload) return 'no payload'
  return { type, payload, atMs, ordinal: number(json.ordinal) }
}
