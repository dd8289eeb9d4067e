import { describe, expect, it } from 'vitest'
import { createPatchPreview } from './patch-preview.ts'

function shown(text: string, size = text.length) {
  const preview = createPatchPreview()
  for (let at = 0; at < text.length; at += size) preview.feed(text.slice(at, at + size))
  return preview.changes()
}

const whole = `*** Begin Patch
*** Update File: src/old.ts
@@ function f
 a
-b
+B
*** Update File: from.txt
*** Move to: sub/to.txt
@@
-x
+y
*** End of File
*** Add File: new.txt
+one
+
*** Delete File: gone.txt
*** End Patch
`

describe('the preview of a patch', () => {
  it.each([1, 5, 1000])('shows each change, from pieces of %i characters', (size) => {
    expect(shown(whole, size)).toEqual([
      {
        path: 'from.txt',
        kind: { type: 'update', move_path: 'sub/to.txt' },
        diff: '@@\n-x\n+y\n',
      },
      { path: 'gone.txt', kind: { type: 'delete' }, diff: '' },
      { path: 'new.txt', kind: { type: 'add' }, diff: 'one\n\n' },
      {
        path: 'src/old.ts',
        kind: { type: 'update', move_path: null },
        diff: '@@ function f\n a\n-b\n+B\n',
      },
    ])
  })

  it('has lines that are whole, and no others', () => {
    const preview = createPatchPreview()
    preview.feed('*** Begin Patch\n*** Add File: n')
    expect(preview.changes()).toEqual([])
    preview.feed('.txt\n+one\n+tw')
    expect(preview.changes()).toEqual([{ path: 'n.txt', kind: { type: 'add' }, diff: 'one\n' }])
  })

  it('reads a patch in a heredoc, and one with carriage returns', () => {
    const patch = '*** Begin Patch\n*** Add File: n\n+x\n'
    const [expected] = shown(patch)
    expect(shown(`<<'EOF'\n${patch}`)).toEqual([expected])
    expect(shown(patch.replaceAll('\n', '\r\n'))).toEqual([expected])
  })

  it('takes a line of a file that looks like a mark for a line of the file', () => {
    const text = '*** Begin Patch\n*** Update File: f\n@@\n *** End Patch\n *** Add File: x\n+y\n'
    expect(shown(text)).toMatchObject([
      { path: 'f', diff: '@@\n *** End Patch\n *** Add File: x\n+y\n' },
    ])
  })

  it('stops at what cannot stand there, and keeps what came before', () => {
    expect(shown('hello\n*** Begin Patch\n*** Add File: n\n+x\n')).toEqual([])
    const broken = '*** Begin Patch\n*** Add File: n\n+x\n*** Foo: y\n+z\n*** Add File: m\n+z\n'
    expect(shown(broken)).toEqual([{ path: 'n', kind: { type: 'add' }, diff: 'x\n' }])
  })

  it('never shows a path that a person would misread', () => {
    expect(shown('*** Begin Patch\n*** Add File: a\u202etxt.sh\n+x\n')).toEqual([])
  })

  it('stops growing at its bound', () => {
    const preview = createPatchPreview()
    preview.feed('*** Begin Patch\n*** Add File: big\n')
    for (let count = 0; count < 100; count++) preview.feed(`+${'x'.repeat(9999)}\n`)
    expect(preview.changes()[0]?.diff.length).toBeLessThan(256 * 1024)
  })
})
