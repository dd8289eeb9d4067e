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
/** As deep as most messages go; each more makes the patterns twice as long, and it takes a while to compile them. */
const VALUE = holding(holding(PLAIN))
/** A list of values or members; each ends with a comma that another one follows, or before the bracket. */
function holding(value: string): string {
  const list = (one: string, close: string) => `(?:${one}(?:,(?!${close})|(?=${close})))*${close}`
  return `(?:${PLAIN}|\\{${list(`${STRING}:${value}`, '\\}')}|\\[${list(value, '\\]')})`
}

/** How writers put a line together, up to its type. */
const START = String.raw`\{"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",(?:"ordinal":(?:0|[1-9]\d*),)?"type":"`

/** A whole line. It begins with what tells its kind, which is `told`, and goes on with members not named so. */
function lineOf(type: string, told: string, ...names: readonly string[]): RegExp {
  // Of two members of one name the last one counts: none that matters may come again.
  const own = ['type', 'role', ...names].join('|')
  const others = `(?:,"(?!(?:${own})")[a-z_]+":${VALUE})*`
  const line = String.raw`${START}${type}","payload":\{${told}${others}\}(?:,"metadata":${VALUE})?\}\r?`
  return new RegExp(line, 'y')
}

interface Kind {
  readonly line: RegExp
  /** Made of what the pattern found, which is slower, where lines of a kind differ in what matters. */
  readonly outline: LineOutline | ((found: RegExpExecArray) => LineOutline)
}

function eventOf(type: string): Kind {
  const outline = { type: 'event_msg', payload: { type } }
  return { line: lineOf('event_msg', `"type":"${type}"`), outline }
}

function messageOf(role: string): Kind {
  const told = `"type":"message",(?:"id":${STRING},)?"role":"${role}"`
  const outline = { type: 'response_item', payload: { type: 'message', role } }
  return { line: lineOf('response_item', told), outline }
}

const thought: Kind = {
  line: lineOf('response_item', '"type":"reasoning"'),
  outline: { type: 'response_item', payload: { type: 'reasoning' } },
}
/** One that says nothing is none. */
const answer: Kind = {
  line: lineOf('event_msg', `"type":"agent_message","message":(?!"")${STRING}`, 'message'),
  outline: { type: 'event_msg', payload: { type: 'agent_message', message: '…' } },
}
const question = eventOf('user_message')

/** What a turn is called stands at the front. */
function turnMark(type: string, before: string): Kind {
  const told = String.raw`"type":"${type}"${before},"turn_id":"([\w-]+)"`
  return {
    line: lineOf('event_msg', told, 'turn_id'),
    outline: ([, turn_id]) => ({ type: 'event_msg', payload: { type, turn_id } }),
  }
}

const turnStart = turnMark('task_started', `(?:,"turn_attribution":${VALUE})?`)
const turnEnd = turnMark('task_complete', `(?:,"root_turn_id":${STRING})?`)

const messages = {
  a: messageOf('assistant'),
  u: messageOf('user'),
  d: messageOf('developer'),
} as const

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
  const kind = kindAt(text, from)
  if (!kind || (kind === question && !hasPreview)) return undefined
  const { line, outline } = kind
  line.lastIndex = from
  if (typeof outline === 'object')
    return line.test(text) && line.lastIndex === to ? outline : undefined
  const found = line.exec(text)
  return found && line.lastIndex === to ? outline(found) : undefined
}

const TYPE = '"type":"'
const ROLE = '"role":"'
/** Where they stand in most lines, and which letter tells that they do: to look for them costs as much as to read on. */
const USUAL_TYPE = '{"timestamp":"2026-01-02T03:04:05.678Z",'.length
const USUAL_ROLE = 'response_item","payload":{"type":"message",'.length
const EVENT_KIND = 'event_msg","payload":{"type":"'.length
const ITEM_KIND = 'response_item","payload":{"type":"'.length
const TASK_KIND = EVENT_KIND + 'task_'.length

/** The only one it may be, by single letters: to ask one pattern after the other would cost more than to read the line. */
function kindAt(text: string, from: number): Kind | undefined {
  const at = behind(TYPE, text, from + USUAL_TYPE)
  switch (text[at + (text[at] === 'e' ? EVENT_KIND : ITEM_KIND)]) {
    case 'a':
      return answer
    case 'u':
      return question
    case 't':
      return text[at + TASK_KIND] === 's' ? turnStart : turnEnd
    case 'm':
      return messages[text[behind(ROLE, text, at + USUAL_ROLE)] as keyof typeof messages]
    case 'r':
      return thought
    default:
      return undefined
  }
}

/** The place behind a name that stands at this one, or follows. */
function behind(name: string, text: string, at: number): number {
  return (text[at + 1] === name[1] ? at : text.indexOf(name, at)) + name.length
}
