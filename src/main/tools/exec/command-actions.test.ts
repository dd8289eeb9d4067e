import { expect, it } from 'vitest'
import { commandActions } from './command-actions.ts'

it.each<[string, unknown[]]>([
  ['cat a.txt', [{ type: 'read', command: 'cat a.txt', name: 'a.txt', path: '/w/a.txt' }]],
  [
    "sed -n '1,20p' src/x.ts",
    [{ type: 'read', command: "sed -n '1,20p' src/x.ts", name: 'x.ts', path: '/w/src/x.ts' }],
  ],
  ['head -n 5 a | wc -l', [{ type: 'read', command: 'head -n 5 a', name: 'a', path: '/w/a' }]],
  ['cd sub && cat ../b', [{ type: 'read', command: 'cat ../b', name: 'b', path: '/w/b' }]],
  ['ls -la', [{ type: 'listFiles', command: 'ls -la', path: null }]],
  ['rg --files src', [{ type: 'listFiles', command: 'rg --files src', path: 'src' }]],
  ['rg -n "a b" src', [{ type: 'search', command: "rg -n 'a b' src", query: 'a b', path: 'src' }]],
  ['grep -r foo', [{ type: 'search', command: 'grep -r foo', query: 'foo', path: null }]],
  [
    "find . -name '*.ts'",
    [{ type: 'search', command: "find . -name '*.ts'", query: '*.ts', path: '.' }],
  ],
  [
    'ls && cat a',
    [
      { type: 'listFiles', command: 'ls', path: null },
      { type: 'read', command: 'cat a', name: 'a', path: '/w/a' },
    ],
  ],
  ['ls && make', [{ type: 'unknown', command: 'ls && make' }]],
  ['cat a > b', [{ type: 'unknown', command: 'cat a > b' }]],
  ['cat a b', [{ type: 'unknown', command: 'cat a b' }]],
])('%s', (script, actions) => {
  expect(commandActions(script, '/w')).toEqual(actions)
})
