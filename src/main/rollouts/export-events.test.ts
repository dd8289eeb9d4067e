// What is exported says the same when it is read again.
import { expect, it } from 'vitest'
import { line, rolloutLines, turnStart } from '../../../test/rollout-files.ts'
import type { ThreadItem } from '../../protocol/index.ts'
import { eventsOf } from './export-events.ts'
import { parseLine } from './rollout-line.ts'
import { createThreadBuilder } from './thread-builder.ts'

const id = '01960000-0000-7000-8000-00000000000a'

function readAgain(item: ThreadItem): unknown {
  const events = eventsOf(item, id, 't1').map((payload) => line('event_msg', payload))
  const builder = createThreadBuilder(id, true)
  for (const text of rolloutLines({ id }, [turnStart('t1'), ...events])) {
    const parsed = parseLine(text)
    if (typeof parsed === 'object') builder.add(parsed)
  }
  const rows = builder.finish(() => null).rows()
  return rows.flatMap((row) => (row.k === 'item' ? [row.item] : []))
}

const mcp = {
  type: 'mcpToolCall' as const,
  ...{ id: 'c', server: 'files', tool: 'read', arguments: { path: 'a' } },
  ...{ durationMs: 1250, readOnlyHint: true },
}
const result = { content: [{ type: 'text', text: 'x' }], structuredContent: { a: 1 }, _meta: null }
const text_elements = [{ byteRange: { start: 0, end: 3 }, placeholder: 'x' }]
const content = [
  { type: 'text', text: 'see', text_elements },
  { type: 'image', url: 'data:image/png;base64,AA==' },
  { type: 'localImage', path: '/a.png' },
] as const
const changes = [
  { path: '/a', kind: { type: 'add' }, diff: 'new\n' },
  { path: '/b', kind: { type: 'update', move_path: '/c' }, diff: '@@ -1 +1 @@\n-x\n+y\n' },
] as const

it.each<[string, ThreadItem]>([
  [
    'a message with pictures',
    { type: 'userMessage', id: 'u', clientId: null, content: [...content] },
  ],
  ['a patch', { type: 'fileChange', id: 'c', status: 'failed', changes: [...changes] }],
  ['a call to a server', { ...mcp, status: 'completed', result, error: null }],
  ['one that failed', { ...mcp, status: 'failed', result: null, error: { message: 'no' } }],
  ['a search', { type: 'webSearch', id: 'c', query: 'q', action: { type: 'search', query: 'q' } }],
  ['a plan', { type: 'plan', id: 'p', text: 'first this' }],
  ['thoughts', { type: 'reasoning', id: 'r', summary: ['a', 'b'], content: ['c'] }],
  ['findings', { type: 'exitedReviewMode', id: 'e', review: 'All is well.' }],
])('%s', (_, item) => {
  const { id: _id, ...said } = item
  expect(readAgain(item)).toMatchObject([said])
})
