import { describe, expect, it } from 'vitest'
import { createTextMember } from './text-member.ts'

function read(json: string, size: number, name = 'input'): string {
  const member = createTextMember(name)
  let text = ''
  for (let at = 0; at < json.length; at += size) text += member.feed(json.slice(at, at + size))
  return text
}

describe('a text member of JSON that is still being written', () => {
  it.each([1, 2, 3, 7, 1000])('is read from pieces of %i characters', (size) => {
    const text = 'a "quoted"\nline \\ and ü, \u2028, 🙂\tend'
    const escaped = JSON.stringify({ input: text, more: 'not this' }).replace('ü', '\\u00fc')
    expect(read(escaped, size)).toBe(text)
  })

  it('gives what is there before its end', () => {
    const member = createTextMember('input')
    expect(member.feed('{ "input" : "half a li')).toBe('half a li')
    expect(member.feed('ne\\')).toBe('ne')
    expect(member.feed('nnext"}')).toBe('\nnext')
    expect(member.feed('"more"')).toBe('')
  })

  it.each([
    ['another member', '{"other":"x","input":"y"}'],
    ['a member that is no text', '{"input":7}'],
    ['text without an object', 'input: "x"'],
  ])('is empty for %s', (_what, json) => {
    expect(read(json, 4)).toBe('')
  })

  it('ends where the JSON is broken', () => {
    expect(read('{"input":"good\\qbad"}', 1)).toBe('good')
  })
})
