// The scanner itself, in AssemblyScript (TypeScript that becomes WebAssembly): it looks at 16 characters at once, which
// JavaScript cannot. After a change: node_modules/.bin/node scripts/line-scanner.mjs
//
// It answers for a line only when it is certain: that parsing would accept it, and what it then would say. Everything
// else is "unknown", and parsed.

// ---- the memory, which the other side knows too --------------------------------------------------------------------

const TEXT_BYTES: u32 = 1024 * 1024
/** Blocks of characters may begin before the end and go on behind it. */
const SLACK_BYTES: u32 = 64
const RECORDS_MAX: u32 = 4096
const RECORD_BYTES: u32 = 32

/** Where text is to be put. */
export const text: u32 = heap.alloc(TEXT_BYTES + SLACK_BYTES) as u32
export const textBytes: u32 = TEXT_BYTES
/** Of each line: its start, its end, its kind, where the id of its turn starts and ends, nothing, its time. */
export const records: u32 = heap.alloc(RECORDS_MAX * RECORD_BYTES) as u32

const UNKNOWN: u32 = 0
const USER_MESSAGE: u32 = 1
const AGENT_MESSAGE: u32 = 2
const TURN_START: u32 = 3
const TURN_END: u32 = 4
const MESSAGE_OF_USER: u32 = 5
const MESSAGE_OF_ASSISTANT: u32 = 6
const MESSAGE_OF_DEVELOPER: u32 = 7
const REASONING: u32 = 8

// ---- what is known of the line that is looked at -------------------------------------------------------------------

let kind: u32 = UNKNOWN
let atMs: f64 = 0
let idStart: u32 = 0
let idEnd: u32 = 0

/**
 * Describes the lines of the text from one place up to its end, both addresses, as many as there is room for: how
 * many is the answer. The last one need not end with a newline.
 */
export function scan(from: u32, end: u32): u32 {
  // Ends every search at the latest.
  store<u8>(end, NEWLINE)
  let count: u32 = 0
  for (let at = from; at < end && count < RECORDS_MAX; count += 1) {
    const lineEnd = newlineAt(at)
    kind = UNKNOWN
    idStart = 0
    idEnd = 0
    if (!isLine(at, lineEnd)) kind = UNKNOWN
    write(records + count * RECORD_BYTES, at, lineEnd)
    at = lineEnd + 1
  }
  return count
}

function write(record: u32, start: u32, end: u32): void {
  store<u32>(record, start)
  store<u32>(record, end, 4)
  store<u32>(record, kind, 8)
  store<u32>(record, idStart, 12)
  store<u32>(record, idEnd, 16)
  store<f64>(record, atMs, 24)
}

function newlineAt(from: u32): u32 {
  const newline = i8x16.splat(NEWLINE)
  let at = from
  let found = i8x16.bitmask(i8x16.eq(v128.load(at), newline))
  while (found === 0) {
    at += 16
    found = i8x16.bitmask(i8x16.eq(v128.load(at), newline))
  }
  return at + ctz(found)
}

// ---- lines ---------------------------------------------------------------------------------------------------------

/** As writers put them together; in any other order they are parsed. */
function isLine(start: u32, end: u32): bool {
  let at = behind(start, '{"timestamp":"')
  if (at === NONE || !isTime(at)) return false
  at = behind(at + TIME_CHARS, '",')
  if (at === NONE) return false
  at = behindOrdinal(at)
  at = at === NONE ? NONE : behind(at, '"type":"')
  at = at === NONE ? NONE : behindKind(at)
  at = at === NONE ? NONE : behindMembers(at)
  at = at === NONE ? NONE : behindMetadata(at)
  if (at === NONE || char(at) !== CLOSE_BRACE) return false
  at += char(at + 1) === RETURN ? 2 : 1
  return at === end && isComplete()
}

function behindOrdinal(at: u32): u32 {
  const number = behind(at, '"ordinal":')
  if (number === NONE) return at
  const next = char(number) === MINUS ? NONE : behindWhole(number)
  return next === NONE ? NONE : behind(next, ',')
}

function behindMetadata(at: u32): u32 {
  const value = behind(at, ',"metadata":')
  return value === NONE ? at : behindValue(value, 0)
}

function behindKind(at: u32): u32 {
  const event = behind(at, 'event_msg","payload":{"type":"')
  if (event !== NONE) return behindEventKind(event)
  const item = behind(at, 'response_item","payload":{"type":"')
  if (item === NONE) return NONE
  kind = REASONING
  const reasoning = behind(item, 'reasoning"')
  if (reasoning !== NONE) return reasoning
  kind = MESSAGE_OF_USER
  return behind(item, 'message"')
}

function behindEventKind(at: u32): u32 {
  kind = USER_MESSAGE
  const question = behind(at, 'user_message"')
  if (question !== NONE) return question
  kind = TURN_START
  const turnStart = behind(at, 'task_started"')
  if (turnStart !== NONE) return turnStart
  kind = TURN_END
  const turnEnd = behind(at, 'task_complete"')
  if (turnEnd !== NONE) return turnEnd
  kind = AGENT_MESSAGE
  const answer = behind(at, 'agent_message","message":"')
  // One that says nothing is none.
  return answer === NONE || char(answer) === QUOTE ? NONE : behindString(answer)
}

/** The members that tell what matters of a line come once, and in time. */
function isComplete(): bool {
  return idEnd !== 0 || kind < TURN_START || kind === REASONING
}

/** Up to behind the brace that closes the payload. */
function behindMembers(from: u32): u32 {
  let at = from
  while (at !== NONE && char(at) === COMMA) {
    const name = behind(at, ',"')
    if (name === NONE) return NONE
    const nameEnd = behindName(name)
    const value = behind(nameEnd, '":')
    if (value === NONE) return NONE
    at = behindMember(name, nameEnd, value)
  }
  return at !== NONE && char(at) === CLOSE_BRACE ? at + 1 : NONE
}

/** Only plain ones: one that is written with escapes might be one that matters. */
function behindName(from: u32): u32 {
  let at = from
  while ((char(at) >= LOWER_A && char(at) <= LOWER_Z) || char(at) === UNDERSCORE) at += 1
  return at
}

function behindMember(name: u32, nameEnd: u32, value: u32): u32 {
  if (isWord(name, nameEnd, 'type')) return NONE
  if (isWord(name, nameEnd, 'role')) return behindRole(value)
  if (kind === AGENT_MESSAGE && isWord(name, nameEnd, 'message')) return NONE
  if ((kind === TURN_START || kind === TURN_END) && isWord(name, nameEnd, 'turn_id'))
    return behindTurnId(value)
  return behindValue(value, 0)
}

/** Of two members of one name the last one counts: the second is not taken. */
function behindRole(value: u32): u32 {
  if (kind !== MESSAGE_OF_USER || idEnd !== 0) return NONE
  const start = behind(value, '"')
  const end = start === NONE ? NONE : behindName(start)
  if (end === NONE || char(end) !== QUOTE) return NONE
  if (isWord(start, end, 'assistant')) kind = MESSAGE_OF_ASSISTANT
  else if (isWord(start, end, 'developer')) kind = MESSAGE_OF_DEVELOPER
  else if (!isWord(start, end, 'user')) return NONE
  idEnd = end
  return end + 1
}

function behindTurnId(value: u32): u32 {
  if (idEnd !== 0) return NONE
  idStart = behind(value, '"')
  if (idStart === NONE) return NONE
  let at = idStart
  while (isOfId(char(at))) at += 1
  if (at === idStart || char(at) !== QUOTE) return NONE
  idEnd = at
  return at + 1
}

function isOfId(found: u32): bool {
  const isLetter = (found | 32) >= LOWER_A && (found | 32) <= LOWER_Z
  return isLetter || isDigit(found) || found === MINUS || found === UNDERSCORE
}

// ---- times ---------------------------------------------------------------------------------------------------------

/** `2026-01-02T03:04:05.678Z` */
const TIME_CHARS: u32 = 24
const DAY_MS: f64 = 86_400_000

/** The last day of a month, and what is no time, is left to others. */
function isTime(at: u32): bool {
  const year = two(at) * 100 + two(at + 2)
  const month = two(at + 5)
  const day = two(at + 8)
  const hour = two(at + 11)
  const minute = two(at + 14)
  const second = two(at + 17)
  const millisecond = two(at + 20) * 10 + (char(at + 22) - ZERO)
  if (!isDigit(char(at + 22)) || !hasTimeMarks(at) || !isDay(year, month, day)) return false
  if (hour > 23 || minute > 59 || second > 59 || millisecond > 999) return false
  const dayMs = (((hour * 60 + minute) * 60 + second) * 1000 + millisecond) as f64
  atMs = (daysSince1970(year, month, day) as f64) * DAY_MS + dayMs
  return true
}

function hasTimeMarks(at: u32): bool {
  return (
    char(at + 4) === MINUS &&
    char(at + 7) === MINUS &&
    char(at + 10) === UPPER_T &&
    char(at + 13) === COLON &&
    char(at + 16) === COLON &&
    char(at + 19) === DOT &&
    char(at + 23) === UPPER_Z
  )
}

function isDay(year: u32, month: u32, day: u32): bool {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false
  const isShort = month === 4 || month === 6 || month === 9 || month === 11
  return day <= (month === 2 ? 28 : isShort ? 30 : 31)
}

/** With years that begin in March a leap day is the last one of its year. */
function daysSince1970(year: i32, month: i32, day: i32): i32 {
  const marchYear = month > 2 ? year : year - 1
  const monthFromMarch = month > 2 ? month - 3 : month + 9
  const dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
  return marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
}

/** Very many where there are no digits. */
function two(at: u32): u32 {
  const tens = char(at) - ZERO
  const ones = char(at + 1) - ZERO
  return tens <= 9 && ones <= 9 ? tens * 10 + ones : 100_000
}

// ---- JSON ----------------------------------------------------------------------------------------------------------

/** Values in values in values; deeper ones are parsed. */
const DEPTH_MAX: u32 = 32

function behindValue(at: u32, depth: u32): u32 {
  const first = char(at)
  if (first === QUOTE) return behindString(at + 1)
  if (first === OPEN_BRACE || first === OPEN_BRACKET)
    return depth < DEPTH_MAX ? behindList(at + 1, depth + 1, first === OPEN_BRACE) : NONE
  if (first === MINUS || isDigit(first)) return behindNumber(at)
  if (first === LOWER_N) return behind(at, 'null')
  return first === LOWER_T ? behind(at, 'true') : behind(at, 'false')
}

/** The members of an object or a list. */
function behindList(from: u32, depth: u32, isObject: bool): u32 {
  const close = isObject ? CLOSE_BRACE : CLOSE_BRACKET
  if (char(from) === close) return from + 1
  let at = behindMemberOf(from, depth, isObject)
  while (at !== NONE && char(at) === COMMA) at = behindMemberOf(at + 1, depth, isObject)
  return at !== NONE && char(at) === close ? at + 1 : NONE
}

function behindMemberOf(at: u32, depth: u32, isObject: bool): u32 {
  const value = isObject ? behindKey(at) : at
  return value === NONE ? NONE : behindValue(value, depth)
}

function behindKey(at: u32): u32 {
  const end = char(at) === QUOTE ? behindString(at + 1) : NONE
  return end === NONE ? NONE : behind(end, ':')
}

/** From behind the quote that opens it to behind the one that closes it. */
function behindString(from: u32): u32 {
  const quote = i8x16.splat(QUOTE)
  const backslash = i8x16.splat(BACKSLASH)
  const space = i8x16.splat(SPACE)
  let at = from
  while (at !== NONE && char(at) !== QUOTE) {
    if (char(at) === BACKSLASH) {
      at = behindEscape(at + 1)
      continue
    }
    const chars = v128.load(at)
    const ends = v128.or(i8x16.eq(chars, quote), i8x16.eq(chars, backslash))
    const special = i8x16.bitmask(v128.or(ends, i8x16.lt_u(chars, space)))
    if (special === 0) at += 16
    else {
      at += ctz(special)
      if (char(at) < SPACE) return NONE
    }
  }
  return at === NONE ? NONE : at + 1
}

function behindEscape(at: u32): u32 {
  switch (char(at)) {
    case QUOTE:
    case BACKSLASH:
    case SLASH:
    case LOWER_B:
    case LOWER_F:
    case LOWER_N:
    case LOWER_R:
    case LOWER_T:
      return at + 1
    case LOWER_U:
      return isHex(at + 1) && isHex(at + 2) && isHex(at + 3) && isHex(at + 4) ? at + 5 : NONE
    default:
      return NONE
  }
}

function isHex(at: u32): bool {
  const found = char(at)
  return isDigit(found) || ((found | 32) >= LOWER_A && (found | 32) <= LOWER_F)
}

function behindNumber(from: u32): u32 {
  let at = behindWhole(char(from) === MINUS ? from + 1 : from)
  if (at !== NONE && char(at) === DOT) at = behindDigits(at + 1)
  if (at === NONE || (char(at) | 32) !== LOWER_E) return at
  const isSigned = char(at + 1) === PLUS || char(at + 1) === MINUS
  return behindDigits(isSigned ? at + 2 : at + 1)
}

function behindWhole(at: u32): u32 {
  return char(at) === ZERO ? at + 1 : behindDigits(at)
}

function behindDigits(from: u32): u32 {
  let at = from
  while (isDigit(char(at))) at += 1
  return at === from ? NONE : at
}

// ---- characters ----------------------------------------------------------------------------------------------------

/** No place: what was looked for is not there. */
const NONE: u32 = 0

const NEWLINE: u8 = 10
const RETURN: u32 = 13
const SPACE: u8 = 32
const QUOTE: u8 = 34
const PLUS: u32 = 43
const COMMA: u32 = 44
const MINUS: u32 = 45
const DOT: u32 = 46
const SLASH: u32 = 47
const ZERO: u32 = 48
const COLON: u32 = 58
const UPPER_T: u32 = 84
const UPPER_Z: u32 = 90
const OPEN_BRACKET: u32 = 91
const BACKSLASH: u8 = 92
const CLOSE_BRACKET: u32 = 93
const UNDERSCORE: u32 = 95
const LOWER_A: u32 = 97
const LOWER_B: u32 = 98
const LOWER_E: u32 = 101
const LOWER_F: u32 = 102
const LOWER_N: u32 = 110
const LOWER_R: u32 = 114
const LOWER_T: u32 = 116
const LOWER_U: u32 = 117
const LOWER_Z: u32 = 122
const OPEN_BRACE: u32 = 123
const CLOSE_BRACE: u32 = 125

function char(at: u32): u32 {
  return load<u8>(at)
}

function isDigit(found: u32): bool {
  return found - ZERO <= 9
}

/** The place behind this text where it stands there. */
function behind(at: u32, expected: string): u32 {
  const length = expected.length as u32
  const chars = changetype<usize>(expected)
  for (let index: u32 = 0; index < length; index += 1)
    if (load<u8>(at + index) !== (load<u16>(chars + ((index as usize) << 1)) as u8)) return NONE
  return at + length
}

function isWord(start: u32, end: u32, word: string): bool {
  return behind(start, word) === end
}
