import { expect, test } from 'vitest'
import { type MarkdownBlocks, openFence, settledText, splitMarkdown } from './markdown-blocks.ts'

const message = `# Title

A paragraph with [a link][one].

1. first

   still first
2. second

\`\`\`ts
const a = 1

const b = 2
\`\`\`

| a | b |
| - | - |
| 1 | 2 |

[one]: https://example.org

Last words`

function texts(blocks: MarkdownBlocks): string[] {
  return [...blocks.closed.map((block) => block.text), blocks.open.text]
}

test('a message is split into its top-level blocks, definitions apart', () => {
  const blocks = splitMarkdown(message)
  expect(texts(blocks)).toEqual([
    '# Title',
    'A paragraph with [a link][one].',
    '1. first\n\n   still first\n2. second',
    '```ts\nconst a = 1\n\nconst b = 2\n```',
    '| a | b |\n| - | - |\n| 1 | 2 |',
    'Last words',
  ])
  expect(blocks.definitions.trim()).toBe('[one]: https://example.org')
})

test('text that arrives letter by letter gives the same blocks as the whole', () => {
  let blocks: MarkdownBlocks | undefined
  for (let length = 1; length <= message.length; length++) {
    blocks = splitMarkdown(message.slice(0, length), blocks)
  }
  expect(blocks).toEqual(splitMarkdown(message))
})

test('a closed block stays the same object while the text grows', () => {
  const before = splitMarkdown('One.\n\nTwo.\n\nThree')
  const after = splitMarkdown('One.\n\nTwo.\n\nThree and\n\nfour', before)
  expect(after.closed[0]).toBe(before.closed[0])
  expect(after.closed[1]).toBe(before.closed[1])
  expect(texts(after)).toEqual(['One.', 'Two.', 'Three and', 'four'])
})

test('other text instead of more text is split anew', () => {
  const before = splitMarkdown('One.\n\nTwo.\n\nThree')
  expect(texts(splitMarkdown('Uno.\n\nDue', before))).toEqual(['Uno.', 'Due'])
})

test('a code block is open until its closing line', () => {
  expect(openFence('```py title\nprint(1)\n``')).toEqual({ language: 'py', code: 'print(1)\n``' })
  expect(openFence('```py\nprint(1)\n```')).toBeNull()
  expect(openFence('~~~~\na\n~~~\n')).toEqual({ language: '', code: 'a\n~~~\n' })
  expect(openFence('```inline``` code')).toBeNull()
  expect(openFence('words')).toBeNull()
})

test('an indented list keeps its first line when it is the open block', () => {
  expect(splitMarkdown('Words\n\n  - a\n  - b').open.text).toBe('  - a\n  - b')
})

test.each([
  ['Words\n-', 'Words'],
  ['Words\n===', 'Words'],
  ['Words\n``', 'Words'],
  ['Words\n1.', 'Words'],
  ['- a\n- ', '- a'],
  ['2', ''],
  ['| a | b |', ''],
  ['| a | b |\n| - | -', ''],
  ['Words\n| a | b |\n', 'Words'],
])('a last line that could become anything is held back: %j', (text, settled) => {
  expect(settledText(text)).toBe(settled)
})

test.each(['Words - more', '- a', '| a | b |\n| - | - |\n| 1', 'costs 20', '- a\n- b'])(
  'what is decided is shown: %j',
  (text) => {
    expect(settledText(text)).toBe(text)
  },
)
