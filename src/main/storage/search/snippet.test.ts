import { describe, expect, it } from 'vitest'
import { folded, oneLine, snippetOf } from './snippet.ts'

describe('snippets', () => {
  it('mark the match, in any case', () => {
    const { snippet, range } = snippetOf('The Zebra sleeps', ['zebra'])
    expect(snippet.slice(range?.start, range?.end)).toBe('Zebra')
  })

  it('show a piece of a long text around the match', () => {
    const text = `${'before '.repeat(100)}needle ${'after '.repeat(100)}`
    const { snippet, range } = snippetOf(oneLine(text), ['needle'])
    expect(snippet.length).toBeLessThanOrEqual(164)
    expect(snippet).toMatch(/^… .* …$/)
    expect(snippet.slice(range?.start, range?.end)).toBe('needle')
  })

  it('never end in half a character', () => {
    const { snippet } = snippetOf(`a${'😀'.repeat(200)}`, [])
    expect(snippet.isWellFormed()).toBe(true)
  })

  it('keep places true where lower case is longer', () => {
    expect(folded('İA')).toHaveLength(2)
    const { snippet, range } = snippetOf('İİ Abc', ['abc'])
    expect(snippet.slice(range?.start, range?.end)).toBe('Abc')
  })

  it('show the beginning when the match is elsewhere', () => {
    expect(snippetOf('words', ['other'])).toEqual({ snippet: 'words', range: null })
  })
})
