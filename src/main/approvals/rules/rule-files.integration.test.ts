import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../lib/logger.ts'
import { createRules, type RulesWarning } from './rule-files.ts'

let home: string
let file: string

beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'skein-rules-'))
  file = path.join(home, 'rules', 'default.rules')
  fs.mkdirSync(path.dirname(file))
})
afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

function open(trusted: readonly string[] = []) {
  return createRules({ home, logger: silentLogger, trustedFolders: async () => trusted })
}
const write = (text: string) => fs.writeFileSync(file, text)
const read = () => fs.readFileSync(file, 'utf8')

describe('"always"', () => {
  it('T40: adds one line, leaves all others as they were, and outlives the process', async () => {
    const before = '# mine\nprefix_rule(pattern=["a"],   decision="prompt")'
    write(before)
    await open().allow(['chmod', '600'])
    await open().allow(['chmod', '600'])
    expect(read()).toBe(`${before}\nprefix_rule(pattern=["chmod", "600"], decision="allow")\n`)
    const { rules } = await open().forFolder('/')
    expect(rules.at(-1)).toMatchObject({ pattern: [['chmod'], ['600']], decision: 'allow' })
  })

  it('refuses rules that would let nearly everything pass', () => {
    expect(() => open().allow(['bash', '-c'])).toThrow('would allow too much')
  })

  it('keeps a script letter by letter, whatever it holds', async () => {
    const script = `for i in "a b"; do\n\tprintf '%s\\n' \u202e\u0001\u2028 ü🙂 # $i\ndone`
    await open().allow(['/bin/bash', '-lc', script])
    const { rules } = await open().forFolder('/')
    expect(rules.map(({ pattern }) => pattern)).toEqual([[['/bin/bash'], ['-lc'], [script]]])
    expect(read().trim().split('\n')).toHaveLength(1)
  })

  it('at the same time from two threads adds both', async () => {
    const rules = open()
    await Promise.all([rules.allow(['a']), rules.allow(['b'])])
    expect(read().split('\n')).toHaveLength(3)
  })
})

describe('a rule', () => {
  it('can be taken back, and its neighbours stay', async () => {
    write('# one\nprefix_rule(pattern=["a"])\nprefix_rule(\n  pattern=["b"],\n)\n# end\n')
    const rules = open()
    const [a, b] = await rules.list()
    if (!a || !b) throw new Error('expected two rules')
    expect(await rules.remove(b.id)).toBe(true)
    expect(read()).toBe('# one\nprefix_rule(pattern=["a"])\n# end\n')
    expect(await rules.remove(b.id)).toBe(false)
    expect((await rules.list()).map(({ id }) => id)).toEqual([a.id])
  })

  it('counts its uses', async () => {
    write('prefix_rule(pattern=["a"])')
    const rules = open()
    const [rule] = await rules.list()
    if (!rule) throw new Error('expected a rule')
    expect(rule).toMatchObject({ uses: 0, lastUsedAtMs: null })
    rules.noteUse([rule])
    rules.noteUse([rule])
    expect(await rules.list()).toMatchObject([{ uses: 2, lastUsedAtMs: expect.any(Number) }])
  })

  it('of a project counts only where the project is trusted', async () => {
    const project = path.join(home, 'project')
    fs.mkdirSync(path.join(project, '.skein', 'rules'), { recursive: true })
    fs.writeFileSync(path.join(project, '.skein', 'rules', 'x.rules'), 'prefix_rule(["a"])')
    expect((await open().forFolder(project)).rules).toHaveLength(0)
    expect((await open([project]).forFolder(path.join(project, 'src'))).rules).toHaveLength(1)
    expect((await open([project]).forFolder(home)).rules).toHaveLength(0)
  })
})

describe('a broken file', () => {
  it('T43: puts all custom rules out of force and tells once, with its place', async () => {
    write('prefix_rule(["a"])')
    fs.writeFileSync(path.join(home, 'rules', 'bad.rules'), '\nprefix_rule(pattern=oops)\n')
    const rules = open()
    const told: RulesWarning[] = []
    rules.onWarning((warning) => told.push(warning))
    expect((await rules.forFolder('/')).rules).toEqual([])
    expect((await rules.forFolder('/')).rules).toEqual([])
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({ path: path.join(home, 'rules', 'bad.rules') })
    expect(told[0]?.range.start).toEqual({ line: 2, column: 1 })
  })

  it('is in force again when it was mended', async () => {
    write('prefix_rule(')
    const rules = open()
    expect((await rules.forFolder('/')).rules).toEqual([])
    write('prefix_rule(["a"])')
    expect((await rules.forFolder('/')).rules).toHaveLength(1)
  })
})
