import { expect, test } from 'vitest'
import { changedWords } from './diff-words.ts'
import { fileDiffOf } from './parse-diff.ts'

function marked(hunk: string): string[] {
  const kind = { type: 'update', move_path: null } as const
  const { lines } = fileDiffOf({ path: 'x', kind, diff: hunk })
  const words = changedWords(lines)
  return lines.map((line, index) => {
    const pieces = words.get(index)
    if (!pieces) return line.text
    return pieces.map(({ text, isChanged }) => (isChanged ? `[${text}]` : text)).join('')
  })
}

test('a changed line is compared with the line that replaced it', () => {
  expect(marked('@@ -1,2 +1,2 @@\n-const limit = 10\n+const limit = 20\n same\n')).toEqual([
    '@@ -1,2 +1,2 @@',
    'const limit = [10]',
    'const limit = [20]',
    'same',
  ])
})

test('lines in unequal numbers and lines that have little in common are left alone', () => {
  expect(marked('@@ -1,1 +1,2 @@\n-one two\n+one three\n+four\n').join('')).not.toContain('[')
  expect(marked('@@ -1,1 +1,1 @@\n-alpha beta gamma\n+return null\n').join('')).not.toContain('[')
})
