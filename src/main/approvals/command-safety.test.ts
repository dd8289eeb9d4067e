import { describe, expect, it } from 'vitest'
import { isDangerous, isKnownSafe } from './command-safety.ts'

const script = (text: string): readonly string[] => ['/bin/bash', '-lc', text]

describe('commands known to only read', () => {
  it.each([
    'ls',
    'ls -la src',
    'ls && pwd',
    'cat a.txt | head -n 5 | wc -l',
    'ls *.ts',
    "grep -rn 'a b' src; true || false",
    '/usr/bin/ls',
    'sed -n 1,20p file.txt',
    'rg foo src',
    'find . -name x -type f',
    'base64 -d file',
    'ls\npwd',
    'uniq -c file',
  ])('%s', (text) => {
    expect(isKnownSafe(script(text))).toBe(true)
  })

  it.each(['ls > f', '(ls)', 'ls $(id)', 'find . -delete', 'git status', 'touch x'])(
    '[T34] not: %s',
    (text) => {
      expect(isKnownSafe(script(text))).toBe(false)
    },
  )

  it.each([
    'ls\nrm x',
    'ls;rm x',
    'ls `rm x`',
    'ls >x',
    'A=1 ls',
    'ls & rm x',
    "$'rm' x",
    'find . -fprintf out x',
    'find . -execdir rm {} +',
    'rg --pre=x foo',
    'rg --pre x foo',
    'rg -nz foo',
    'rg foo *',
    'sed -n 1e',
    "sed -n '1w out' file",
    'sed -n 1p a b',
    'ls "',
    'ls (',
    'ls |& cat',
    '! ls',
    'time ls',
    'ls {a,b}',
    'cat <<E\nx\nE',
    'cat < f',
    'echo "$(rm x)"',
    'echo $"x"',
    `echo \${x:=1}`,
    'uniq in out',
    'base64 -do out in',
    'base64 --outp=x in',
    './ls',
    '/tmp/ls',
    'alias ls=rm; ls',
    'function ls { rm x; }; ls',
    'ls *(e:rm x:)',
    '',
  ])('[H19] evasion is not safe: %j', (text) => {
    expect(isKnownSafe(script(text))).toBe(false)
  })

  it('[H18] a Cyrillic look-alike is another word', () => {
    expect(isKnownSafe(script('l\u0455'))).toBe(false)
  })

  it('looks into shells only in the exact form of three words', () => {
    expect(isKnownSafe(['bash', '-c', 'ls'])).toBe(true)
    expect(isKnownSafe(['bash', '-x', 'ls'])).toBe(false)
    expect(isKnownSafe(['bash', '-c', 'ls', 'rm'])).toBe(false)
    expect(isKnownSafe(['ls', '-l'])).toBe(true)
  })
})

describe('commands that delete by force', () => {
  it.each([
    'rm -rf sub',
    'rm -f x',
    'rm -fr x',
    'rm -Rfv x',
    'rm --force x',
    'rm --for x',
    '/bin/rm -rf x',
    'sudo rm -rf x',
    'sudo -u root rm -rf x',
    'ls && rm -rf x',
    'for i in *; do rm -rf $i; done',
    'echo $(rm -rf x)',
    'rm -rf x > log',
    'if true; then rm -f x',
    'bash -c "rm -rf x"',
    'rm x -f',
  ])('[T44] %s', (text) => {
    expect(isDangerous(script(text))).toBe(true)
  })

  it.each([
    'rm -r sub',
    'rm x',
    "echo 'rm -rf x'",
    '$cmd -rf x',
    'rm -- -f',
    'git reset --hard',
    'rmdir -f x',
  ])('not: %s', (text) => {
    expect(isDangerous(script(text))).toBe(false)
  })
})
