import { expect, it } from 'vitest'
import { displayCommand } from './shell.ts'

it.each([
  [['ls', '-la', 'a/b.txt'], 'ls -la a/b.txt'],
  [['bash', '-lc', 'echo hi'], "bash -lc 'echo hi'"],
  [['echo', ''], "echo ''"],
  [['echo', "it's"], `echo "it's"`],
  [['tr', '\\0'], 'tr "\\\\0"'],
  [['say', 'a "b"'], `say 'a "b"'`],
  [['x', "$HOME's"], `x '$HOME'"'s"`],
  [['grep', '^a'], "grep '^a'"],
  [['é'], "'é'"],
])('writes %j as one line for a shell', (argv, line) => {
  expect(displayCommand(argv)).toBe(line)
})
