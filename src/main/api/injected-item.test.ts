import { expect, it } from 'vitest'
import { readInjectedItem } from './injected-item.ts'

it.each([
  { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
  { type: 'function_call', name: 'f', arguments: '{}', call_id: 'c' },
  { type: 'function_call_output', call_id: 'c', output: 'done' },
  { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'done' }] },
  { type: 'something_new', whatever: 1 },
])('%j passes as it is', (item) => {
  expect(readInjectedItem(item)).toEqual({ item })
})

it.each([
  [{ type: 'message' }, 'role'],
  [{ type: 'message', role: 'user', content: 'x' }, 'content'],
  [{ type: 'message', role: 'user', content: [{ type: 'nope' }] }, 'content.0.type'],
  [{ type: 'function_call' }, 'name'],
  [{ type: 'function_call_output', call_id: 'c' }, 'output'],
  [{}, 'type'],
])('%j is refused over %s', (item, member) => {
  const read = readInjectedItem(item)
  expect('issues' in read && read.issues[0]?.path.join('.')).toBe(member)
})
