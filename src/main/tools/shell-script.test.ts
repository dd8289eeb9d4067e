import { describe, expect, it } from 'vitest'
import { literalCommands, patchOf, scriptOf, splitScript } from './shell-script.ts'

const words = (script: string): unknown =>
  splitScript(script)?.map((command) => [command.joinedBy, ...command.words])

describe('splitting a script', () => {
  it.each<[string, unknown]>([
    ['ls', [[null, 'ls']]],
    [
      'a && b || c; d | e',
      [
        [null, 'a'],
        ['&&', 'b'],
        ['||', 'c'],
        [';', 'd'],
        ['|', 'e'],
      ],
    ],
    [
      'a\nb\n',
      [
        [null, 'a'],
        [';', 'b'],
      ],
    ],
    [`echo 'a b' "c d"e f\\ g`, [[null, 'echo', 'a b', 'c de', 'f g']]],
    ['echo a=b', [[null, 'echo', 'a=b']]],
  ])('%j', (script, expected) => {
    expect(words(script)).toEqual(expected)
  })

  it.each([
    'ls (',
    'ls ( rm x )',
    'ls )',
    'ls; ;',
    'ls > f',
    'ls 2>&1',
    '(ls)',
    '{ ls; }',
    'ls &',
    'ls & pwd',
    'A=1 ls',
    'A=1',
    'ls $x',
    'ls $(x)',
    'ls `x`',
    'ls <(x)',
    "ls $'x'",
    'if a; then b; fi',
    '! a',
    'time a',
    'a |& b',
    'cat <<E\nx\nE',
    "a 'b",
    '',
    '# nothing',
  ])('is not done for %j', (script) => {
    expect(splitScript(script)).toBeUndefined()
  })

  it('tells patterns apart from what is written out', () => {
    const globs = (script: string): unknown =>
      splitScript(script)?.map((command) => command.hasGlob)
    expect(['ls *', "ls '*'", 'ls [ab]?', 'ls \\*'].map(globs)).toEqual([
      [true],
      [false],
      [true],
      [false],
    ])
  })
})

it('finds the script of a shell in its exact form only', () => {
  expect(scriptOf(['/bin/zsh', '-lc', 'x'])).toBe('x')
  expect(scriptOf(['sh', '-c', 'x'])).toBe('x')
  expect(scriptOf(['fish', '-c', 'x'])).toBeUndefined()
  expect(scriptOf(['bash', '-c'])).toBeUndefined()
  expect(scriptOf(['bash', '-ic', 'x'])).toBeUndefined()
})

it('lists written-out commands of complex and of broken scripts', () => {
  expect(literalCommands('for i in a; do sudo rm -rf $i; done; x=$(rm -f y) >f')).toEqual([
    ['sudo', 'rm', '-rf', '$i'],
    ['rm', '-f', 'y'],
  ])
  expect(literalCommands('if then rm -fr w')).toContainEqual(['rm', '-fr', 'w'])
})

describe('[T27] a patch handed to apply_patch', () => {
  const body = '*** Begin Patch\n*** Delete File: a\n*** End Patch\n'
  it.each([
    [`apply_patch <<'EOF'\n${body}EOF\n`, undefined],
    [`apply_patch << "PATCH"\n${body}PATCH`, undefined],
    [`apply_patch <<EOF\n${body}EOF`, undefined],
    [`cd sub && apply_patch <<'EOF'\n${body}EOF`, 'sub'],
  ])('%j', (script, folder) => {
    expect(patchOf(script)).toEqual({ folder, patch: body })
  })

  it.each([
    `apply_patch <<EOF\n$(rm x)\n${body}EOF`,
    `apply_patch <<'EOF' && rm x\n${body}EOF`,
    `cd a; apply_patch <<'EOF'\n${body}EOF`,
    `A=1 apply_patch <<'EOF'\n${body}EOF`,
    `apply_patch <<'EOF' > out\n${body}EOF`,
    `echo apply_patch <<'EOF'\n${body}EOF`,
    'apply_patch',
  ])('is not seen in %j', (script) => {
    expect(patchOf(script)).toBeUndefined()
  })
})
