import { expect, test } from 'vitest'
import { type DiffLine, fileDiffOf, fileDiffsOf, totalsOf } from './parse-diff.ts'

function drawn({ kind, text, oldNumber, newNumber }: DiffLine): string {
  return `${kind} ${oldNumber ?? '-'} ${newNumber ?? '-'} ${text}`
}

test('an added file is its content, line by line', () => {
  const file = fileDiffOf({ path: 'a.ts', kind: { type: 'add' }, diff: 'one\n\ntwo\n' })
  expect({ ...file, lines: file.lines.map(drawn) }).toEqual({
    path: 'a.ts',
    kind: 'add',
    movedFrom: null,
    added: 3,
    removed: 0,
    lines: ['added - 1 one', 'added - 2 ', 'added - 3 two'],
  })
})

test('a deleted file is its content, taken away; an empty one has no lines', () => {
  const file = fileDiffOf({ path: 'a.ts', kind: { type: 'delete' }, diff: 'one' })
  expect([file.removed, file.lines.map(drawn)]).toEqual([1, ['removed 1 - one']])
  expect(fileDiffOf({ path: 'a.ts', kind: { type: 'add' }, diff: '' }).lines).toEqual([])
})

test('an updated file shows its hunks with line numbers, with or without file headers', () => {
  const hunk = '@@ -3,3 +3,4 @@\n same\n-old\n+new\n+more\n last\n\\ No newline at end of file\n'
  const lines = [
    'hunk - - @@ -3,3 +3,4 @@',
    'context 3 3 same',
    'removed 4 - old',
    'added - 4 new',
    'added - 5 more',
    'context 5 6 last',
    'note - - No newline at end of file',
  ]
  for (const diff of [hunk, `--- a/x.ts\n+++ b/x.ts\n${hunk}`]) {
    const file = fileDiffOf({ path: 'x.ts', kind: { type: 'update', move_path: null }, diff })
    expect([file.added, file.removed, file.lines.map(drawn)]).toEqual([2, 1, lines])
  }
})

test('a moved file is known by its new path', () => {
  const kind = { type: 'update', move_path: 'b.ts' } as const
  const file = fileDiffOf({ path: 'a.ts', kind, diff: '' })
  expect([file.path, file.movedFrom, file.lines]).toEqual(['b.ts', 'a.ts', []])
})

test('the diff of a turn is split into its files', () => {
  const files = fileDiffsOf(
    [
      'diff --git a/new.ts b/new.ts',
      'new file mode 100644',
      '--- /dev/null',
      '+++ b/new.ts',
      '@@ -0,0 +1,1 @@',
      '+hello',
      'diff --git a/gone.ts b/gone.ts',
      'deleted file mode 100644',
      '--- a/gone.ts',
      '+++ /dev/null',
      '@@ -1,2 +0,0 @@',
      '-bye',
      '-bye',
      'diff --git a/x.ts b/x.ts',
      '--- a/x.ts',
      '+++ b/x.ts',
      '@@ -1,1 +1,1 @@',
      '-a',
      '+b',
      '',
    ].join('\n'),
  )
  expect(files.map(({ path, kind, added, removed }) => [path, kind, added, removed])).toEqual([
    ['new.ts', 'add', 1, 0],
    ['gone.ts', 'delete', 0, 2],
    ['x.ts', 'update', 1, 1],
  ])
  expect(totalsOf(files)).toEqual({ added: 2, removed: 3 })
  expect(files.map(({ lines }) => lines[0]?.text)).toEqual([
    '@@ -0,0 +1,1 @@',
    '@@ -1,2 +0,0 @@',
    '@@ -1,1 +1,1 @@',
  ])
})

test('a diff that does not add up is shown as it is', () => {
  const kind = { type: 'update', move_path: null } as const
  const file = fileDiffOf({ path: 'x', kind, diff: '@@ -1,9 +1,9 @@\n-a\n+b\n c' })
  expect([file.added, file.removed, file.lines.map(drawn)]).toEqual([
    1,
    1,
    ['hunk - - @@ -1,9 +1,9 @@', 'removed - - a', 'added - - b', 'context - - c'],
  ])
  expect(fileDiffsOf('@@ -1,9 +1,9 @@\n+b')[0]?.added).toBe(1)
})

test('nothing changed is no file', () => {
  expect(fileDiffsOf('')).toEqual([])
})
