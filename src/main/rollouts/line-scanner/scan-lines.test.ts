import { expect, it } from 'vitest'
import { parseLine } from '../rollout-line.ts'
import { type LineOutline, room, scanLines } from './scan-lines.ts'

interface Scanned {
  readonly line: string
  readonly outline: LineOutline | undefined
  readonly atMs: number
}

function scanned(text: string | Buffer): Scanned[] {
  const bytes = Buffer.from(text)
  bytes.copy(room)
  const lines: Scanned[] = []
  scanLines(bytes.length, (start, end, outline, atMs) => {
    lines.push({ line: room.toString('utf8', start, end), outline, atMs })
    return true
  })
  return lines
}

function outlineOf(line: string): LineOutline | undefined {
  return scanned(line)[0]?.outline
}

const words = 'Grüße \\"an\\" alle\\n\\u00e4 🧵'
const passed = '"internal_chat_message_metadata_passthrough":{"turn_id":"t","create_time":1.5e3}'

function lineOf(type: string, payload: string, more = ''): string {
  return `{"timestamp":"2026-01-02T03:04:05.678Z",${more}"type":"${type}","payload":{${payload}}}`
}

const outlined = [
  lineOf('event_msg', `"type":"agent_message","message":"${words}","phase":null`),
  lineOf('event_msg', `"type":"user_message","message":"","images":[],"kind":{"a":[1,null]}`),
  lineOf(
    'response_item',
    `"type":"message","role":"user","content":[{"type":"input_text","text":"${words}"},{"type":"x"}]`,
  ),
  lineOf(
    'response_item',
    `"type":"message","id":"m","role":"assistant","content":[{"type":"t","text":"a"}],${passed}`,
    '"ordinal":12,',
  ).replace(/}$/, ',"metadata":{"a":[true,false,-0.5]}}'),
  lineOf('response_item', '"type":"message","role":"developer","content":[]'),
  lineOf('response_item', '"type":"reasoning","summary":[],"encrypted_content":"abc=="'),
  lineOf('event_msg', '"type":"task_started","turn_id":"a-1","model_context_window":9'),
  lineOf(
    'event_msg',
    '"type":"task_started","turn_attribution":{"a":null},"turn_id":"a-1","root_turn_id":"a-1","started_at":1795959944,"b":1',
  ),
  lineOf(
    'event_msg',
    `"type":"task_complete","root_turn_id":"a","turn_id":"b_2","last_agent_message":"${words}"`,
  ),
]

/** What an import makes rows of, or counts: everything but the words. */
const asked = ['type', 'role', 'turn_id']

function askedOf(line: string): unknown {
  const parsed = parseLine(line)
  if (typeof parsed !== 'object') return parsed
  const { type, payload, atMs } = parsed
  return { type, atMs, payload: Object.fromEntries(asked.map((name) => [name, payload[name]])) }
}

/** As an import reads it. */
function outlineAsked(line: string): unknown {
  const [{ outline, atMs } = { outline: undefined, atMs: 0 }] = scanned(line)
  if (!outline) return askedOf(line)
  const { type, payload } = outline
  return { type, atMs, payload: Object.fromEntries(asked.map((name) => [name, payload[name]])) }
}

it.each(outlined)('outlines %s', (line) => {
  expect(outlineOf(line)).toBeDefined()
  expect(outlineAsked(line)).toEqual(askedOf(line))
  expect(outlineAsked(`${line}\r`)).toEqual(askedOf(line))
})

it.each([
  lineOf('event_msg', '"type":"token_count","info":null'),
  lineOf('response_item', '"type":"function_call","name":"shell","call_id":"c"'),
  lineOf('response_item', '"type":"agent_message"'),
  lineOf('event_msg', '"type":"message","role":"user"'),
  lineOf('response_item', '"type":"message","role":"user","role":"assistant"'),
  lineOf('event_msg', '"type":"task_complete","turn_id":"a","turn_id":"b"'),
  lineOf('event_msg', '"type":"agent_message","message":"a"').replace(/}$/, ',"b":{}}'),
  lineOf('event_msg', '"type":"agent_message","a":[[[1]]]'),
  lineOf('event_msg', '"type":"agent_message","message":""'),
  lineOf('event_msg', '"type":"agent_message","message":"a","message":""'),
])('leaves to the parser %s', (line) => {
  expect(outlineOf(line)).toBeUndefined()
})

it('outlines a day and an hour that there is not as the parser does', () => {
  const [, , line = ''] = outlined
  for (const stamp of [
    '2026-02-30T03:04:05',
    '2026-13-02T03:04:05',
    '2026-01-02T24:00:00',
    '2026-01-02T03:60:05',
  ])
    expect(outlineAsked(line.replace('2026-01-02T03:04:05', stamp))).toEqual(
      askedOf(line.replace('2026-01-02T03:04:05', stamp)),
    )
})

it('outlines every day of a year that is no last of February', () => {
  const [line = ''] = outlined
  for (let day = 0; day < 800; day += 1) {
    const time = new Date(Date.UTC(2023, 10, 30, 23, 59, 58, 7) + day * 86_400_000).toISOString()
    const dated = line.replace('2026-01-02T03:04:05.678Z', time)
    const [{ outline, atMs } = { outline: undefined, atMs: 0 }] = scanned(dated)
    expect([time, outline !== undefined]).toEqual([time, !time.includes('-02-29')])
    if (outline) expect(new Date(atMs).toISOString()).toBe(time)
  }
})

it('finds all lines, also more than it describes at once, and half of one at the end', () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => outlined[index % 3] ?? '')
  for (const text of [lines.slice(0, 3000).join('\n'), `${'\n'.repeat(9000)}${lines[0]}`]) {
    expect(scanned(text).map(({ line }) => line)).toEqual(text.split('\n'))
    expect(scanned(`${text}\n`).map(({ line }) => line)).toEqual(text.split('\n'))
  }
  expect(scanned('')).toEqual([])
})

it('stops when it is told to', () => {
  let count = 0
  Buffer.from('a\nb\nc\n').copy(room)
  scanLines(6, () => {
    count += 1
    return count < 2
  })
  expect(count).toBe(2)
})

it('takes as much as there is room for', () => {
  const [line = ''] = outlined
  const count = Math.floor(room.length / Buffer.byteLength(`${line}\n`))
  const text = Buffer.alloc(room.length, `${line}\n`)
  const lines = scanned(text)
  expect(lines.filter(({ outline }) => outline)).toHaveLength(count)
})

it('says of every damaged line what parsing it says', () => {
  for (const line of outlined)
    for (let at = 0; at < line.length; at += 1)
      for (const put of ['', '"', '\\', '\t', '}', ',', ',,', 'x', '0', ' ', '\u007f', 'ä']) {
        const damaged = line.slice(0, at) + put + line.slice(at + 1)
        expect([damaged, outlineAsked(damaged)]).toEqual([damaged, askedOf(damaged)])
      }
})
