import { expect, it } from 'vitest'
import { createTurnDiff } from './turn-diff.ts'

const diffOf = (...edits: Parameters<ReturnType<typeof createTurnDiff>['add']>[0]) => {
  const diff = createTurnDiff('/w')
  for (const edit of edits) diff.add([edit])
  return diff.unified()
}

it('shows files in the order of their paths', () => {
  const both = diffOf(
    { path: '/w/n', before: undefined, after: 'x\n' },
    { path: '/w/f', before: 'a\n', after: 'b\n' },
  )
  expect(both.match(/^diff --git .*$/gm)).toEqual(['diff --git a/f b/f', 'diff --git a/n b/n'])
})

it('shows an empty file by its head alone', () => {
  expect(diffOf({ path: '/w/n', before: undefined, after: '' })).toBe(
    'diff --git a/n b/n\nnew file mode 100644\nindex 0000000000000000000000000000000000000000..e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n',
  )
})

it('shows a moved file as one change, and as two when its old place is taken again', () => {
  const move = [
    { path: '/w/d/n', from: '/w/f', before: undefined, after: 'A\nb\n' },
    { path: '/w/f', before: 'a\nb\n', after: undefined },
  ]
  expect(diffOf(...move)).toMatch(
    /^diff --git a\/f b\/d\/n\nindex \w+\.\.\w+\n--- a\/f\n\+\+\+ b\/d\/n\n@@ -1,2 \+1,2 @@\n-a\n\+A\n b\n$/,
  )
  const taken = diffOf(...move, { path: '/w/f', before: undefined, after: 'c\n' })
  expect(taken.match(/^diff --git .*$/gm)).toEqual(['diff --git a/d/n b/d/n', 'diff --git a/f b/f'])
})

it('says nothing of a file that is as it was', () => {
  const back = [
    { path: '/w/f', before: 'a\n', after: 'b\n' },
    { path: '/w/f', before: 'b\n', after: 'a\n' },
  ]
  expect(diffOf(...back)).toBe('')
})
