import { describe, expect, it } from 'vitest'
import { parseRules, RulesError } from './parse-rules.ts'

function problem(text: string): string {
  try {
    parseRules(text)
  } catch (error) {
    if (error instanceof RulesError) return `${error.line}: ${error.message}`
  }
  return 'no problem'
}

describe('a rules file', () => {
  it('holds prefix rules with alternatives, decisions, reasons and examples', () => {
    const { rules } = parseRules(`
# what may be fetched
prefix_rule(
    pattern = ["git", ["fetch", "pull"]],  # two ways
    decision = "allow",
    match = ["git fetch origin", ["git", "pull"]],
    not_match = ['git push'],
)
prefix_rule(pattern=["wget"], decision="forbidden", justification="use \\"curl\\"")
prefix_rule(["ls"])
`)
    expect(
      rules.map(({ pattern, decision, justification }) => [pattern, decision, justification]),
    ).toEqual([
      [[['git'], ['fetch', 'pull']], 'allow', null],
      [[['wget']], 'forbidden', 'use "curl"'],
      [[['ls']], 'allow', null],
    ])
  })

  it('names characters by letters and by numbers', () => {
    const { rules } = parseRules(
      String.raw`prefix_rule(["\n\a", "\x41\101\u00fc\U0001f642", '\'\q'])`,
    )
    expect(rules[0]?.pattern).toEqual([['\n\x07'], ['AAü🙂'], ["'q"]])
    expect(problem(String.raw`prefix_rule(["\UFFFFFFFF"])`)).toBe(
      String.raw`1: no such character: \UFFFFFFFF`,
    )
  })

  it('may say where programs lie, and keeps what other programs noted about hosts', () => {
    const { executables, rules } = parseRules(
      'host_executable(name="git", paths=["/usr/bin/git"])\nnetwork_rule(host="x", protocol="https", decision="allow")',
    )
    expect(executables).toEqual([{ name: 'git', paths: ['/usr/bin/git'] }])
    expect(rules).toEqual([])
  })

  it.each([
    ['prefix_rule(pattern=["a"]', "1: expected ',' or ')'"],
    ['\n\nprefix_rule(pattern="a")', '3: prefix_rule needs a pattern: a list of words'],
    ['prefix_rule(pattern=[])', '1: prefix_rule needs a pattern: a list of words'],
    ['prefix_rule(pattern=["a"], decision="maybe")', '1: decision must be one of'],
    ['prefix_rule(pattern=["a"], mood="good")', '1: prefix_rule has no argument `mood`'],
    ['prefix_rule(pattern=["a"], match=["b"])', '1: the example `b` does not match'],
    ['prefix_rule(pattern=["a"], not_match=["a b"])', '1: the example `a b` must not match'],
    ['x = 1', "1: expected '('"],
    ['load("other")', '1: there is no `load`'],
    ['prefix_rule(pattern=["a" + "b"])', "1: expected ',' or ']'"],
    ['prefix_rule(pattern=["a"], pattern=["b"])', '1: `pattern` is given twice'],
    ['def f():\n  pass', "1: expected '('"],
  ])('%j is refused as a whole, with its line', (text, expected) => {
    expect(problem(text)).toContain(expected)
  })
})
