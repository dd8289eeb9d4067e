import { expect, test } from 'vitest'
import { createLineReader } from './json-lines.ts'

function read(chunks: readonly (string | Uint8Array)[], maxBytes = 1_000): string[] {
  const seen: string[] = []
  const reader = createLineReader(maxBytes, {
    line: (text) => void seen.push(text),
    tooLong: () => void seen.push('<too long>'),
  })
  for (const chunk of chunks) {
    reader.push(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk)
  }
  reader.end()
  return seen
}

test('lines are found wherever the chunks are cut', () => {
  const text = 'one\ntwo\n\nthree'
  for (let size = 1; size <= text.length; size += 1) {
    const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
    expect(read(chunks)).toEqual(['one', 'two', 'three'])
  }
})

test('a character split over chunks stays whole', () => {
  const bytes = new TextEncoder().encode('"Grüße 🧵"\n')
  for (let cut = 1; cut < bytes.length; cut += 1) {
    expect(read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(['"Grüße 🧵"'])
  }
})

test('CRLF and blank lines are tolerated', () => {
  expect(read(['one\r\n', '\r\n', '   \n', 'two\r\n'])).toEqual(['one', 'two'])
})

test('a line beyond the limit is dropped and later lines are unharmed', () => {
  expect(read(['ok\n', 'x'.repeat(6), 'x'.repeat(6), 'x\nnext\n'], 10)).toEqual([
    'ok',
    '<too long>',
    'next',
  ])
})

test('a line of exactly the limit is read', () => {
  expect(read([`${'x'.repeat(10)}\n`], 10)).toEqual(['x'.repeat(10)])
})
