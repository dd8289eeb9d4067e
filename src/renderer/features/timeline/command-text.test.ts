import { expect, test } from 'vitest'
import { withoutShell } from './command-text.ts'

test.each([
  ["/bin/bash -lc 'date && uname -s'", 'date && uname -s'],
  ['bash -c "ls -la"', 'ls -la'],
  ["zsh -lc 'cat <<'\\''END'\\'''", "cat <<'END'"],
])('the shell around a command is left out: %s', (command, shown) => {
  expect(withoutShell(command)).toBe(shown)
})

test.each([
  'npm test',
  "bash -lc 'a' extra",
  "bash -lc 'a' > file",
  "bash -lc 'a' && rm b",
  "X=1 bash -lc 'a'",
  "bash -lc 'a' &",
  "bash -lc 'unfinished",
])('anything else is shown as it is: %s', (command) => {
  expect(withoutShell(command)).toBe(command)
})
