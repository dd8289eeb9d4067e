import { describe, expect, it } from 'vitest'
import { replacementsOf } from './match-lines.ts'
import { parsePatch } from './parse-patch.ts'
import { inOrder, readText, replaced } from './text-file.ts'
import { unifiedDiff } from './unified-diff.ts'

function chunksOf(body: string): Parameters<typeof replacementsOf>[1] {
  const [operation] = parsePatch(`*** Begin Patch\n*** Update File: f\n${body}\n*** End Patch`)
  if (operation?.type !== 'update') throw new Error('not an update')
  return operation.chunks
}

function patched(content: string, body: string): string {
  const file = readText(content)
  return replaced(file, replacementsOf(file.lines, chunksOf(body), '/f'))
}

function diff(content: string, body: string): string {
  const file = readText(content)
  return unifiedDiff(file, inOrder(replacementsOf(file.lines, chunksOf(body), '/f')))
}

describe('matching', () => {
  it.each<[string, string, string, string]>([
    ['exactly', 'a\nb\nc\n', '@@\n a\n-b\n+B', 'a\nB\nc\n'],
    ['[T18] without trailing blanks', 'a  \nb\t\n', '@@\n a\n-b\n+B', 'a\nB\n'],
    ['[T18] without indentation', '  a\n    b\n', '@@\n a\n-b\n+B', 'a\nB\n'],
    [
      '[T18] with plain quotes and dashes',
      'it\u2019s \u2014 \u201cx\u201d\u00a0y\n',
      `@@\n-it's - "x" y\n+z`,
      'z\n',
    ],
    ['strictly before leniently', ' x\nx\n', '@@\n-x\n+y', ' x\ny\n'],
    ['[T19] the first place', 'x\na\nx\n', '@@\n-x\n+y', 'y\na\nx\n'],
    ['[T19] the first place behind the context', 'x\nhere\nx\n', '@@ here\n-x\n+y', 'x\nhere\ny\n'],
    ['nested contexts', 'm\nx\nA\nm\nx\n', '@@ A\n@@ m\n-x\n+y', 'm\nx\nA\nm\ny\n'],
    ['one chunk behind the other', 'x\nx\nx\n', '@@\n-x\n+1\n@@\n-x\n+2', '1\n2\nx\n'],
    ['the end of the file', 'x\ny\nx\n', '@@\n-x\n+z\n*** End of File', 'x\ny\nz\n'],
    [
      'the end of the file, elsewhere if need be',
      'x\ny\n',
      '@@\n-x\n+z\n*** End of File',
      'z\ny\n',
    ],
    ['an empty last line that is not there', 'a\nb\n', '@@\n a\n-b\n\n*** End of File', 'a\n'],
    ['a pure insertion, at the end', 'a\nb\n', '@@\n+c', 'a\nb\nc\n'],
    ['a pure insertion, before an empty last line', 'a\n\n', '@@\n+c', 'a\nc\n\n'],
    ['a pure insertion behind its context', 'a\nb\n', '@@ a\n+c', 'a\nc\nb\n'],
    ['an insertion before another chunk', 'a\nb\n', '@@\n+c\n@@\n-a\n+A', 'A\nb\nc\n'],
    ['an empty file', '', '@@\n+c', 'c\n'],
    ['[T24] Windows line ends', 'a\r\nb\r\nc\r\n', '@@\n a\n-b\n+B\n+D', 'a\r\nB\r\nD\r\nc\r\n'],
    [
      '[T24] line ends that were mixed before',
      'a\r\nb\r\nc\nd\r\n',
      '@@\n-a\n+A',
      'A\r\nb\r\nc\nd\r\n',
    ],
    ['[T25] a missing final line end', 'a\nb', '@@\n-a\n+A', 'A\nb\n'],
    ['a byte order mark', '\ufeffa\nb\n', '@@\n-a\n+A', '\ufeffA\nb\n'],
  ])('%s', (_name, content, body, expected) => {
    expect(patched(content, body)).toBe(expected)
  })

  it('[T20] that fails names the file and what was looked for', () => {
    expect(() => patched('a\n', '@@\n a\n-b\n+c')).toThrow(
      'failed to find expected lines in /f:\na\nb',
    )
    expect(() => patched('a\n', '@@ nowhere\n-a')).toThrow("failed to find context 'nowhere' in /f")
  })
})

describe('the diff of an update', () => {
  const ten = Array.from({ length: 10 }, (_, index) => `${index}\n`).join('')

  it.each<[string, string, string, string]>([
    ['one line', ten, '@@\n 3\n-4\n+four\n 5', '@@ -4,3 +4,3 @@\n 3\n-4\n+four\n 5\n'],
    [
      'far apart',
      ten,
      '@@\n-1\n@@\n-8\n+8a\n+8b',
      '@@ -1,3 +1,2 @@\n 0\n-1\n 2\n@@ -8,3 +7,4 @@\n 7\n-8\n+8a\n+8b\n 9\n',
    ],
    ['close together', ten, '@@\n-4\n 5\n 6\n-7', '@@ -4,6 +4,4 @@\n 3\n-4\n 5\n 6\n-7\n 8\n'],
    ['at the start', ten, '@@\n+x\n 0', '@@ -1 +1,2 @@\n+x\n 0\n'],
    ['at the end', ten, '@@\n+x', '@@ -10 +10,2 @@\n 9\n+x\n'],
    ['of an empty file', '', '@@\n+x', '@@ -0,0 +1 @@\n+x\n'],
    ['to an empty file', 'x\n', '@@\n-x', '@@ -1 +0,0 @@\n-x\n'],
    ['that changes nothing', ten, '@@\n 1\n 2', ''],
  ])('%s', (_name, content, body, expected) => {
    expect(diff(content, body)).toBe(expected)
  })
})
