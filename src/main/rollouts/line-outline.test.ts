import { expect, it } from 'vitest'
import { outlineOf } from './line-outline.ts'
import { outlineLine, parseLine } from './rollout-line.ts'

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

function outlineAsked(line: string): unknown {
  const parsed = outlineLine(line, 0, line.length, true)
  if (typeof parsed !== 'object') return parsed
  const { type, payload, atMs } = parsed
  return { type, atMs, payload: Object.fromEntries(asked.map((name) => [name, payload[name]])) }
}

it.each(outlined)('outlines %s', (line) => {
  expect(outlineOf(line, 0, line.length, true)).toBeDefined()
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
  expect(outlineOf(line, 0, line.length, true)).toBeUndefined()
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

it('needs the words of a person as long as there is no preview', () => {
  const [, line = ''] = outlined
  expect(outlineOf(line, 0, line.length, false)).toBeUndefined()
})

it('says of every damaged line what parsing it says', () => {
  for (const line of outlined)
    for (let at = 0; at < line.length; at += 1)
      for (const put of ['', '"', '\\', '\t', '}', ',', ',,', 'x', '0', ' ']) {
        const damaged = line.slice(0, at) + put + line.slice(at + 1)
        expect([damaged, outlineAsked(damaged)]).toEqual([damaged, askedOf(damaged)])
      }
})
