import { describe, expect, it } from 'vitest'
import { literalMatch, readTerms } from './search-terms.ts'

describe('search terms', () => {
  it.each([
    ['one word', 'zebra', '("zebra" *)'],
    ['words in any order', 'two words', '("two" * AND "words" *)'],
    ['a phrase', '"two words"', '("two words")'],
    ['what must not be there', 'zebra -stripes', '("zebra" *) NOT "stripes"'],
    ['a kind', 'kind:command git', '{command output} : (("git" *))'],
    ['titles', 'in:title plan', '{title} : (("plan" *))'],
    ['an address', 'http://host', '("http://host" *)'],
  ])('read %s', (_, text, match) => {
    expect(readTerms(text).match).toBe(match)
  })

  it('read what narrows a search down', () => {
    expect(readTerms('project:Skein model:gpt status:failed after:2026-05-01 x')).toMatchObject({
      projects: ['skein'],
      models: ['gpt'],
      statuses: ['failed'],
      afterMs: new Date(2026, 4, 1).getTime(),
      beforeMs: null,
      marks: ['x'],
      problem: null,
    })
  })

  it.each([
    ['kind:nothing x', 'kind: knows'],
    ['after:soon x', 'after: needs a day'],
    ['-alone', 'Say what to find'],
  ])('say what of %s makes no sense', (text, problem) => {
    expect(readTerms(text).problem).toContain(problem)
  })

  it('never pass syntax of the index on', () => {
    expect(readTerms('a" OR b* NEAR(c)').match).toBe(
      '("a " * AND "OR" * AND "b*" * AND "NEAR(c)" *)',
    )
    expect(literalMatch('say "hi"')).toBe('{user agent} : "say  hi " *')
    expect(literalMatch('***')).toBeNull()
  })
})
