// Lines of which an import asks little, because it counts rows and does not write them: messages, which are most of a
// file, some of them three times, and the beginnings and ends of turns. They are checked as parsing would check them,
// and little is made of them, which takes a fifth of the time. What is not certainly such a line is left to the parser.
import type { Json } from '../json.ts'
import { scannerCode } from './scanner-code.ts'

export interface LineOutline {
  readonly type: string
  readonly payload: Json
}

/** Of `room`: from the start of a line up to its newline; without an outline it has to be parsed. */
export type TakeLine = (
  start: number,
  end: number,
  outline: LineOutline | undefined,
  atMs: number,
) => boolean

interface Scanner {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly text: { readonly value: number }
  readonly textBytes: { readonly value: number }
  readonly records: { readonly value: number }
  scan(from: number, end: number): number
}

/** Node has it, its types have not. */
interface Runtime {
  readonly WebAssembly: {
    readonly Module: new (code: Uint8Array) => object
    readonly Instance: new (module: object) => { readonly exports: unknown }
  }
}

const { Module, Instance } = (globalThis as unknown as Runtime).WebAssembly
const scanner = new Instance(new Module(Buffer.from(scannerCode, 'base64')))
const { memory, text, textBytes, records, scan } = scanner.exports as Scanner
const ROOM_START = text.value

/** What is to be scanned is read into this, from its start on. */
export const room = Buffer.from(memory.buffer, ROOM_START, textBytes.value)

/** A record has eight numbers, or four of the long ones. */
const numbers = new Int32Array(memory.buffer, records.value)
const longNumbers = new Float64Array(memory.buffer, records.value)
const [END, KIND, ID_START, ID_END, AT_MS] = [1, 2, 3, 4, 3]

/** Of a person: whoever has no preview of the thread yet wants the words. */
export const question: LineOutline = { type: 'event_msg', payload: { type: 'user_message' } }
/** With words, for one that says nothing is none. */
const answer = { type: 'event_msg', payload: { type: 'agent_message', message: '…' } }

function messageOf(role: string): LineOutline {
  return { type: 'response_item', payload: { type: 'message', role } }
}

function turnMark(type: string): (turn_id: string) => LineOutline {
  return (turn_id) => ({ type: 'event_msg', payload: { type, turn_id } })
}

/** In the order of the scanner's numbers for them. */
const kinds: readonly (LineOutline | ((turnId: string) => LineOutline) | undefined)[] = [
  undefined,
  question,
  answer,
  turnMark('task_started'),
  turnMark('task_complete'),
  messageOf('user'),
  messageOf('assistant'),
  messageOf('developer'),
  { type: 'response_item', payload: { type: 'reasoning' } },
]

/** Goes through the lines of the first so many bytes of `room`, until it is answered false. */
export function scanLines(bytes: number, take: TakeLine): void {
  const end = ROOM_START + bytes
  for (let from = ROOM_START; from < end; ) {
    const count = scan(from, end)
    for (let index = 0; index < count; index += 1) {
      const lineEnd = member(index, END)
      const atMs = longNumbers[4 * index + AT_MS] ?? 0
      if (!take(from - ROOM_START, lineEnd - ROOM_START, outlineAt(index), atMs)) return
      from = lineEnd + 1
    }
  }
}

function member(index: number, name: number): number {
  return numbers[8 * index + name] ?? 0
}

function outlineAt(index: number): LineOutline | undefined {
  const kind = kinds[member(index, KIND)]
  if (typeof kind !== 'function') return kind
  const from = member(index, ID_START) - ROOM_START
  return kind(room.toString('latin1', from, member(index, ID_END) - ROOM_START))
}
