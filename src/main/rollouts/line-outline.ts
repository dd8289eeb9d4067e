// Lines of which an import asks little, because it counts rows and does not write them: messages, which are most of a
// file, some of them three times, and the beginnings and ends of turns. They are checked as parsing would check them,
// but little is made of them, which takes a quarter of the time. What is not certainly such a line is left to the
// parser.
import type { Json } from './json.ts'

export interface LineOutline {
  readonly type: string
  readonly payload: Json
}

const STRING = String.raw`"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"`
const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`
const PLAIN = `(?:${STRING}|${NUMBER}|true|false|null)`
/** As deep as messages go. */
const VALUE = holding(holding(holding(PLAIN)))
/** A list of values or members; each ends with a comma that another one follows, or before the bracket. */
function holding(value: string): string {
  const list = (one: string, close: string) => `(?:${one}(?:,(?!${close})|(?=${close})))*${close}`
  return `(?:${PLAIN}|\\{${list(`${STRING}:${value}`, '\\}')}|\\[${list(value, '\\]')})`
}

/** From behind the names that tell what a line is, up to its end. */
function restWithout(...names: readonly string[]): RegExp {
  // Of two members of one name the last one counts: none that matters may come again.
  const own = ['type', 'role', ...names].join('|')
  const others = `(?:,"(?!(?:${own})")[a-z_]+":${VALUE})*`
  return new RegExp(String.raw`${others}\}(?:,"metadata":${VALUE})?\}\r?`, 'y')
}

/** How writers put a line together, up to its type. */
const start =
  /\{"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",(?:"ordinal":(?:0|[1-9]\d*),)?"type":"/y

/** Patterns, because comparing with a long text costs more. */
function fromType(type: string, members: string): RegExp {
  return new RegExp(String.raw`${type}","payload":\{${members}`, 'y')
}

interface Kind {
  readonly start: RegExp
  readonly outline: LineOutline
  readonly rest: RegExp
}

const restOfKind = restWithout()

function eventOf(type: string): Kind {
  const payload = { type }
  return {
    start: fromType('event_msg', `"type":"${type}"`),
    outline: { type: 'event_msg', payload },
    rest: restOfKind,
  }
}

function messageOf(role: string): Kind {
  const members = `"type":"message",(?:"id":${STRING},)?"role":"${role}"`
  const payload = { type: 'message', role }
  const outline = { type: 'response_item', payload }
  return { start: fromType('response_item', members), outline, rest: restOfKind }
}

const thought: Kind = {
  start: fromType('response_item', '"type":"reasoning"'),
  outline: { type: 'response_item', payload: { type: 'reasoning' } },
  rest: restOfKind,
}
/** One that says nothing is none. */
const answer: Kind = {
  start: fromType('event_msg', `"type":"agent_message","message":(?!"")${STRING}`),
  outline: { type: 'event_msg', payload: { type: 'agent_message', message: '…' } },
  rest: restWithout('message'),
}
const modelItems = [messageOf('assistant'), messageOf('user'), thought, messageOf('developer')]
const answers = [answer]
const talk = [...answers, eventOf('user_message')]

/** What a turn is called, and the second it began, stand at the front. */
const turnEnd = fromType(
  'event_msg',
  String.raw`"type":"task_complete"(?:,"root_turn_id":${STRING})?,"turn_id":"([\w-]+)"`,
)
const restOfEnd = restWithout('turn_id')
const turnStart = fromType(
  'event_msg',
  String.raw`"type":"task_started"(?:,"turn_attribution":${VALUE})?,"turn_id":"([\w-]+)"(?:,"root_turn_id":${STRING})?(?:,"started_at":(0|[1-9]\d*))?`,
)
const restOfStart = restWithout('turn_id', 'started_at')

/**
 * What an import asks of a line; undefined for one that has to be parsed. With a preview there is no more to learn
 * of what people say.
 */
export function outlineOf(
  text: string,
  from: number,
  to: number,
  hasPreview: boolean,
): LineOutline | undefined {
  start.lastIndex = from
  if (!start.test(text)) return undefined
  const at = start.lastIndex
  if (text[at] === 'r') return kindAmong(modelItems, text, at, to)
  return kindAmong(hasPreview ? talk : answers, text, at, to) ?? turnMark(text, at, to)
}

function kindAmong(
  kinds: readonly Kind[],
  text: string,
  at: number,
  to: number,
): LineOutline | undefined {
  const kind = kinds.find(({ start: pattern }) => matches(pattern, text, at))
  const isWell = kind && isRest(kind.rest, text, kind.start.lastIndex, to)
  return isWell ? kind.outline : undefined
}

function turnMark(text: string, at: number, to: number): LineOutline | undefined {
  turnEnd.lastIndex = at
  const [, ended] = turnEnd.exec(text) ?? []
  if (ended !== undefined && isRest(restOfEnd, text, turnEnd.lastIndex, to))
    return { type: 'event_msg', payload: { type: 'task_complete', turn_id: ended } }
  turnStart.lastIndex = at
  const [, begun, seconds] = turnStart.exec(text) ?? []
  if (begun === undefined || !isRest(restOfStart, text, turnStart.lastIndex, to)) return undefined
  const started_at = seconds === undefined ? undefined : Number(seconds)
  return { type: 'event_msg', payload: { type: 'task_started', turn_id: begun, started_at } }
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}

function isRest(rest: RegExp, text: string, at: number, to: number): boolean {
  return matches(rest, text, at) && rest.lastIndex === to
}
