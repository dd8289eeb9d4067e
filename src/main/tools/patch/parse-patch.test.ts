import { describe, expect, it } from 'vitest'
import { PatchError, parsePatch } from './parse-patch.ts'

const wrap = (body: string): string => `*** Begin Patch\n${body}\n*** End Patch`
const chunk = (change: object): object => ({
  contexts: [],
  oldLines: [],
  newLines: [],
  isEndOfFile: false,
  ...change,
})
const update = (...chunks: object[]): object => ({
  type: 'update',
  path: 'f',
  movePath: null,
  chunks,
})

describe('a patch that can be read', () => {
  it.each<[string, string, object[]]>([
    [
      'adds lines',
      '*** Add File: a/b.txt\n+one\n++two\n+',
      [{ type: 'add', path: 'a/b.txt', lines: ['one', '+two', ''] }],
    ],
    ['adds an empty file', '*** Add File: e', [{ type: 'add', path: 'e', lines: [] }]],
    ['deletes', '*** Delete File: a b', [{ type: 'delete', path: 'a b' }]],
    [
      'updates with context',
      '*** Update File: f\n@@ def x():\n a\n-b\n+c',
      [update(chunk({ contexts: ['def x():'], oldLines: ['a', 'b'], newLines: ['a', 'c'] }))],
    ],
    [
      'updates without the first mark',
      '*** Update File: f\n-b\n+c',
      [update(chunk({ oldLines: ['b'], newLines: ['c'] }))],
    ],
    [
      'nests contexts',
      '*** Update File: f\n@@ class A\n@@   def b\n-c',
      [update(chunk({ contexts: ['class A', '  def b'], oldLines: ['c'] }))],
    ],
    [
      'takes an empty line for context',
      '*** Update File: f\n@@\n-a\n\n+b',
      [update(chunk({ oldLines: ['a', ''], newLines: ['', 'b'] }))],
    ],
    [
      'marks the end of the file, with a blank line behind it',
      '*** Update File: f\n@@\n-a\n*** End of File\n\n@@\n+b',
      [update(chunk({ oldLines: ['a'], isEndOfFile: true }), chunk({ newLines: ['b'] }))],
    ],
    [
      'moves',
      '*** Update File: f\n*** Move to: g\n@@\n-a',
      [{ type: 'update', path: 'f', movePath: 'g', chunks: [chunk({ oldLines: ['a'] })] }],
    ],
    [
      'does several things',
      '*** Add File: a\n+x\n*** Delete File: b\n*** Update File: f\n@@\n+y',
      [
        { type: 'add', path: 'a', lines: ['x'] },
        { type: 'delete', path: 'b' },
        update(chunk({ newLines: ['y'] })),
      ],
    ],
  ])('%s', (_name, body, operations) => {
    expect(parsePatch(wrap(body))).toEqual(operations)
  })

  it.each([
    ['blanks around it', `\n  ${wrap('*** Delete File: a')}  \n`],
    ['blanks around its marks', '  *** Begin Patch  \n*** Delete File: a\n  *** End Patch  '],
    ['Windows line ends', wrap('*** Delete File: a').replaceAll('\n', '\r\n')],
    ['[T27] a here-document', `<<'EOF'\n${wrap('*** Delete File: a')}\nEOF`],
    ['[T27] a plain here-document', `<<EOF\n${wrap('*** Delete File: a')}\nEOF\n`],
  ])('%s', (_name, text) => {
    expect(parsePatch(text)).toEqual([{ type: 'delete', path: 'a' }])
  })
})

describe('a patch that cannot be read', () => {
  it.each<[string, string, string | RegExp]>([
    ['', '', "invalid patch: the first line must be '*** Begin Patch'"],
    [
      'no end',
      '*** Begin Patch\n*** Delete File: a',
      "invalid patch: the last line must be '*** End Patch'",
    ],
    ['only a beginning', '*** Begin Patch', "invalid patch: the last line must be '*** End Patch'"],
    ['nothing', wrap(''), 'invalid patch: it changes no file'],
    [
      'a strange header',
      wrap('*** Add File: a\n*** Rename File: b'),
      /^invalid hunk at line 3: '\*\*\* Rename File: b' is not a hunk header; valid headers are .*Add File.*Delete File.*Update File/,
    ],
    [
      'text after a delete',
      wrap('*** Delete File: a\nfoo'),
      /^invalid hunk at line 3: 'foo' is not a hunk header/,
    ],
    [
      '[T22] an update without a change',
      wrap('*** Update File: a'),
      "invalid hunk at line 2: the update of 'a' changes no lines",
    ],
    [
      '[T22] a pure move',
      wrap('*** Delete File: z\n*** Update File: a\n*** Move to: b'),
      "invalid hunk at line 3: the update of 'a' changes no lines",
    ],
    [
      'a chunk without lines',
      wrap('*** Update File: a\n@@\n*** Delete File: b'),
      /^invalid hunk at line 4: unexpected line in an update/,
    ],
    [
      'a line without a sign',
      wrap('*** Update File: a\n@@\n-x\nfoo'),
      /^invalid hunk at line 5: unexpected line in an update: 'foo'/,
    ],
    ['a path that is missing', wrap('*** Add File:  '), /^invalid hunk at line 2/],
    ['[H04] a path with NUL', wrap('*** Add File: a\0b\n+x'), /characters that cannot be shown/],
    [
      '[H04] a path that turns the reading direction',
      wrap('*** Add File: a\u202etxt.exe\n+x'),
      /characters that cannot be shown/,
    ],
    [
      '[H04] a path of 5,000 characters',
      wrap(`*** Add File: ${'a'.repeat(5000)}\n+x`),
      /longer than 4096 bytes/,
    ],
  ])('%s', (_name, text, message) => {
    expect(() => parsePatch(text)).toThrow(PatchError)
    expect(() => parsePatch(text)).toThrow(message)
  })
})
