import { describe, expect, it } from 'vitest'
import { parseRules } from './parse-rules.ts'
import { isTooBroad, judgeByRules, type RuleSet } from './rule-set.ts'

function setOf(text: string): RuleSet {
  const { rules, executables } = parseRules(text)
  return {
    rules: rules.map((rule, index) => ({ ...rule, id: String(index), file: 'a.rules' })),
    executables: new Map(executables.map(({ name, paths }) => [name, paths])),
  }
}

const rules = setOf(`
prefix_rule(pattern=["wget"], decision="forbidden", justification="no downloads")
prefix_rule(pattern=["git", "push"], decision="prompt")
prefix_rule(pattern=["git"], decision="allow")
prefix_rule(pattern=["touch"], decision="allow")
prefix_rule(pattern=["make"], decision="allow")
host_executable(name="make", paths=["/usr/bin/make"])
`)
const judge = (script: string) => judgeByRules(rules, ['/bin/bash', '-lc', script])

describe('the rules', () => {
  it.each([
    ['touch a', 'allow', true],
    ['touch a && git status', 'allow', true],
    ['touch a && echo b', 'allow', false],
    ['echo b', undefined, false],
    ['git push origin', 'prompt', false],
    ['git status && git push', 'prompt', false],
    ['git push && wget x', 'forbidden', false],
    ['/usr/bin/make all', 'allow', true],
    ['/opt/make all', undefined, false],
    ["touch <<'EOF'\nx\nEOF", 'allow', true],
    ['touch $(ls)', undefined, false],
  ])('%s: %s', (script, decision, allAllowed) => {
    const verdict = judge(script)
    expect([verdict.rule?.decision, verdict.allAllowed]).toEqual([decision, allAllowed])
  })

  it.each([
    'wget x',
    '/usr/bin/wget x',
    '/opt/elsewhere/wget x',
    'bash -c "wget x"',
    'sh -c \'bash -c "wget x"\'',
    'w""get x',
    'echo a; wget x',
    'if true; then wget x; fi',
    'echo $(wget x)',
    'A=1 wget x > f',
  ])('H20: %s is forbidden in every form that can be read', (script) => {
    expect(judge(script).rule?.decision).toBe('forbidden')
  })

  it('H20: env in front of it is no match, and left to the policy', () => {
    expect(judge('env wget x').rule).toBeNull()
  })

  it('a script with a here-document is judged, but no rule can be made of it', () => {
    expect(judge("cat <<'EOF'\nx\nEOF").isPlain).toBe(false)
  })
})

describe('a rule that would allow too much', () => {
  it.each([
    [['python3']],
    [['bash', '-lc']],
    [['node', '-e']],
    [['git']],
    [['sudo']],
    [['']],
    [[]],
  ])('%j is refused', (prefix) => expect(isTooBroad(prefix)).toBe(true))
  it.each([[['git', 'fetch']], [['python3', 'setup.py']], [['npm', 'test']], [['ls']]])(
    '%j is fine',
    (prefix) => expect(isTooBroad(prefix)).toBe(false),
  )
})
